package fhirstore_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/storetest"
)

// related is a RelatedPerson of Mary's whom an NHS number names.
func related(id string, n store.NHSNumber, with string) string {
	return fmt.Sprintf(`{"resourceType":"RelatedPerson","id":%q,"patient":{"reference":"Patient/mary-1"},"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":%q}]%s}`, id, n.Digits(), with)
}

// Who is named by an NHS number is the Patient who has it, and may do what a Consent lets
// them.
func TestCarersByNHSNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.elsewhere(related("r1", storetest.TomNHS, `,"birthDate":"1985-07-04","name":[{"family":"PRICE"}]`))
	w.consented("toms", letting("RelatedPerson/r1", `"2026-03-20"`, "appointments.hear", ""))
	if out := w.do(w.order(storetest.Tom, store.ListCharges{}), store.Done); len(out.Charges) != 1 || out.Charges[0].Subject != storetest.Mary {
		t.Errorf("%+v", out.Charges)
	}
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Done {
		t.Errorf("he does not act: %s", v)
	}
	if out := w.do(w.order(storetest.Mary, store.ListGrants{}), store.Done); len(out.Carers) != 2 {
		t.Errorf("%+v", out.Carers)
	}
	if v := w.acts(storetest.Ravi, storetest.Mary); v != store.Refused {
		t.Errorf("somebody else acts: %s", v)
	}
	// Nobody waits for that: it is asked beside the rest.
	for what, ask := range map[string]func(){
		"Consent":       func() { w.acts(storetest.Tom, storetest.Mary) },
		"RelatedPerson": func() { w.do(w.order(storetest.Tom, store.ListCharges{}), store.Done) },
	} {
		both := &meeting{next: w.cut, one: "/Patient/_search", other: "/" + what + "/_search", came: make(chan struct{}, 1), went: make(chan struct{}, 1)}
		was := w.Store
		w.Store = w.through(both)
		w.acts(storetest.Tom, storetest.Mary) // it is seen that a number names him
		both.on.Store(true)
		ask()
		w.Store = was
	}
	// Into a record of ours, too.
	take := func() []store.Grant {
		t.Helper()
		var all []fhir.Resource
		for _, kind := range []string{"Patient", "RelatedPerson", "Consent"} {
			all = append(all, w.all(kind)...)
		}
		batch, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(all)
		return batch.Grants
	}
	if got := take(); len(got) != 2 {
		t.Errorf("%+v", got)
	}
	// One that another has replaced is nobody; one that has the number, too, lets nobody act.
	twin := fmt.Sprintf(`{"resourceType":"Patient","id":"twin","active":%%v,"name":[{"family":"Price","given":["Tom"]}],"birthDate":"1985-07-04","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":%q}]}`, storetest.TomNHS.Digits())
	w.elsewhere(fmt.Sprintf(twin, false))
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Done || len(take()) != 2 {
		t.Errorf("he does not act: %s", v)
	}
	w.elsewhere(fmt.Sprintf(twin, true))
	w.do(w.order(storetest.Tom, store.ListCharges{}), store.None)
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Refused || len(take()) != 1 {
		t.Errorf("two have the number, and he acts: %s", v)
	}
	w.elsewhere(fmt.Sprintf(twin, false))
	w.do(w.order(storetest.Mary, store.EndGrant{Carer: storetest.Tom}), store.Done)
	if v := w.acts(storetest.Tom, storetest.Mary); v != store.Refused {
		t.Errorf("he still acts: %s", v)
	}
	// A server that does not confirm the question names nobody.
	w.Store = w.through(deaf{w.cut})
	if _, err := w.Grant(t.Context(), storetest.Tom, storetest.Mary); err == nil {
		t.Error("the server did not confirm it")
	}
}

// What does not check out lets nobody act whom it may mean, beside what else lets them; what
// means nobody changes nothing.
func TestCarersByNHSNumberThatDoNotCheckOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tom := storetest.TomNHS
	wrong := store.NHSNumber(strings.Repeat("1", 9) + "2")
	number := func(with string) string {
		return strings.Replace(related("r1", tom, ""), `"value"`, with+`,"value"`, 1)
	}
	for _, c := range []struct {
		what, r string
		acts    bool
		blocks  bool
	}{
		{"the number alone", related("r1", tom, ""), true, false},
		{"grouped, as no server finds it", strings.Replace(related("r1", tom, ""), tom.Digits(), tom.Digits()[:3]+" "+tom.Digits()[3:6]+" "+tom.Digits()[6:], 1), false, true},
		{"verified", number(`"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"code":"number-present-and-verified"}]}}]`), true, false},
		{"not verified", number(`"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"code":"trace-required"}]}}]`), false, true},
		{"old", number(`"use":"old"`), false, true},
		{"until some day", number(`"period":{"end":"2020-01-01"}`), false, true},
		{"a month of birth", related("r1", tom, `,"birthDate":"1985-07"`), true, false},
		{"another's birthday", related("r1", tom, `,"birthDate":"1985-07-05"`), false, true},
		{"his given name", related("r1", tom, `,"name":[{"family":"Pryce","given":["tom"]}]`), true, false},
		{"another's name", related("r1", tom, `,"name":[{"family":"Smith","given":["John"]}]`), false, true},
		{"two numbers", number(`"value":"` + storetest.MaryNHS.Digits() + `"},{"system":"https://fhir.nhs.uk/Id/nhs-number"`), false, true},
		{"a modifier", related("r1", tom, `,"modifierExtension":[{"url":"urn:x","valueBoolean":true}]`), false, true},
		{"of another's", strings.Replace(related("r1", tom, ""), "mary-1", "ann-3", 1), false, true},
		{"who counts no more", related("r1", tom, `,"active":false`), false, false},
		{"a number that is none", related("r1", wrong, ""), false, false},
		{"nobody's number", related("r1", "9990000034", ""), false, false},
		{"another system's number", strings.Replace(related("r1", tom, ""), "Id/nhs-number", "Id/other", 1), false, false},
	} {
		w.elsewhere(c.r)
		w.consented("c", letting("RelatedPerson/r1", `"2026-03-20"`, "appointments.hear", ""))
		if acts := w.acts(storetest.Tom, storetest.Mary) == store.Done; acts != c.acts {
			t.Errorf("%s: acts %v", c.what, acts)
		}
		verdict := store.None
		if c.acts {
			verdict = store.Done
		}
		w.do(w.order(storetest.Tom, store.ListCharges{}), verdict)
		w.consented("beside", letting("Patient/tom-2", `"2026-03-20"`, "appointments.hear", ""))
		if acts := w.acts(storetest.Tom, storetest.Mary) == store.Done; acts != !c.blocks {
			t.Errorf("%s, beside a plain one: acts %v", c.what, acts)
		}
		w.consented("beside", letting("Patient/tom-2", `"2026-03-20"`, "appointments.hear", "")+`,"status":"inactive"`)
	}
	if v := w.acts(storetest.Ann, storetest.Mary); v != store.Done {
		t.Errorf("Ann does not act: %s", v)
	}
}

// meeting lets neither of two requests pass without the other.
type meeting struct {
	next       http.RoundTripper
	on         atomic.Bool
	one, other string
	came, went chan struct{}
}

func (m *meeting) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.on.Load() {
		switch {
		case strings.HasSuffix(r.URL.Path, m.one):
			m.came <- struct{}{}
			select {
			case <-m.went:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		case strings.HasSuffix(r.URL.Path, m.other):
			select {
			case <-m.came:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			m.went <- struct{}{}
		}
	}
	return m.next.RoundTrip(r)
}
