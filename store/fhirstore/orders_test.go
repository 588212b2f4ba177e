package fhirstore_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// order is a ServiceRequest for a blood count of Mary's, ordered today, unless changed.
func order(id string, changes ...func(fhir.Resource) fhir.Resource) fhir.Resource {
	r := fhir.New("ServiceRequest").With("id", id).With("status", "active").With("intent", "order").With("subject", fhir.To("Patient", "mary-1")).
		With("code", fhir.Concept{Text: "blood count", Coding: []fhir.Coding{{System: "http://loinc.org", Code: "58410-2"}}}).
		With("authoredOn", "2026-03-02T08:00:00Z")
	for _, change := range changes {
		r = change(r)
	}
	return r
}

// ordered are what is waited for of somebody: when it is due, and whether it came.
func (w *world) ordered(p store.PersonID) string {
	w.Helper()
	o := w.order(p, store.ReadOrdered{Limit: 20})
	o.By.Actor, o.By.Staff = "", &store.Staff{ID: "s", Name: "Dr Lee", Role: store.AsClinician}
	out, err := w.Perform(w.Context(), o)
	if err != nil {
		w.Fatal(err)
	}
	all := ""
	for _, t := range out.Ordered {
		all += t.Due.String()
		if t.Private {
			all += " private"
		}
		if t.Came {
			all += " came"
		}
		all += "\n"
	}
	return strings.TrimSpace(all)
}

// What is ordered in the practice's system is waited for until its result is late, which
// follows from when it is to be done and how urgent it is; not what is no test, no order,
// or in a state that we do not know.
func TestWhatIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	concept := func(system, code string) []fhir.Concept {
		return []fhir.Concept{{Coding: []fhir.Coding{{System: system, Code: code}}}}
	}
	plain := with("code", fhir.Concept{Text: "knee"})
	for i, c := range []struct {
		what    string
		changes []func(fhir.Resource) fhir.Resource
		want    string
	}{
		{"an order", nil, "2026-03-30"},
		{"to be done on a day", []func(fhir.Resource) fhir.Resource{with("occurrenceDateTime", "2026-03-20")}, "2026-04-17"},
		{"to be done by a day", []func(fhir.Resource) fhir.Resource{with("occurrencePeriod", fhir.Period{Start: "2026-03-10", End: "2026-03-12"})}, "2026-04-09"},
		{"urgent", []func(fhir.Resource) fhir.Resource{with("priority", "urgent")}, "2026-03-09"},
		{"at once", []func(fhir.Resource) fhir.Resource{with("priority", "stat")}, "2026-03-03"},
		{"of some other priority", []func(fhir.Resource) fhir.Resource{with("priority", "soonish")}, "2026-03-30"},
		{"one that says when it is due", []func(fhir.Resource) fhir.Resource{with("extension", []map[string]any{{"url": "urn:landline:due", "valueDate": "2026-03-05"}})}, "2026-03-05"},
		{"with a label", []func(fhir.Resource) fhir.Resource{with("meta", fhir.Meta{Security: []fhir.Coding{{Code: "HIV"}}})}, "2026-03-30 private"},
		{"with a harmless one", []func(fhir.Resource) fhir.Resource{with("meta", fhir.Meta{Security: []fhir.Coding{{Code: "N"}}})}, "2026-03-30"},
		{"for Mary on this server", []func(fhir.Resource) fhir.Resource{with("subject", fhir.Reference{Reference: w.base + "/Patient/mary-1"})}, "2026-03-30"},
		{"imaging, by its category", []func(fhir.Resource) fhir.Resource{plain, with("category", concept("http://snomed.info/sct", "363679005"))}, "2026-03-30"},
		{"a picture, by that of Observations", []func(fhir.Resource) fhir.Resource{plain, with("category", concept("http://terminology.hl7.org/CodeSystem/observation-category", "imaging"))}, "2026-03-30"},
		{"one with a name that is too long to say", []func(fhir.Resource) fhir.Resource{with("code", fhir.Concept{Text: strings.Repeat("x", 61), Coding: []fhir.Coding{{System: "http://loinc.org", Code: "1"}}})}, "2026-03-30 private"},
		{"a referral", []func(fhir.Resource) fhir.Resource{plain, with("category", concept("http://snomed.info/sct", "306206005"))}, ""},
		{"a proposal", []func(fhir.Resource) fhir.Resource{with("intent", "proposal")}, ""},
		{"a draft", []func(fhir.Resource) fhir.Resource{with("status", "draft")}, ""},
		{"a status that is none", []func(fhir.Resource) fhir.Resource{with("status", "waiting")}, ""},
		{"what is not to be done", []func(fhir.Resource) fhir.Resource{with("doNotPerform", true)}, ""},
		{"what is read in another way", []func(fhir.Resource) fhir.Resource{with("modifierExtension", []map[string]any{{"url": "urn:x"}})}, ""},
		{"without a name", []func(fhir.Resource) fhir.Resource{with("code", fhir.Concept{})}, ""},
		{"a group's", []func(fhir.Resource) fhir.Resource{with("subject", fhir.To("Group", "mary-1"))}, ""},
	} {
		id := strings.Repeat("o", i+1)
		w.put(order(id, c.changes...))
		w.sweep(storetest.Now)
		if got := w.ordered(storetest.Mary); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
		w.put(order(id, append(c.changes, with("status", "revoked"))...))
		w.sweep(storetest.Now)
		if got := w.ordered(storetest.Mary); got != "" {
			t.Errorf("%s: waited for after it was revoked: %q", c.what, got)
		}
	}
}

// A result that says of which order it is settles that one alone; one that does not say
// settles whatever asked for the same test.
func TestWhatSettlesAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(observation("hb", "N"), order("first", with("priority", "urgent")), order("second"))
	w.sweep(storetest.Now)
	if got := w.ordered(storetest.Mary); got != "2026-03-09\n2026-03-30" && got != "2026-03-30\n2026-03-09" {
		t.Fatalf("two orders of one day: %q", got)
	}
	before := with("effectiveDateTime", "2026-02-27T10:00:00Z")
	of := with("basedOn", []fhir.Reference{fhir.To("CarePlan", "second"), fhir.To("ServiceRequest", "first")})
	w.put(report("early", func(r fhir.Resource) fhir.Resource { return of(before(r)).With("status", "preliminary") }))
	w.sweep(storetest.Now)
	if got := w.ordered(storetest.Mary); strings.Contains(got, "came") {
		t.Errorf("a preliminary one came: %q", got)
	}
	w.put(report("early", func(r fhir.Resource) fhir.Resource { return of(before(r)) }))
	w.sweep(storetest.Now)
	if got := w.ordered(storetest.Mary); !strings.Contains(got, "2026-03-09 came") || strings.Contains(got, "2026-03-30 came") {
		t.Errorf("that of one came: %q", got)
	}
	w.put(report("other", with("effectiveDateTime", "2026-03-04T10:00:00Z")))
	w.sweep(storetest.Now)
	if got := w.ordered(storetest.Mary); strings.Count(got, "came") != 2 {
		t.Errorf("one that does not say came: %q", got)
	}
}

// An order that is put off is due later; that its result is late is news on the day after,
// and is not where it came, or was taken back there or here.
func TestOrderThatIsLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(observation("hb", "N"), order("late", with("priority", "stat")), order("put-off", with("priority", "stat")), order("comes", with("priority", "stat")), order("back", with("priority", "stat")))
	w.sweep(storetest.Now)
	w.put(order("put-off", with("occurrenceDateTime", "2026-03-20")), order("back", with("status", "entered-in-error")),
		report("one", func(r fhir.Resource) fhir.Resource {
			return r.With("basedOn", []fhir.Reference{{Reference: w.base + "/ServiceRequest/comes/_history/1"}})
		}))
	at := storetest.Now.AddDate(0, 0, 2)
	w.sweep(at)
	var names []string
	due, err := w.local.DueNotices(t.Context(), at.Add(store.NewsGathers), 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range due {
		n, err := w.local.OpenNotice(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		left, err := w.NewsLeft(t.Context(), n.Person, n.News, at.Add(store.NewsGathers))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range left {
			if one.What == store.ResultLate {
				names = append(names, one.Test.Order)
			}
		}
	}
	if strings.Join(names, " ") != "late" {
		t.Errorf("late: %v", names)
	}
	// Staff take one back here: it is taken back there.
	o := w.order(storetest.Mary, store.ReadOrdered{Limit: 20})
	o.By.Actor, o.By.Staff = "", &store.Staff{ID: "s", Name: "Dr Lee", Role: store.AsClinician}
	for _, test := range w.do(o, store.Done).Ordered {
		back := o
		w.ids++
		back.ID, back.Request = store.RequestID("back-"+test.Order), store.WithdrawTest{Test: test.ID}
		w.do(back, store.Done)
		w.do(back, store.Done)
	}
	for _, r := range w.all("ServiceRequest") {
		var status string
		if err := r.Get("status", &status); err != nil || status == "active" {
			t.Errorf("%s is %s, %v", r.ID(), status, err)
		}
	}
	w.do(o, store.None)
}

// What staff order here stands on the server once, whichever answer was lost, and is known
// from there; on one that takes no orders it is waited for all the same.
func TestTestOrderedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := map[store.Language]string{"en": "kidney test", "cy": "prawf arennau"}
	test := store.OrderedTest{Test: "kidney", Name: name, Ordered: storetest.Today, Due: storetest.Today.AddDays(5), Private: true}
	o := w.order(storetest.Tom, store.OrderTest{Test: test})
	o.By = store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "s", Name: "Dr Lee", Role: store.AsClinician}}
	w.cut.doubtful = true
	w.cut.from(0, creates("ServiceRequest"))
	w.lost(o)
	for range 2 {
		w.do(o, store.Done)
		w.sweep(storetest.Now)
	}
	list := w.all("ServiceRequest")
	if got := w.ordered(storetest.Tom); len(list) != 1 || got != "2026-03-07 private" {
		t.Fatalf("%d orders: %q", len(list), got)
	}
	again := o
	again.Request = store.OrderTest{Test: store.OrderedTest{Test: "liver", Name: name, Ordered: storetest.Today, Due: storetest.Today}}
	if _, err := w.Perform(t.Context(), again); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same id for another test: %v", err)
	}
	test.Due = test.Due.AddDays(1)
	other := o
	other.ID, other.Request = "other", store.OrderTest{Test: test}
	w.do(other, store.Taken)

	w.cut.from(0, nil)
	w.Store = w.through(lacking{http.DefaultTransport, []string{"ServiceRequest"}})
	test.Test = "liver"
	other.Request = store.OrderTest{Test: test}
	w.do(other, store.Done)
	if got := w.ordered(storetest.Tom); !strings.Contains(got, "2026-03-08 private") {
		t.Errorf("ordered on a server that takes no orders: %q", got)
	}
}

// A server that has no orders is one on which those that came by import are told.
func TestServerWithoutOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Store = w.through(lacking{http.DefaultTransport, []string{"ServiceRequest", "_search"}})
	if got := w.ordered(storetest.Mary); got != "" {
		t.Errorf("%q", got)
	}
}
