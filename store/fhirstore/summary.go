package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A summary stands on the server alone, and is read anew whenever somebody asks, the
// patient or staff: entry.go says what of it is told. Nothing of it is kept here.

// standingEntry is an entry, and the resource that it is.
type standingEntry struct {
	store.Entry
	res fhir.Resource
}

// entries reads all entries of some kinds that are somebody's, and whether the server
// confirmed the questions: a request for each type of resource, at the same time, and
// one more where medicines did not come along.
func (s *Store) entries(ctx context.Context, p store.PersonID, now time.Time, kinds ...store.EntryKind) ([]standingEntry, bool, error) {
	var types []string
	for _, k := range kinds {
		types = append(types, entryTypes(k)...)
	}
	found, lack := make([]fhir.Found, len(types)), make([]bool, len(types))
	err := each(len(types), func(i int) error {
		params := url.Values{"patient": {"Patient/" + patientID(p)}, "_count": {"100"}}
		if entryForms[types[i]].kind == store.Medicine {
			params.Set("_include", types[i]+":medication")
		}
		var err error
		found[i], err = s.server.Search(ctx, fhir.Query{Type: types[i], Private: true, Params: params})
		if lack[i] = lacks(err, types[i]); lack[i] {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	understood := true
	for _, k := range kinds {
		kept := false // of the types of a kind a server may lack some
		for i, t := range types {
			kept = kept || entryForms[t].kind == k && !lack[i]
			understood = understood && (lack[i] || found[i].Understood)
		}
		if !kept {
			return nil, false, fmt.Errorf("the server keeps no resources of a %s: %w", k, store.ErrUnavailable)
		}
	}
	var list, along []fhir.Resource
	for _, f := range found {
		list, along = append(list, f.Resources...), append(along, f.Included...)
	}
	medications, err := s.medications(ctx, list, along)
	if err != nil {
		return nil, false, err
	}
	told := stated(list)
	var all []standingEntry
	for _, r := range list {
		if e, why := entryFrom(r, medications, now); why == "" && e.Person == p && !told[r.Reference()] {
			all = append(all, standingEntry{e, r})
		}
	}
	return all, understood, nil
}

// medications are those that resources refer to, by their references; those that did not
// come along are asked for.
func (s *Store) medications(ctx context.Context, list, along []fhir.Resource) (map[string]fhir.Resource, error) {
	all := map[string]fhir.Resource{}
	for _, m := range along {
		all[m.Reference()] = m
	}
	var missing []string
	for _, r := range list {
		var at fhir.Reference
		if r.Get("medicationReference", &at) == nil && at.ID("Medication") != "" && all["Medication/"+at.ID("Medication")].Type() == "" {
			missing = append(missing, at.ID("Medication"))
		}
	}
	more, err := s.byIDs(ctx, "Medication", missing)
	for _, m := range more {
		all[m.Reference()] = m
	}
	return all, ignore(err, fhir.ErrGone) // they may be told by their references
}

// stated are the MedicationRequests of which a MedicationStatement says what came of
// them, by their references.
func stated(list []fhir.Resource) map[string]bool {
	all := map[string]bool{}
	for _, r := range list {
		var on []fhir.Reference
		var status string
		if r.Type() != "MedicationStatement" || errors.Join(r.Get("basedOn", &on), r.Get("status", &status)) != nil || status == enteredInError {
			continue
		}
		for _, at := range on {
			if id := at.ID("MedicationRequest"); id != "" {
				all["MedicationRequest/"+id] = true
			}
		}
	}
	return all
}

// mostEntries is the longest page of entries.
const mostEntries = 50

func entriesAt(limit int) int {
	if limit <= 0 {
		return mostEntries
	}
	return min(limit, mostEntries)
}

// listSummary reads a page of a kind, the newest first.
func (s *Store) listSummary(ctx context.Context, o store.Order, r store.ListSummary) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !slices.Contains(store.EntryKinds(), r.Kind) || !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o)
	}
	all, understood, err := s.entries(ctx, o.By.Subject, o.Now, r.Kind)
	if err != nil {
		return store.Outcome{}, err
	}
	newest := func(a, b standingEntry) int {
		return cmp.Or(b.Recorded.Start(time.UTC).Compare(a.Recorded.Start(time.UTC)), cmp.Compare(b.ID, a.ID))
	}
	all = onceEach(slices.DeleteFunc(all, func(e standingEntry) bool { return !e.Tells(o.Now) }), newest)
	if len(all) == 0 && !understood {
		return store.Outcome{}, fmt.Errorf("list-summary: the server did not confirm the question: %w", store.ErrUnavailable)
	}
	if r.After != (store.EntryCursor{}) {
		after := standingEntry{Entry: store.Entry{ID: r.After.ID, Recorded: r.After.Recorded}}
		all = slices.DeleteFunc(all, func(e standingEntry) bool { return newest(e, after) <= 0 })
	}
	if len(all) == 0 {
		return none, nil
	}
	out := store.Outcome{Verdict: store.Done}
	limit := entriesAt(r.Limit)
	for _, e := range all[:min(limit, len(all))] {
		out.Entries = append(out.Entries, e.Entry)
	}
	out.More = len(all) > limit
	return out, nil
}

// onceEach sorts entries, and leaves out a MedicationRequest that says what another of
// them says: a medicine is prescribed again and again.
func onceEach(list []standingEntry, order func(a, b standingEntry) int) []standingEntry {
	slices.SortFunc(list, order)
	says := func(e standingEntry) string {
		return strings.ToLower(e.Name["en"].Reveal() + "\x00" + e.Detail["en"].Reveal())
	}
	said := map[string]bool{}
	for _, e := range list {
		said[says(e)] = said[says(e)] || e.res.Type() != "MedicationRequest"
	}
	return slices.DeleteFunc(list, func(e standingEntry) bool {
		if e.res.Type() != "MedicationRequest" {
			return false
		}
		before := said[says(e)]
		said[says(e)] = true
		return before
	})
}

// readEntries reads a page of all entries, as staff see them.
func (s *Store) readEntries(ctx context.Context, o store.Order, r store.ReadEntries) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	all, understood, err := s.entries(ctx, o.By.Subject, o.Now, store.EntryKinds()...)
	if err != nil {
		return store.Outcome{}, err
	}
	if len(all) == 0 && !understood {
		return store.Outcome{}, fmt.Errorf("read-entries: the server did not confirm the question: %w", store.ErrUnavailable)
	}
	var list []store.NotedEntry
	for _, e := range all {
		list = append(list, s.noted(e, o.Now))
	}
	slices.SortFunc(list, func(a, b store.NotedEntry) int { return notedOrder(store.BehindNoted(a), store.BehindNoted(b)) })
	if r.After != (store.NotedCursor{}) {
		list = slices.DeleteFunc(list, func(n store.NotedEntry) bool { return notedOrder(store.BehindNoted(n), r.After) <= 0 })
	}
	if len(list) == 0 {
		return none, nil
	}
	limit := entriesAt(r.Limit)
	return store.Outcome{Verdict: store.Done, Noted: list[:min(limit, len(list))], More: len(list) > limit}, nil
}

// notedOrder is that of store.ReadEntries: those for staff alone last, the kinds as they
// are told, the newest first.
func notedOrder(a, b store.NotedCursor) int {
	alone := func(c store.NotedCursor) int {
		if c.Alone {
			return 1
		}
		return slices.Index(store.EntryKinds(), c.Kind) - len(store.EntryKinds())
	}
	return cmp.Or(alone(a)-alone(b), b.Recorded.Start(time.UTC).Compare(a.Recorded.Start(time.UTC)), cmp.Compare(b.ID, a.ID))
}

// noted is an entry as staff see it.
func (s *Store) noted(e standingEntry, now time.Time) store.NotedEntry {
	kept := e.Entry
	kept.ID = store.EntryID(entryName(e.res))
	return store.NotedEntry{Entry: kept, Tells: kept.Tells(now), Version: s.name("entry version", e.res.Reference(), e.res.Version())}
}
