package fhirstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/storetest"
)

// consented writes a Consent as the practice's own system does: of Mary's, unless it says
// otherwise.
func (w *world) consented(id, with string) {
	w.Helper()
	if !strings.Contains(with, `"status"`) {
		with += `,"status":"active"`
	}
	if !strings.Contains(with, `"scope"`) {
		with += `,"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]}`
	}
	if !strings.Contains(with, `"patient"`) {
		with += `,"patient":{"reference":"Patient/mary-1"}`
	}
	w.elsewhere(`{"resourceType":"Consent","id":"` + id + `",` + with + `}`)
}

// about is a provision of a type about an audience and a category.
func about(kind, audience, category, more string) string {
	return `"dateTime":"2026-03-01T10:00:00Z","provision":{"type":"` + kind + `","class":[{"system":"urn:landline:audience","code":"` + audience +
		`"},{"system":"urn:landline:category","code":"` + category + `"}]` + more + `}`
}

// chosen are the Consents on the server by which somebody shares, or does not.
func (w *world) chosen() (out []fhir.Resource) {
	w.Helper()
	for _, r := range w.all("Consent") {
		if data, err := r.MarshalJSON(); err != nil || !bytes.Contains(data, []byte("DELEGATEE")) {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) choices(p store.PersonID) []store.Choice {
	w.Helper()
	return w.do(w.order(p, store.ListChoices{}), store.Done).Choices
}

// A choice whose answer was lost is there once after a retry, and is what the practice's
// own system reads; what that changes is what counts.
func TestChoicesAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	no := w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines})
	w.cut.from(0, creates("Consent"))
	w.lost(no)
	if n := len(w.chosen()); n != 0 {
		t.Fatalf("%d consents, though the line was cut", n)
	}
	w.cut.doubtful = true
	w.cut.from(0, creates("Consent"))
	w.lost(no)
	w.cut.from(0, nil)
	for range 2 {
		w.do(no, store.Done)
	}
	there := w.chosen()
	if len(there) != 1 {
		t.Fatalf("%d consents", len(there))
	}
	if n := w.cut.count(func() { w.choices(storetest.Mary) }); n != 1 {
		t.Errorf("a list makes %d requests", n)
	}
	if got := w.choices(storetest.Mary); len(got) != 1 || got[0].Share || got[0].Channel != store.Voice || !got[0].At.Equal(storetest.Now) {
		t.Errorf("chosen: %+v", got)
	}
	// The same id for something else.
	other := no
	other.Request = store.SetChoice{Audience: store.Hospitals, Category: store.Medicines, Share: true}
	if _, err := w.Perform(w.Context(), other); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same id for another choice: %v", err)
	}
	// The practice changes it, or takes it away: that counts from then on.
	var what map[string]any
	if err := there[0].Get("provision", &what); err != nil {
		t.Fatal(err)
	}
	what["type"] = "permit"
	if _, err := w.server.Update(w.Context(), w.chosen()[0].With("provision", what)); err != nil {
		t.Fatal(err)
	}
	if got := w.choices(storetest.Mary); len(got) != 1 || !got[0].Share {
		t.Errorf("chosen: %+v", got)
	}
	if _, err := w.server.Update(w.Context(), w.chosen()[0].With("status", "inactive")); err != nil {
		t.Fatal(err)
	}
	if got := w.choices(storetest.Mary); len(got) != 0 {
		t.Errorf("chosen: %+v", got)
	}
	// And is there again, in the same place, when they say so once more.
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines}), store.Done)
	if there, got := w.chosen(), w.choices(storetest.Mary); len(there) != 1 || len(got) != 1 || got[0].Share {
		t.Errorf("%d consents; chosen: %+v", len(there), got)
	}
}

// What is chosen for everything takes the place of what was chosen before, also where
// whoever wrote it died before it had ended that: a sweep does.
func TestChoicesReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inForce := func() (n int) {
		for _, r := range w.chosen() {
			var status string
			if err := r.Get("status", &status); err != nil {
				t.Fatal(err)
			}
			if status == "active" {
				n++
			}
		}
		return n
	}
	set := func(c store.Category, share bool, at time.Time) {
		t.Helper()
		o := w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: c, Share: share})
		o.Now = at
		w.do(o, store.Done)
	}
	set(store.Medicines, true, storetest.Now)
	set(store.Everything, false, storetest.Now.Add(time.Minute))
	if got := w.choices(storetest.Mary); inForce() != 1 || len(got) != 1 || store.Shares(got, store.Hospitals, store.Medicines) {
		t.Errorf("%d in force; chosen: %+v", inForce(), got)
	}
	set(store.TestResults, true, storetest.Now.Add(2*time.Minute))
	if got := w.choices(storetest.Mary); inForce() != 2 || !store.Shares(got, store.Hospitals, store.TestResults) || store.Shares(got, store.Hospitals, store.Medicines) {
		t.Errorf("%d in force; chosen: %+v", inForce(), got)
	}
	w.cut.from(0, updates("Consent")) // of the two that are replaced, and of the one that is there
	o := w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Everything, Share: true})
	o.Now = storetest.Now.Add(3 * time.Minute)
	w.lost(o)
	w.cut.from(1, updates("Consent"))
	w.do(o, store.Done)
	if inForce() != 2 {
		t.Fatalf("%d in force", inForce())
	}
	if got := w.choices(storetest.Mary); len(got) != 1 || !got[0].Share {
		t.Errorf("chosen: %+v", got)
	}
	w.cut.from(0, nil)
	w.sweep(storetest.Now.Add(4 * time.Minute))
	if inForce() != 1 {
		t.Errorf("%d in force", inForce())
	}
}

// What is said now counts from now on, also against what is dated to come, or was written
// by a clock that is ahead of ours; and what others change between a lost answer and its
// retry stays.
func TestChoicesByOtherClocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(c store.Category, share bool) store.Order {
		return w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: c, Share: share})
	}
	for i, c := range []struct{ at, kind string }{{"2099-01-01T10:00:00Z", "permit"}, {"2099-01-01", "deny"}, {storetest.Now.Add(time.Minute).Format(time.RFC3339), "permit"}} {
		w.consented("ahead", strings.Replace(about(c.kind, "hospitals", "medicines", ""), "2026-03-01T10:00:00Z", c.at, 1))
		share := c.kind == "deny"
		for what, got := range map[string][]store.Choice{
			"they hear": w.do(set(store.Medicines, share), store.Done).Choices, "it is": w.choices(storetest.Mary),
		} {
			if is := store.Shares(got, store.Hospitals, store.Medicines); is != share {
				t.Errorf("%d: chose %v, %s %v", i, share, what, is)
			}
		}
	}

	// What is said for a while replaces nothing for good.
	w.do(set(store.MentalHealth, false), store.Done)
	w.consented("while", strings.Replace(about("permit", "hospitals", "mental-health", `,"period":{"end":"2026-03-10"}`), "2026-03-01", "2098-03-01", 1))
	if got := w.choices(storetest.Mary); !store.Shares(got, store.Hospitals, store.MentalHealth) {
		t.Error("a permission for a while does not count")
	}
	w.sweep(storetest.Now)
	w.do(set(store.Medicines, false), store.Done)
	after := w.order(storetest.Mary, store.ListChoices{})
	after.Now = storetest.Now.AddDate(0, 0, 20)
	if got := w.do(after, store.Done).Choices; store.Shares(got, store.Hospitals, store.MentalHealth) {
		t.Error("once it is over, what they said before counts no more")
	}

	no := set(store.TestResults, false)
	w.cut.doubtful = true
	w.cut.from(0, creates("Consent"))
	w.lost(no)
	w.cut.from(0, nil)
	for _, r := range w.all("Consent") {
		var what map[string]any
		if err := r.Get("provision", &what); err != nil {
			t.Fatal(err)
		}
		if what["type"] == "deny" && strings.Contains(fmt.Sprint(what), "results") {
			what["type"] = "permit"
			if _, err := w.server.Update(w.Context(), r.With("provision", what)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := w.do(no, store.Done).Choices; !store.Shares(got, store.Hospitals, store.TestResults) {
		t.Error("a retry has written over what the practice wrote after it")
	}
}

// What of the server's is not understood denies, is not written over, and lets nobody
// believe that they have changed it.
func TestChoicesNotUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	research := `"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"research"}]},`
	const optedOut = `"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTOUT"}]}`
	for i, c := range []struct {
		what, with string
		hospitals  bool // shares medicines with
		pharmacies bool
		research   bool
	}{
		{"nothing of this", about("deny", "hospitals", "medicines", "") + `,"status":"inactive"`, true, true, false},
		{"a denial", about("deny", "hospitals", "medicines", ""), false, true, false},
		{"a denial of Tom's", about("deny", "hospitals", "medicines", "") + `,"patient":{"reference":"Patient/tom-2"}`, true, true, false},
		{"a denial of everything", about("deny", "hospitals", "everything", ""), false, true, false},
		{"an audience alone", `"provision":{"type":"deny","class":[{"system":"urn:landline:audience","code":"hospitals"}]}`, false, true, false},
		{"a category that is none", about("deny", "hospitals", "genes", ""), false, true, false},
		{"an audience that is none", about("deny", "insurers", "medicines", ""), false, false, false},
		{"a permission under a purpose", about("permit", "hospitals", "medicines", `,"purpose":[{"code":"ETREAT"}]`), false, true, false},
		{"a permission with exceptions", about("permit", "hospitals", "medicines", `,"provision":[{"type":"deny"}]`), false, true, false},
		{"a permission of some of them", about("permit", "hospitals", "medicines", `,"actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Organization/1"}}]`), false, true, false},
		{"a modifier", about("permit", "hospitals", "medicines", "") + `,"modifierExtension":[{"url":"urn:x","valueBoolean":true}]`, false, true, false},
		{"a type that is none", about("maybe", "hospitals", "medicines", ""), false, true, false},
		{"a status that is none", about("permit", "hospitals", "medicines", "") + `,"status":"perhaps"`, false, true, false},
		{"a time that is none", `"dateTime":"soon",` + strings.TrimPrefix(about("permit", "hospitals", "medicines", ""), `"dateTime":"2026-03-01T10:00:00Z",`), false, true, false},
		{"a time that is over", about("deny", "hospitals", "medicines", `,"period":{"end":"2026-03-01"}`), true, true, false},
		{"a time that ends today", about("deny", "hospitals", "medicines", `,"period":{"end":"2026-03-02T15:00:00Z"}`), false, true, false},
		{"a time that ended today", about("deny", "hospitals", "medicines", `,"period":{"end":"2026-03-02T08:00:00Z"}`), true, true, false},
		{"opted out, but for this", optedOut + `,` + about("permit", "hospitals", "medicines", ""), false, false, false},
		{"opted out, but for codes of others", optedOut + `,"provision":{"type":"permit","code":[{"text":"x"}]}`, false, false, false},
		{"treatment, and a denial", about("deny", "hospitals", "medicines", "") + `,"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"treatment"},{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]}`, false, true, false},
		{"a time to come", about("deny", "hospitals", "medicines", `,"period":{"start":"2026-03-03"}`), true, true, false},
		{"a permission for codes of others", `"provision":{"type":"permit","code":[{"text":"x"}]}`, true, true, false},
		{"a plain permission", `"provision":{"type":"permit"}`, true, true, false},
		{"opted in", `"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]}`, true, true, false},
		{"opted out", optedOut, false, false, false},
		{"treatment", `"provision":{"type":"deny"},"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"treatment"}]}`, true, true, false},
		{"a scope that is none", `"provision":{"type":"deny"},"scope":{"text":"sharing"}`, false, false, false},
		{"research permitted", research + about("permit", "research", "everything", ""), true, true, true},
		{"research permitted, in the words of others", research + `"provision":{"type":"permit"}`, true, true, true},
		{"research permitted for some data", research + about("permit", "research", "everything", `,"dataPeriod":{"start":"2020"}`), true, true, false},
	} {
		id := fmt.Sprint("c", i)
		w.consented(id, c.with)
		got := w.choices(storetest.Mary)
		for a, want := range map[store.Audience]bool{store.Hospitals: c.hospitals, store.Pharmacies: c.pharmacies, store.Research: c.research} {
			category := store.Medicines
			if a == store.Research {
				category = store.Everything
			}
			if is := store.Shares(got, a, category); is != want {
				t.Errorf("%s: shares with %s: %v", c.what, a, is)
			}
		}
		w.consented(id, about("permit", "hospitals", "medicines", "")+`,"status":"entered-in-error"`)
	}

	// It stands, whatever is said by telephone, and nobody is told otherwise.
	w.consented("theirs", about("deny", "hospitals", "genes", ""))
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines, Share: true}), store.Refused)
	if out := w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines}), store.Done); store.Shares(out.Choices, store.Hospitals, store.TestResults) {
		t.Error("a denial that we do not understand counts no more")
	}
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Pharmacies, Category: store.Medicines}), store.Done)
	theirs, err := w.server.Read(t.Context(), "Consent", "theirs")
	var status string
	if err != nil || theirs.Get("status", &status) != nil || status != "active" {
		t.Errorf("it is %s, %v", status, err)
	}
}

// What others make of a Consent of ours that we do not understand stays; and of what the
// server does not confirm to be all nothing is told.
func TestChoicesOfAStrangeServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	no := store.SetChoice{Audience: store.Hospitals, Category: store.Medicines}
	w.do(w.order(storetest.Mary, no), store.Done)
	ours := w.chosen()[0]
	if _, err := w.server.Update(w.Context(), ours.With("modifierExtension", []map[string]any{{"url": "urn:x", "valueBoolean": true}})); err != nil {
		t.Fatal(err)
	}
	w.do(w.order(storetest.Mary, no), store.Done)
	if n := len(w.chosen()); n != 2 {
		t.Errorf("%d consents", n)
	}
	if got := w.choices(storetest.Mary); store.Shares(got, store.Hospitals, store.TestResults) {
		t.Errorf("chosen: %+v", got)
	}
	w.Store = w.through(deaf{w.cut})
	for _, r := range []store.Request{store.ListChoices{}, no} {
		if out, err := w.Perform(w.Context(), w.order(storetest.Mary, r)); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %s, %v", r.Verb(), out.Verdict, err)
		}
	}
	// A server that is down: nothing is told, and nothing said to be done.
	w.Store = w.through(w.cut)
	w.cut.from(0, func(*http.Request) bool { return true })
	for _, r := range []store.Request{store.ListChoices{}, no} {
		_, err := w.Perform(w.Context(), w.order(storetest.Mary, r))
		if err == nil || strings.Contains(err.Error(), "mary") {
			t.Errorf("%s: %v", r.Verb(), err)
		}
	}
}

// Choices move from a server into a record of ours and back, and what was said since is
// not written over.
func TestChoicesMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines}), store.Done)
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Extras, Category: store.ClinicalTrials, Share: true}), store.Done)
	var all []fhir.Resource
	for _, kind := range []string{"Patient", "Consent"} {
		all = append(all, w.all(kind)...)
	}
	// What is not understood denies there, too.
	w.consented("theirs", about("permit", "care-homes", "genes", ""))
	strange, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(append(w.all("Patient"), w.all("Consent")...))
	if n := len(strange.Choices); n != 3 || strange.Choices[n-1].Choice.Share || strange.Choices[n-1].Choice.Audience != store.CareHomes {
		t.Errorf("%+v", strange.Choices)
	}
	w.consented("theirs", about("permit", "care-homes", "genes", "")+`,"status":"entered-in-error"`)
	batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(all)
	if len(batch.Choices) != 2 {
		t.Fatalf("%+v; passed over: %v", batch.Choices, passed)
	}
	batch.Practice = storetest.Batch().Practice
	ours := local(t, "redis://"+miniredis.RunT(t).Addr())
	choices := func() []store.Choice {
		t.Helper()
		out, err := ours.Perform(t.Context(), w.order(storetest.Mary, store.ListChoices{}))
		if err != nil {
			t.Fatal(err)
		}
		return out.Choices
	}
	for range 2 {
		if _, err := ours.Import(t.Context(), batch, storetest.Now); err != nil {
			t.Fatal(err)
		}
		if got := choices(); len(got) != 2 || store.Shares(got, store.Hospitals, store.Medicines) || !store.Shares(got, store.Extras, store.ClinicalTrials) {
			t.Errorf("%+v", got)
		}
	}
	later := w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines, Share: true})
	later.Now = storetest.Now.Add(time.Hour)
	if _, err := ours.Perform(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	w.do(later, store.Done)
	for _, record := range []store.Record{ours, w.Store} {
		if report, err := record.Import(t.Context(), store.Batch{Choices: batch.Choices}, storetest.Now); err != nil || report.Same != 2 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if got := choices(); !store.Shares(got, store.Hospitals, store.Medicines) {
		t.Errorf("%+v", got)
	}
	if got := w.choices(storetest.Mary); len(got) != 2 || !store.Shares(got, store.Hospitals, store.Medicines) {
		t.Errorf("%+v", got)
	}
	// Onto another server.
	to := newWorld(t)
	if report, err := to.Import(t.Context(), store.Batch{Choices: batch.Choices}, storetest.Now); err != nil || report.New != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	if got := to.choices(storetest.Mary); len(got) != 2 || store.Shares(got, store.Hospitals, store.Medicines) {
		t.Errorf("%+v", got)
	}
}

// Somebody is told that others have written down what they share, and their ledger says
// who did: once, and not of what they chose themselves.
func TestChoicesOfOthersAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := func() (news []store.News) {
		t.Helper()
		w.sweep(storetest.Now)
		ids, err := w.local.DueNotices(t.Context(), storetest.Now.AddDate(0, 0, 2), 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if n, err := w.local.OpenNotice(t.Context(), id); err == nil && n.Person == storetest.Mary {
				news = append(news, n.News...)
			}
		}
		return slices.DeleteFunc(news, func(n store.News) bool { return n.What != store.RecordChanged })
	}
	w.do(w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: store.Everything}), store.Done)
	if got := told(); len(got) != 0 {
		t.Errorf("she is told of her own choice: %v", got)
	}
	w.consented("theirs", about("deny", "pharmacies", "everything", ""))
	for range 2 {
		if got := told(); len(got) != 1 {
			t.Errorf("she is told %d times", len(got))
		}
	}
	if _, err := w.local.Chain(t.Context(), 99); err != nil {
		t.Fatal(err)
	}
	out, err := w.local.Visits(t.Context(), w.order(storetest.Mary, store.ListVisits{}))
	if err != nil {
		t.Fatal(err)
	}
	byStaff := 0
	for _, v := range out.Visits {
		if v.Role != "" && slices.Contains(v.Deeds, store.ChangedSharing) {
			byStaff++
		}
	}
	if byStaff != 1 {
		t.Errorf("her ledger tells of it %d times: %+v", byStaff, out.Visits)
	}
}
