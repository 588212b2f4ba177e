package fhirstore

import (
	"context"
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

// Results of the server are read anew whenever somebody asks for theirs, so that what
// was withdrawn, or held, there a moment ago is not told; then they are told from the
// Local, which knows how far each was heard. None of it is cached.

// reports is which versions of somebody's reports were taken in, so that a Local is not
// asked to take in the same again.
type reports struct {
	mu    sync.Mutex
	taken map[store.PersonID]string
}

// mostReports is for how many people that is remembered.
const mostReports = 10_000

func (r *reports) same(p store.PersonID, versions string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken[p] == versions
}

func (r *reports) note(p store.PersonID, versions string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken == nil || len(r.taken) >= mostReports {
		r.taken = map[store.PersonID]string{}
	}
	r.taken[p] = versions
}

// results performs a request about the subject's results: one request to the server, and
// one more where its reports have parts that did not come along.
func (s *Store) results(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	if !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o) // which refuses
	}
	_, there, err := s.refresh(ctx, o.By.Subject, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	switch r := o.Request.(type) {
	case store.HearResult:
		if gone(r.Result, there) {
			return none, nil
		}
	case store.ListResults:
		return s.listResults(ctx, o, r, there)
	}
	return s.Local.Perform(ctx, o)
}

// allows reports whether the policy allows an order, with the grant as the Local has it:
// whoever asks has just read it, see carers.go.
func (s *Store) allows(ctx context.Context, o store.Order) bool {
	by := o.By
	if by.Staff == nil && by.OnBehalf() {
		by.Grant = nil
		if g, err := s.Local.Grant(ctx, by.Actor, by.Subject); err == nil {
			by.Grant = &g
		}
	}
	return store.Allow(by, o.Request, today(o)).Allowed
}

// gone reports whether a result is one of the server's that is not there any more.
func gone(id store.ResultID, there map[store.ResultID]bool) bool {
	return strings.HasPrefix(string(id), resultMark) && !there[id]
}

// listResults lists what the Local has less what is gone from the server.
func (s *Store) listResults(ctx context.Context, o store.Order, r store.ListResults, there map[store.ResultID]bool) (store.Outcome, error) {
	for {
		o.Request = r
		out, err := s.Local.Perform(ctx, o)
		if err != nil || out.Verdict != store.Done {
			return out, err
		}
		last := out.Results[len(out.Results)-1]
		out.Results = slices.DeleteFunc(out.Results, func(one store.Result) bool { return gone(one.ID, there) })
		switch {
		case len(out.Results) > 0:
			return out, nil
		case !out.More:
			return none, nil
		}
		r.After = store.CursorBehind(last)
	}
}

// refresh takes somebody's reports in as they are on the server, and returns them, and
// which results there are.
func (s *Store) refresh(ctx context.Context, p store.PersonID, now time.Time) ([]fhir.Resource, map[store.ResultID]bool, error) {
	found, err := s.server.Search(ctx, fhir.Query{Type: "DiagnosticReport", Private: true, Params: url.Values{
		"patient": {"Patient/" + patientID(p)}, "_include": {"DiagnosticReport:result"}, "_count": {"100"},
	}})
	if err != nil {
		return nil, nil, err
	}
	if err := understood("results", found); err != nil && len(found.Resources) == 0 {
		return nil, nil, err
	}
	rows, versions, err := s.rows(ctx, found, now)
	if err != nil {
		return nil, nil, err
	}
	rows = slices.DeleteFunc(rows, func(r store.Result) bool { return r.Person != p })
	there := map[store.ResultID]bool{}
	for _, r := range rows {
		there[r.ID] = true
	}
	if len(rows) == 0 || s.reports.same(p, versions) {
		return found.Resources, there, nil
	}
	if _, err := takeIn(ctx, s, now, "results", rows, func(rows []store.Result) store.Batch { return store.Batch{Results: rows} }); err != nil {
		return nil, nil, fmt.Errorf("results: %w: %v", store.ErrUnavailable, err)
	}
	s.reports.note(p, versions)
	return found.Resources, there, nil
}

// rows reads the reports that were found, with their parts, and says in which versions.
func (s *Store) rows(ctx context.Context, found fhir.Found, now time.Time) ([]store.Result, string, error) {
	parts, err := s.parts(ctx, found)
	if err != nil {
		return nil, "", err
	}
	workdays, err := s.workdays(ctx)
	if err != nil {
		return nil, "", err
	}
	var versions []string
	for at, o := range parts {
		versions = append(versions, at+o.Version())
	}
	var rows []store.Result
	for _, r := range found.Resources {
		row, ok := reportFrom(r, withContained(r, parts), workdays, now.Location())
		if ok {
			rows = append(rows, row)
		}
		versions = append(versions, r.Reference()+r.Version())
	}
	slices.Sort(versions)
	return rows, strings.Join(versions, " "), nil
}

// withContained is the parts of reports with those that a report contains.
func withContained(r fhir.Resource, parts map[string]fhir.Resource) map[string]fhir.Resource {
	var contained []fhir.Resource
	if r.Get("contained", &contained) != nil || len(contained) == 0 {
		return parts
	}
	all := maps.Clone(parts)
	for _, o := range contained {
		all["#"+o.ID()] = o
	}
	return all
}

// parts are the Observations of reports, by their references; those that did not come
// along are asked for.
func (s *Store) parts(ctx context.Context, found fhir.Found) (map[string]fhir.Resource, error) {
	all := map[string]fhir.Resource{}
	for _, o := range found.Included {
		if o.Type() == "Observation" {
			all[o.Reference()] = o
		}
	}
	var missing []string
	for _, r := range found.Resources {
		var refs []fhir.Reference
		_ = r.Get("result", &refs)
		for _, ref := range refs {
			if id := ref.ID("Observation"); id != "" && all["Observation/"+id].Type() == "" {
				missing = append(missing, id)
			}
		}
	}
	more, err := s.byIDs(ctx, "Observation", missing)
	for _, o := range more {
		all[o.Reference()] = o
	}
	return all, err
}

// workdays says which is the first day after a time on which the practice works.
func (s *Store) workdays(ctx context.Context) (func(time.Time) store.Day, error) {
	p, err := s.Practice(ctx)
	if err != nil {
		return nil, err
	}
	return func(t time.Time) store.Day { return nextWorkday(t, p.Closures) }, nil
}

// nextWorkday is the first day after a time on which people work.
func nextWorkday(t time.Time, closures []store.Day) store.Day {
	d := store.DayOf(t).AddDays(1)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || slices.Contains(closures, d) {
		d = d.AddDays(1)
	}
	return d
}
