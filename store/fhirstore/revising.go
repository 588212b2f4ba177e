package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"landline/store"
	"landline/store/fhir"
)

// reviseResult does what a clinician decides of a result here, and then writes on its
// report how it stands: what is only noted here would be gone with the next version from
// the laboratory, and what was held would be told. Three requests to the server, and one
// more where its reports have parts that do not come along; done again it writes what
// holds by then.
func (s *Store) reviseResult(ctx context.Context, o store.Order, r store.ReviseResult) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !store.Allow(o.By, r, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	found, _, err := s.refresh(ctx, o.By.Subject, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	out, err := s.Local.Perform(ctx, o)
	at := slices.IndexFunc(found, func(one fhir.Resource) bool {
		return s.Name("results", string(o.By.Subject), string(resultID(one))) == string(r.Result)
	})
	if err != nil || out.Verdict != store.Done || at < 0 || len(out.Filed) == 0 {
		return out, err
	}
	report := found[at]
	for range slotTries {
		next := revisedTo(report, r, out.Filed[0].Result)
		if next.Equal(report) {
			return out, nil
		}
		if _, err = s.server.Update(ctx, next); err == nil {
			if _, _, err = s.refresh(ctx, o.By.Subject, o.Now); err == nil {
				return s.Local.Perform(ctx, o) // as it stands now
			}
		}
		if !errors.Is(err, fhir.ErrStale) {
			break
		}
		if report, err = s.server.Read(ctx, report.Type(), report.ID()); err != nil {
			break
		}
	}
	return store.Outcome{}, unknownIf(true, r.Verb(), err) // here it is so
}

// addResult files a result here, and then on the server: a report that contains its
// values, once. Two requests, and those of reading it again.
func (s *Store) addResult(ctx context.Context, o store.Order, r store.AddResult) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !store.Allow(o.By, r, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	if r.Result.ID == "" {
		r.Result.ID = store.ResultID(s.name("added result", string(o.By.Subject), string(o.ID)))
		o.Request = r
	}
	out, err := s.Local.Perform(ctx, o)
	if err != nil || out.Verdict != store.Done {
		return out, err
	}
	r.Result.Person = o.By.Subject
	report := Writing{Name: s.Name, Now: o.Now}.whole(r.Result)
	fits := url.Values{"identifier": {resultSystem + "|" + string(r.Result.ID)}, "patient": {"Patient/" + patientID(o.By.Subject)}}
	_, err = s.server.CreateUnless(ctx, report, fits, func(made fhir.Resource) bool { return made.Identifier(resultSystem) == string(r.Result.ID) })
	if err == nil {
		_, _, err = s.refresh(ctx, o.By.Subject, o.Now)
	}
	if err != nil {
		return store.Outcome{}, unknownIf(true, r.Verb(), err) // here it is filed
	}
	return s.Local.Perform(ctx, o) // as it stands now
}

// whole is a result in one report, which contains its values.
func (w Writing) whole(r store.Result) fhir.Resource {
	all := w.report(r)
	report, values := all[len(all)-1].With("id", nil), all[:len(all)-1]
	var refs []fhir.Reference
	for i := range values {
		id := fmt.Sprint("value-", i)
		values[i] = values[i].With("id", id)
		refs = append(refs, fhir.Reference{Reference: "#" + id})
	}
	if len(values) == 0 {
		return report
	}
	return report.With("contained", values).With("result", refs)
}

// revisedTo puts what was decided of a result into its report, as it holds now.
func revisedTo(report fhir.Resource, r store.ReviseResult, now store.Result) fhir.Resource {
	if r.Comment != nil {
		said := map[store.Language]string{}
		for lang, words := range now.Comment {
			said[lang] = words.Reveal()
		}
		report = text(report, "conclusion", said)
	}
	if r.InPerson != nil {
		var marks []extension
		if now.InPerson {
			marks = append(marks, extension{URL: inPersonURL, Boolean: &now.InPerson})
		}
		report = withMarks(report, inPersonURL, marks...)
	}
	if r.Released == nil {
		return report
	}
	var marks []extension
	if !now.Released.IsZero() {
		marks = append(marks, extension{URL: releasedURL, Instant: instant(now.Released)})
	}
	m, release := report.Meta(), func(c fhir.Coding) bool { return c.System == releaseSystem }
	m.Security = slices.DeleteFunc(slices.Clone(m.Security), release)
	m.Tag = append(slices.DeleteFunc(slices.Clone(m.Tag), release), fhir.Coding{System: releaseSystem, Code: string(now.Release)})
	return withMarks(report, releasedURL, marks...).With("meta", m)
}
