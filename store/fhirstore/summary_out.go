package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Entries are written as MedicationStatements, Conditions and AllergyIntolerances, and a
// MedicationRequest that is changed stays one.

// entryTo puts an entry into its resource. What that told already stays as it is, with its
// codes. Whether it holds is that of a day.
func entryTo(r fhir.Resource, e store.Entry, medications map[string]fhir.Resource, on time.Time) fhir.Resource {
	form := entryForms[r.Type()]
	told, why := entryFrom(r, medications, on)
	fresh := why != ""
	if fresh || told.Person != e.Person {
		r = r.With(form.patient, fhir.To("Patient", patientID(e.Person)))
	}
	if fresh || !maps.Equal(told.Name, e.Name) {
		r = r.With("medicationReference", nil).With(form.name, conceptOf(fromWords(e.Name)))
	}
	if fresh || !maps.Equal(told.Source, e.Source) {
		r = withMarks(r, sourceURL, saidIn(sourceURL, e.Source)...)
		r = r.With(form.by[0], fhir.Reference{Display: e.Source["en"]})
	}
	if fresh || !maps.Equal(told.Detail, e.Detail) {
		detail := fromWords(e.Detail)
		switch {
		case form.dose == "":
			r = withMarks(r, detailURL, saidIn(detailURL, detail)...)
		case detail["en"] == "":
			r = r.With(form.dose, nil)
		default:
			c := conceptOf(detail)
			r = r.With(form.dose, []phrase{{c.Text, c.Beside}})
		}
	}
	if fresh || told.Recorded != e.Recorded {
		r = r.With(form.recorded[0], e.Recorded.String())
	}
	if fresh {
		r = r.With("verificationStatus", nil)
	}
	if fresh || told.Ended != e.Ended {
		r = standsTo(r, e, on)
	}
	if slices.Equal(told.Labels, e.Labels) {
		return r
	}
	m := r.Meta()
	m.Security = append(slices.DeleteFunc(m.Security, func(c fhir.Coding) bool { return c.System != releaseSystem }), security(e.Labels)...)
	return r.With("meta", m)
}

// standsTo says whether an entry holds, and until when: by our extension where R4 has no
// place for that, as for a Condition that is to end (con-4).
func standsTo(r fhir.Resource, e store.Entry, on time.Time) fhir.Resource {
	over := !e.Ended.IsZero() && !store.DayOf(on).Before(e.Ended)
	r = withMarks(r, endedURL)
	if !e.Ended.IsZero() && r.Type() != "MedicationStatement" && (r.Type() != "Condition" || !over) {
		r = withMarks(r, endedURL, extension{URL: endedURL, Date: e.Ended.String()})
	}
	state := func(holds, ended string) string {
		if over {
			return ended
		}
		return holds
	}
	switch r.Type() {
	case "MedicationStatement":
		r = r.With("status", state("active", "completed")).With("effectivePeriod", nil)
		if !e.Ended.IsZero() {
			r = r.With("effectivePeriod", fhir.Period{End: e.Ended.AddDays(-1).String()}) // its last day
		}
	case "MedicationRequest":
		r = r.With("status", state("active", "stopped"))
	case "Condition":
		r = r.With("clinicalStatus", coded(conditionClinical, state("active", "inactive"))).With("abatementDateTime", nil)
		if over {
			r = r.With("abatementDateTime", e.Ended.String())
		}
	default:
		r = r.With("clinicalStatus", coded(allergyClinical, state("active", "inactive")))
	}
	return r
}

// security are the codes of labels.
func security(list []store.Label) (all []fhir.Coding) {
	for _, l := range list {
		system := consentActCode
		if slices.Contains([]store.Label{"U", "L", "M", "N", "R", "V"}, l) {
			system = confidentiality
		}
		all = append(all, fhir.Coding{System: system, Code: string(l)})
	}
	return all
}

func fromWords(m map[store.Language]store.Words) map[store.Language]string {
	all := map[store.Language]string{}
	for lang, w := range m {
		all[lang] = w.Reveal()
	}
	return all
}

// addEntry adds an entry: one request.
func (s *Store) addEntry(ctx context.Context, o store.Order, r store.AddEntry) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !slices.Contains(store.EntryKinds(), r.Entry.Kind) {
		return s.Local.Perform(ctx, o)
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	if _, err := s.Local.Person(ctx, o.By.Subject); err != nil {
		return noneIf(err)
	}
	if _, err := s.Begin(ctx, o, ""); err != nil {
		return store.Outcome{}, err
	}
	e := r.Entry
	e.Person = o.By.Subject
	made, err := s.server.Create(ctx, entryTo(fhir.New(entryTypes(e.Kind)[0]), e, nil, o.Now).
		With("identifier", []fhir.Identifier{{System: requestSystem, Value: s.requestName(o)}}), requestSystem)
	if err != nil {
		return store.Outcome{}, err
	}
	return s.wroteEntry(ctx, o, made)
}

// changeEntry changes an entry if it is still the version that was read: two requests,
// and one where its medicine stands elsewhere. The change carries the request's name.
func (s *Store) changeEntry(ctx context.Context, o store.Order, id store.EntryID, version string, change func(*store.Entry)) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refused, nil
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	mark, own, _ := strings.Cut(string(id), ".")
	kind := ""
	for name, form := range entryForms {
		if form.mark == mark && fhir.ValidID(own) {
			kind = name
		}
	}
	request := s.requestName(o)
	for range slotTries {
		if kind == "" {
			break
		}
		was, err := s.server.Read(ctx, kind, own)
		if errors.Is(err, fhir.ErrGone) {
			break
		}
		if err != nil {
			return store.Outcome{}, err
		}
		medications, err := s.medications(ctx, []fhir.Resource{was}, nil)
		if err != nil {
			return store.Outcome{}, err
		}
		e, why := entryFrom(was, medications, o.Now)
		switch {
		case why != "" || e.Person != o.By.Subject:
			return s.Keep(ctx, o, "", none, nil)
		case was.Identifier(changedSystem) == request, b.Done != nil && b.Done.Verdict == store.Done:
			return s.wroteEntry(ctx, o, was)
		case b.Done != nil:
			return *b.Done, nil
		case version != "" && version != s.noted(standingEntry{e, was}, o.Now).Version:
			return s.Keep(ctx, o, "", taken, nil)
		}
		change(&e)
		made, err := s.server.Update(ctx, identified(entryTo(was, e, medications, o.Now),
			append(without(was, changedSystem), fhir.Identifier{System: changedSystem, Value: request})))
		if errors.Is(err, fhir.ErrStale) {
			continue
		}
		if err != nil {
			return store.Outcome{}, err
		}
		return s.wroteEntry(ctx, o, made)
	}
	if kind != "" && b.Done == nil {
		if _, err := s.server.Read(ctx, kind, own); !errors.Is(err, fhir.ErrGone) {
			return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", o.Request.Verb(), store.ErrUnavailable)
		}
	}
	return s.Keep(ctx, o, "", none, nil)
}

// wroteEntry keeps that an entry was written, and tells it as it stands there.
func (s *Store) wroteEntry(ctx context.Context, o store.Order, r fhir.Resource) (store.Outcome, error) {
	medications, err := s.medications(ctx, []fhir.Resource{r}, nil)
	if err != nil {
		return store.Outcome{}, unknownIf(true, o.Request.Verb(), err)
	}
	e, why := entryFrom(r, medications, o.Now)
	if why != "" || e.Person != o.By.Subject {
		return store.Outcome{}, unknownIf(true, o.Request.Verb(), errors.New("the server keeps the entry otherwise"))
	}
	out, err := s.Keep(ctx, o, "", done, nil)
	switch {
	case errors.Is(err, store.ErrConflict):
		return store.Outcome{}, err
	case err != nil:
		return store.Outcome{}, unknownIf(true, o.Request.Verb(), err)
	}
	if out.Verdict == store.Done {
		out.Noted = []store.NotedEntry{s.noted(standingEntry{e, r}, o.Now)}
	}
	return out, nil
}

// entry writes an entry of a record of ours.
func (w Writing) entry(e store.Entry) fhir.Resource {
	return entryTo(fhir.New(entryTypes(e.Kind)[0]), e, nil, w.Now).With("id", w.id("entry", string(e.Person), string(e.ID))).
		With("identifier", []fhir.Identifier{{System: entrySystem, Value: string(e.ID)}})
}

// checkEntries looks for entries that would be refused.
func (im *importing) checkEntries(ctx context.Context) error {
	had := map[string]bool{}
	for i, e := range im.b.Entries {
		fault := func(field, why string) { im.fault("entries", i, field, why) }
		name := im.entryID(e)
		if had[name] {
			fault("id", "is there twice")
		}
		had[name] = true
		e.Faults(fault)
		if len(e.Name) > 0 && e.Name["en"] == "" {
			fault("name", "want it in English, too, for a FHIR server")
		}
		if err := im.checkPerson(ctx, "entries", i, e.Person); err != nil {
			return err
		}
	}
	return nil
}

// entryID is the logical id of an entry that is imported, of whatever kind.
func (im *importing) entryID(e store.Entry) string {
	return im.s.name("imported entry", string(e.Person), string(e.ID))
}

// putEntries writes entries; the last import has the word. One that was of another kind
// was entered in error.
func (im *importing) putEntries(ctx context.Context) error {
	if err := im.endOtherKinds(ctx); err != nil {
		return err
	}
	return each(len(im.b.Entries), func(i int) error {
		e := im.b.Entries[i]
		return im.upsert(ctx, entryTypes(e.Kind)[0], im.entryID(e), func(was fhir.Resource) fhir.Resource {
			return entryTo(identified(was, append(without(was, entrySystem), fhir.Identifier{System: entrySystem, Value: string(e.ID)})), e, nil, im.now.In(im.s.zone))
		})
	})
}

// endOtherKinds takes back what stands under the ids of the batch's entries as another
// kind: a request for each type and 50 entries.
func (im *importing) endOtherKinds(ctx context.Context) error {
	kinds := map[string]store.EntryKind{}
	for _, e := range im.b.Entries {
		kinds[im.entryID(e)] = e.Kind
	}
	var mu sync.Mutex
	var others []fhir.Resource
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(kinds)), 50) {
		if err := each(len(store.EntryKinds()), func(i int) error {
			kind := store.EntryKinds()[i]
			found, err := im.s.server.Search(ctx, fhir.Query{Type: entryTypes(kind)[0], Params: url.Values{"_id": {strings.Join(ids, ",")}, "_count": {"50"}}})
			mu.Lock()
			defer mu.Unlock()
			for _, r := range found.Resources {
				if now, is := kinds[r.ID()]; is && now != kind {
					others = append(others, r)
				}
			}
			return err
		}); err != nil {
			return err
		}
	}
	return each(len(others), func(i int) error { return im.s.upsert(ctx, others[i].Type(), others[i].ID(), takenBack) })
}

// takenBack is an entry's resource as one that was entered in error.
func takenBack(r fhir.Resource) fhir.Resource {
	switch r.Type() {
	case "MedicationStatement":
		return r.With("status", enteredInError)
	case "AllergyIntolerance":
		return r.With("clinicalStatus", nil).With("verificationStatus", coded(allergyVerified, enteredInError))
	}
	return r.With("clinicalStatus", nil).With("verificationStatus", coded(conditionVerified, enteredInError))
}
