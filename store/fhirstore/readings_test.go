package fhirstore_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// all are the resources of a type on the server.
func (w *world) all(kind string) []fhir.Resource {
	w.Helper()
	f, err := w.server.Search(w.Context(), fhir.Query{Type: kind, Params: url.Values{"_count": {"100"}}})
	if err != nil {
		w.Fatal(err)
	}
	return f.Resources
}

// elsewhere writes a resource as the practice's own system does.
func (w *world) elsewhere(text string) {
	w.Helper()
	var r fhir.Resource
	if err := r.UnmarshalJSON([]byte(text)); err != nil {
		w.Fatal(err)
	}
	if _, err := w.server.Put(w.Context(), r); err != nil {
		w.Fatal(err)
	}
}

// A reading whose answer was lost is there once after a retry; one that never came there
// is not said to be kept, and staff know of it if it was severe.
func TestReadingSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mild := w.order(storetest.Tom, store.SendReading{Kind: store.Weight, Values: []store.Tenths{812}})
	severe := w.order(storetest.Tom, store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{910}})
	w.cut.from(0, creates("Observation"))
	w.lost(mild)
	w.cut.from(0, creates("Observation"))
	w.lost(severe)
	if n := len(w.all("Observation")); n != 0 {
		t.Fatalf("%d observations, though the line was cut", n)
	}
	if tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 9); err != nil || len(tasks) != 1 || tasks[0].Kind != store.UrgentReading {
		t.Fatalf("tasks: %+v, %v", tasks, err)
	}
	w.cut.doubtful = true
	w.cut.from(0, creates("Observation"))
	w.lost(mild)
	for _, o := range []store.Order{mild, mild, severe, severe} {
		w.do(o, store.Done)
	}
	if n := len(w.all("Observation")); n != 2 {
		t.Errorf("%d observations", n)
	}
	if tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 9); err != nil || len(tasks) != 1 {
		t.Errorf("tasks: %+v, %v", tasks, err)
	}
	// Where the answer was lost for good, and what was done is forgotten here, the server
	// still knows what the request was.
	w.Store = w.through(w.cut)
	mild.Request = store.SendReading{Kind: store.Weight, Values: []store.Tenths{999}}
	if _, err := w.Perform(w.Context(), mild); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same id for another reading: %v", err)
	}
}

// What people measured of themselves is told, whoever keeps it; not what the practice
// measured, what was entered in error, what is labelled, or what is in another unit.
func TestReadingsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	observation := func(id, with string) {
		w.elsewhere(`{"resourceType":"Observation","id":"` + id + `","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
			"effectiveDateTime":"2026-02-20T08:00:00Z",` + with + `}`)
	}
	const (
		toms = `"subject":{"reference":"Patient/tom-2"},`
		own  = `"performer":[{"reference":"Patient/tom-2"}],`
		kg   = `"valueQuantity":{"value":80.14,"code":"kg"}`
	)
	observation("app", toms+own+`"status":"final",`+kg)
	observation("nurse", toms+`"performer":[{"reference":"Practitioner/nurse-kay"}],"status":"final",`+kg)
	observation("nobody", toms+`"status":"final",`+kg)
	observation("error", toms+own+`"status":"entered-in-error",`+kg)
	observation("label", toms+own+`"meta":{"security":[{"code":"R"}]},"status":"final",`+kg)
	observation("pounds", toms+own+`"status":"final","valueQuantity":{"value":176,"code":"[lb_av]"}`)
	observation("none", toms+own+`"status":"final"`)
	observation("impossible", toms+own+`"status":"final","valueQuantity":{"value":8000,"code":"kg"}`)
	observation("marys", `"subject":{"reference":"Patient/mary-1"},`+own+`"status":"final",`+kg)
	list := store.ListReadings{Kind: store.Weight, Limit: 9}
	told := w.do(w.order(storetest.Tom, list), store.Done).Readings
	if len(told) != 1 || told[0].ID != ":app" || told[0].Reveal() != "80.1" || told[0].By != storetest.Tom {
		t.Errorf("told %v of %d", told, len(told))
	}
	// None is said only where the server confirmed the question.
	list.Kind = store.Pulse
	w.do(w.order(storetest.Tom, list), store.None)
	w.Store = w.through(deaf{w.cut})
	if out, err := w.Perform(w.Context(), w.order(storetest.Tom, list)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%s, %v", out.Verdict, err)
	}
}

// Nothing personal is in a log or an error, also where the server refuses.
func TestReadingsTellNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut.from(0, creates("Observation"))
	_, err := w.Perform(w.Context(), w.order(storetest.Tom, store.SendReading{Kind: store.Weight, Values: []store.Tenths{812}}))
	if err == nil || strings.Contains(err.Error(), "tom") || strings.Contains(err.Error(), "81") {
		t.Error(err)
	}
}
