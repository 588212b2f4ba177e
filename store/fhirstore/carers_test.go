package fhirstore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/storetest"
)

// acts asks what a carer may do, and then asks for the subject's appointments, as a turn of
// theirs does; it returns how that came out.
func (w *world) acts(carer, subject store.PersonID) store.Verdict {
	w.Helper()
	o := w.order(carer, store.ListAppointments{})
	o.By.Subject = subject
	g, err := w.Grant(w.Context(), carer, subject)
	switch {
	case err == nil:
		o.By.Grant = &g
	case !errors.Is(err, store.ErrNotFound):
		w.Fatal(err)
	}
	out, err := w.Perform(w.Context(), o)
	if err != nil {
		w.Fatal(err)
	}
	if may := err == nil && g.Allows(store.HearAppointments, storetest.Today); may != (out.Verdict != store.Refused) {
		w.Fatalf("it came out %s under %+v", out.Verdict, g)
	}
	return out.Verdict
}

// notice is what asks somebody whom another has named.
func (w *world) notice(by store.PersonID, n store.Number) store.KeptNotice {
	w.Helper()
	w.do(w.order(by, store.NameCarer{Number: n, Scopes: []store.Scope{store.HearAppointments}, Until: storetest.Today.AddDays(60)}), store.Done)
	ids, err := w.local.DueNotices(w.Context(), storetest.Now.Add(store.AskedAfter), 10)
	if err != nil {
		w.Fatal(err)
	}
	for _, id := range ids {
		if kept, err := w.local.OpenNotice(w.Context(), id); err == nil && kept.Kind == store.Invited && kept.Person == by && kept.Number == n {
			return kept
		}
	}
	w.Fatal("nobody is asked")
	return store.KeptNotice{}
}

func (w *world) agreeing(carer store.PersonID, n store.KeptNotice) store.Order {
	o := w.order(carer, store.AnswerInvitation{Notice: n.ID, Agree: true})
	o.By.Notice, o.By.Caller = n.ID, n.Number
	return o
}

// agrees has somebody act for another who named them by their number.
func (w *world) agrees(subject, carer store.PersonID, n store.Number) {
	w.Helper()
	w.do(w.agreeing(carer, w.notice(subject, n)), store.Done)
}

// delegated are the Consents that let somebody act, in a status.
func (w *world) delegated(status string) (out []fhir.Resource) {
	w.Helper()
	for _, r := range w.all("Consent") {
		var is string
		data, err := json.Marshal(r)
		if err != nil || r.Get("status", &is) != nil {
			w.Fatal(err)
		}
		if is == status && strings.Contains(string(data), "DELEGATEE") {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) change(r fhir.Resource, element string, v any) {
	w.Helper()
	if _, err := w.server.Update(w.Context(), r.With(element, v)); err != nil {
		w.Fatal(err)
	}
}

// What staff and the person say is on the server, once, with its kind, what it lets do and
// until when; what is ended is ended there first.
func TestGrantsAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	grant := store.Grant{Carer: storetest.Tom, Subject: storetest.Mary, Kind: store.Attorney, Scopes: []store.Scope{store.HearResults, store.HearAppointments}, Until: storetest.Today.AddDays(100)}
	made := w.order("", store.MakeGrant{Grant: grant})
	made.By = store.Authority{Subject: storetest.Mary, Staff: &store.Staff{ID: "s", Name: "Sue", Role: store.AtReception}}
	for _, doubtful := range []bool{false, true} {
		w.cut.doubtful = doubtful
		w.cut.from(0, creates("Consent"))
		w.lost(made)
		w.cut.from(0, nil)
	}
	for range 2 {
		w.do(made, store.Done)
	}
	if n := len(w.delegated("active")); n != 2 { // Ann's, too
		t.Fatalf("%d let somebody act", n)
	}
	if g, err := w.Grant(t.Context(), storetest.Tom, storetest.Mary); err != nil || g.Kind != store.Attorney || !slices.Equal(g.Scopes, grant.Scopes) || g.Until != grant.Until {
		t.Errorf("%+v, %v", g, err)
	}
	if n := w.cut.count(func() { w.acts(storetest.Tom, storetest.Mary) }); n != 2 {
		t.Errorf("a turn of a carer's that reads makes %d requests", n)
	}
	if n := w.cut.count(func() { w.do(w.order(storetest.Tom, store.ListCharges{}), store.Done) }); n != 2 {
		t.Errorf("a list of charges makes %d requests", n)
	}
	if n := w.cut.count(func() { w.do(w.order(storetest.Mary, store.ListGrants{}), store.Done) }); n != 1 {
		t.Errorf("a list of carers makes %d requests", n)
	}

	// Ended: where the answer was lost it is ended all the same.
	end := w.order(storetest.Mary, store.EndGrant{Carer: storetest.Ann})
	w.cut.from(0, updates("Consent"))
	w.cut.doubtful = true
	w.lost(end)
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Refused {
		t.Errorf("she still acts: %s", v)
	}
	for range 2 {
		w.do(end, store.Done)
	}
	if gone := w.delegated("inactive"); len(gone) != 1 || len(w.delegated("active")) != 1 {
		t.Errorf("%d are inactive", len(gone))
	}
	// The file again does not bring her back, and a changed row does.
	if _, err := w.Import(t.Context(), storetest.Batch(), storetest.Now); err != nil {
		t.Fatal(err)
	}
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Refused {
		t.Errorf("she acts again: %s", v)
	}
	row := storetest.Batch().Grants[0]
	row.Until = row.Until.AddDays(1)
	if _, err := w.Import(t.Context(), store.Batch{Grants: []store.Grant{row}}, storetest.Now); err != nil {
		t.Fatal(err)
	}
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Done {
		t.Errorf("she does not act: %s", v)
	}
}

// What is withdrawn on the server is in force in the middle of a call, also where the whole
// Consent, or who it names, is gone; what is given there counts, and the person is told.
func TestGrantsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Done {
		t.Fatal(v)
	}
	anns := w.delegated("active")[0]
	w.change(anns, "status", "inactive")
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Refused {
		t.Errorf("withdrawn, and she still acts: %s", v)
	}
	w.do(w.order(storetest.Ann, store.ListCharges{}), store.None)
	w.do(w.order(storetest.Mary, store.ListGrants{}), store.None)
	anns = w.delegated("inactive")[0]
	w.change(anns, "status", "active") // given back
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Done {
		t.Errorf("given back, and she does not act: %s", v)
	}
	w.change(w.delegated("active")[0], "status", "entered-in-error")
	// A turn in which nobody has read the grant reads it.
	o := w.order(storetest.Ann, store.ListAppointments{})
	o.By.Subject = storetest.Mary
	w.do(o, store.Refused)

	// Given there to Tom, in the practice's own words for who he is.
	w.elsewhere(`{"resourceType":"RelatedPerson","id":"r1","patient":{"reference":"Patient/mary-1"},"identifier":[{"system":"urn:landline:patient","value":"tom-2"}]}`)
	w.consented("toms", letting("RelatedPerson/r1", `"2026-03-20"`, "appointments.hear", ""))
	if out := w.do(w.order(storetest.Tom, store.ListCharges{}), store.Done); len(out.Charges) != 1 || out.Charges[0].Given.Reveal() != "Mary" || out.Charges[0].Until.String() != "2026-03-20" {
		t.Errorf("%+v", out.Charges)
	}
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Done {
		t.Errorf("he does not act: %s", v)
	}
	if out := w.do(w.order(storetest.Mary, store.ListGrants{}), store.Done); len(out.Carers) != 1 || out.Carers[0].ID != storetest.Tom {
		t.Errorf("%+v", out.Carers)
	}
	w.do(w.order(storetest.Mary, store.EndGrant{Carer: storetest.Tom}), store.Done)
	var status string
	if r, err := w.server.Read(t.Context(), "Consent", "toms"); err != nil || r.Get("status", &status) != nil || status != "inactive" {
		t.Errorf("the practice's Consent is %s, %v", status, err)
	}
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Refused {
		t.Errorf("he still acts: %s", v)
	}
	// The person is told of one given there, when it is followed.
	w.consented("meenas", letting("Patient/meena-5", `"2026-03-20"`, "appointments.hear", ""))
	w.sweep(storetest.Now)
	ids, err := w.local.DueNotices(t.Context(), storetest.Now.AddDate(0, 0, 2), 50)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, id := range ids {
		if n, err := w.local.OpenNotice(t.Context(), id); err == nil && n.Person == storetest.Mary {
			for _, news := range n.News {
				if news.What == store.GrantChanged {
					told++
				}
			}
		}
	}
	if told == 0 {
		t.Error("Mary is not told")
	}
	if v := w.acts("meena-5", storetest.Mary); v != store.Done {
		t.Errorf("she does not act: %s", v)
	}
}

// Who is let act for a child there is let until the child's next review, also where the
// server says longer.
func TestGrantsForAChildOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	child := storetest.Batch().People[0]
	child.Person.ID, child.Person.NHS, child.Person.Born = "child", "", store.BornOn(storetest.Today.AddDays(40-11*365-3))
	if _, err := w.Import(t.Context(), store.Batch{People: []store.PersonRow{child}}, storetest.Now); err != nil {
		t.Fatal(err)
	}
	w.consented("childs", letting("Patient/ann-3", `"2030-01-01"`, "appointments.hear", "")+`,"patient":{"reference":"Patient/child"}`)
	if g, err := w.Grant(t.Context(), storetest.Ann, "child"); err != nil || !g.Holds(storetest.Today) || !g.Until.Before(storetest.Today.AddDays(60)) {
		t.Errorf("%+v, %v", g, err)
	}
}

// letting is a Consent of Mary's that lets somebody act.
func letting(who, end, scope, more string) string {
	return `"dateTime":"2026-02-01","provision":{"type":"permit","period":{"end":` + end + `},"actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"DELEGATEE"}]},
		"reference":{"reference":"` + who + `"}}],"class":[{"system":"urn:landline:scope","code":"` + scope + `"}]` + more + `}`
}

// What of a grant of others we do not understand lets nobody act, and is not made up for by
// one of ours.
func TestGrantsNotUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const toms, end, hear = "Patient/tom-2", `"2026-03-20"`, "appointments.hear"
	w.elsewhere(`{"resourceType":"RelatedPerson","id":"of-tom","patient":{"reference":"Patient/tom-2"},"identifier":[{"system":"urn:landline:patient","value":"tom-2"}]}`)
	w.elsewhere(`{"resourceType":"RelatedPerson","id":"ended","active":false,"patient":{"reference":"Patient/mary-1"},"identifier":[{"system":"urn:landline:patient","value":"tom-2"}]}`)
	w.elsewhere(`{"resourceType":"RelatedPerson","id":"stranger","patient":{"reference":"Patient/mary-1"}}`)
	for i, c := range []struct {
		what, with string
		acts       bool
		blocks     bool // beside one that lets him
	}{
		{"a plain one", letting(toms, end, hear, ""), true, false},
		{"an hour of the last day", letting(toms, `"2026-03-02T12:00:00Z"`, hear, ""), false, false},
		{"until the end of the day", letting(toms, `"2026-03-02T23:59:59Z"`, hear, ""), true, false},
		{"over", letting(toms, `"2026-03-01"`, hear, ""), false, false},
		{"without an end", strings.Replace(letting(toms, end, hear, ""), `"end":`, `"start":`, 1), false, false},
		{"an end that is none", letting(toms, `"soon"`, hear, ""), false, true},
		{"from tomorrow", strings.Replace(letting(toms, end, hear, ""), `"end":`, `"start":"2026-03-03","end":`, 1), false, false},
		{"not in force yet", letting(toms, end, hear, "") + `,"status":"draft"`, false, false},
		{"a status that is none", letting(toms, end, hear, "") + `,"status":"ok"`, false, true},
		{"a thing that nobody can do", letting(toms, end, "everything", ""), false, false},
		{"a purpose", letting(toms, end, hear, `,"purpose":[{"code":"TREAT"}]`), false, true},
		{"exceptions", letting(toms, end, hear, `,"provision":[{"type":"deny"}]`), false, true},
		{"what R4 does not have", letting(toms, end, hear, `,"unless":"raining"`), false, true},
		{"a denial", strings.Replace(letting(toms, end, hear, ""), `"type":"permit"`, `"type":"deny"`, 1), false, true},
		{"a denial that ends today", strings.Replace(letting(toms, `"2026-03-02T18:00:00Z"`, hear, ""), `"type":"permit"`, `"type":"deny"`, 1), false, true},
		{"a modifier", letting(toms, end, hear, "") + `,"modifierExtension":[{"url":"urn:x","valueBoolean":true}]`, false, true},
		{"a kind that is none", letting(toms, end, hear, "") + `,"extension":[{"url":"urn:landline:grant","valueCode":"friend"}]`, false, true},
		{"another scope", letting(toms, end, hear, "") + `,"scope":{"text":"x"}`, false, true},
		{"of his own", letting("RelatedPerson/of-tom", end, hear, ""), false, true},
		{"to one who counts no more", letting("RelatedPerson/ended", end, hear, ""), false, false},
		{"to a stranger", letting("RelatedPerson/stranger", end, hear, ""), false, false},
		{"to him and a stranger", strings.Replace(letting(toms, end, hear, ""), `"actor":[`, `"actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"DELEGATEE"}]},"reference":{"reference":"RelatedPerson/stranger"}},`, 1), false, true},
		{"to nobody who is there", letting("RelatedPerson/none", end, hear, ""), false, false},
	} {
		id := fmt.Sprint("g", i)
		w.consented(id, c.with)
		if acts := w.acts(storetest.Tom, storetest.Mary) == store.Done; acts != c.acts {
			t.Errorf("%s: acts %v", c.what, acts)
		}
		w.consented("beside", letting(toms, end, hear, ""))
		if acts := w.acts(storetest.Tom, storetest.Mary) == store.Done; acts != !c.blocks {
			t.Errorf("%s, beside a plain one: acts %v", c.what, acts)
		}
		if c.blocks {
			o := w.order("", store.MakeGrant{Grant: store.Grant{Carer: storetest.Tom, Scopes: store.Scopes(), Until: storetest.Today.AddDays(5)}})
			o.By = store.Authority{Subject: storetest.Mary, Staff: &store.Staff{ID: "s", Name: "Sue", Role: store.AtReception}}
			w.do(o, store.Refused)
		}
		for _, over := range []string{id, "beside"} {
			w.consented(over, letting(toms, end, hear, "")+`,"status":"entered-in-error"`)
		}
	}
	// An import sees it in the same way.
	w.consented("g1", letting(toms, end, hear, ""))
	w.consented("g2", letting(toms, end, hear, `,"purpose":[{"code":"TREAT"}]`))
	var all []fhir.Resource
	for _, kind := range []string{"Patient", "RelatedPerson", "Consent"} {
		all = append(all, w.all(kind)...)
	}
	batch, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(all)
	if len(batch.Grants) != 1 || batch.Grants[0].Carer != storetest.Ann {
		t.Errorf("%+v", batch.Grants)
	}
}

// Whoever dies between what is said here and what is on the server leaves nobody with more
// than both say: a sweep puts in force what was agreed to, and ends the rest.
func TestGrantsHalfAgreed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.notice(storetest.Mary, storetest.TomPhone)
	agree := w.agreeing(storetest.Tom, n)
	w.cut.from(0, updates("Consent"))
	w.lost(agree)
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Refused {
		t.Errorf("he acts before the server knows: %s", v)
	}
	w.sweep(storetest.Now.Add(2 * time.Minute))
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Done {
		t.Errorf("he does not act: %s", v)
	}
	w.do(agree, store.Done)
	if n := len(w.delegated("active")); n != 2 {
		t.Errorf("%d let somebody act", n)
	}

	// Proposed, and never agreed to.
	lost := w.notice(storetest.Tom, storetest.AnnPhone)
	o := w.agreeing(storetest.Ann, lost)
	w.cut.doubtful = true
	w.cut.from(0, creates("Consent"))
	w.lost(o)
	w.sweep(storetest.Now.Add(2 * time.Minute))
	if v := w.acts(storetest.Ann, storetest.Tom); v != store.Refused || len(w.delegated("rejected")) != 1 {
		t.Errorf("she acts, who did not agree: %s", v)
	}
}

// A server that is down, or does not confirm the question, lets nobody act.
func TestGrantsOfAStrangeServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lists := []store.Order{w.order(storetest.Ann, store.ListCharges{}), w.order(storetest.Mary, store.ListGrants{}), w.order(storetest.Mary, store.EndGrant{Carer: storetest.Ann})}
	for _, strange := range []func(){
		func() { w.Store = w.through(deaf{w.cut}) },
		func() { w.Store = w.through(w.cut); w.cut.from(0, func(*http.Request) bool { return true }) },
	} {
		strange()
		if g, err := w.Grant(t.Context(), storetest.Ann, storetest.Mary); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%+v, %v", g, err)
		}
		for _, o := range lists {
			if out, err := w.Perform(t.Context(), o); !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "mary") {
				t.Errorf("%s: %s, %v", o.Request.Verb(), out.Verdict, err)
			}
		}
	}
}

// A carer who is told, too, is told no more once that was withdrawn on the server, nor
// when they may act again.
func TestWithdrawnThereIsToldNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := func(want ...store.PersonID) {
		t.Helper()
		if got, err := w.Copied(t.Context(), storetest.Mary, storetest.Today); err != nil || !slices.Equal(got, want) {
			t.Errorf("told, too: %v, %v; want %v", got, err, want)
		}
	}
	w.do(w.order(storetest.Mary, store.CopyCarer{Carer: storetest.Ann, Copied: true}), store.Done)
	told(storetest.Ann)
	w.change(w.delegated("active")[0], "status", "inactive")
	w.sweep(storetest.Now)
	told()
	w.change(w.delegated("inactive")[0], "status", "active")
	w.sweep(storetest.Now)
	if v := w.acts(storetest.Ann, storetest.Mary); v == store.Refused {
		t.Fatal("Ann may not act again")
	}
	told()
}
