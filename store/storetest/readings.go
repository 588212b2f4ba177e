package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// A reading is kept once, told newest first, and staff know of a severe one.
func readings(w *world) {
	limit := store.ReadingLimits{Person: Mary, Kind: store.BloodPressure, Bounds: []store.Bound{{High: 1500, Severity: store.RingPractice}}}
	old := store.Reading{
		ID: "old", Person: Mary, Kind: store.BloodPressure, Values: []store.Tenths{1380, 790}, Taken: w.now.AddDate(0, 0, -7), By: Mary, Status: store.Preliminary,
	}
	for range 2 { // the second changes nothing
		if _, err := w.Record.Import(w.ctx, store.Batch{Limits: []store.ReadingLimits{limit}, Readings: []store.Reading{old}}, w.now); err != nil {
			w.Fatal("import:", err)
		}
	}
	low, high := as(Mary, store.ByBirthday), as(Mary, store.ByPIN)
	list := store.ListReadings{Kind: store.BloodPressure, Limit: 10}
	send := store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{1410, 800}}
	w.want(w.do(store.Authority{}, send), store.Refused)
	w.want(w.do(low, list), store.Refused)
	w.want(w.do(low, store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{800, 1410}}), store.Refused)
	w.want(w.do(high, store.ListReadings{Kind: store.Weight, Limit: 10}), store.None)

	w.now = w.now.Add(time.Minute)
	order := store.Order{ID: w.id(), By: low, Request: send, Now: w.now}
	for range 2 { // the second is the carrier's retry
		out := w.want(w.order(order), store.Done)
		if r := out.Readings[0]; r.Severity != store.NotSevere || r.By != Mary || r.Level != store.ByBirthday || r.Status != store.Preliminary {
			w.Errorf("kept as %+v", r)
		}
	}
	w.now = w.now.Add(time.Minute)
	severe := store.Order{ID: w.id(), By: low, Now: w.now, Request: store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{1650, 900}}}
	for range 2 {
		if out := w.want(w.order(severe), store.Done); out.Readings[0].Severity != store.RingPractice {
			w.Errorf("severity %d", out.Readings[0].Severity)
		}
	}
	tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10)
	if err != nil || len(tasks) != 1 || tasks[0].Kind != store.SevereReading || tasks[0].Subject != Mary {
		w.Fatalf("tasks: %+v, %v", tasks, err)
	}
	var told []string
	for _, r := range w.want(w.do(high, list), store.Done).Readings {
		told = append(told, r.Reveal())
	}
	if diff := cmp.Diff([]string{"165/90", "141/80", "138/79"}, told); diff != "" {
		w.Error(diff)
	}
	// What was said of one stays so, whatever its limits are by now.
	limit.Bounds[0].High = 1700
	if _, err := w.Record.Import(w.ctx, store.Batch{Limits: []store.ReadingLimits{limit}}, w.now); err != nil {
		w.Fatal(err)
	}
	if out := w.want(w.order(severe), store.Done); out.Readings[0].Severity != store.RingPractice {
		w.Errorf("the same again under other limits: severity %d", out.Readings[0].Severity)
	}
	severe.Request = store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{1650, 910}}
	if _, err := w.Record.Perform(w.ctx, severe); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the same id for another reading: %v", err)
	}
	w.now = w.now.Add(time.Minute)
	if out := w.want(w.do(low, store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{910}}), store.Done); out.Readings[0].Severity != store.Ring999 {
		w.Errorf("severity %d", out.Readings[0].Severity)
	}
	if tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10); err != nil || len(tasks) != 2 || tasks[0].Kind != store.UrgentReading || tasks[0].Trail[0] != "oxygen 91" {
		w.Errorf("tasks: %+v, %v", tasks, err)
	}
	// What the practice set for everybody stands in the place of the usual.
	everybodys := store.ReadingLimits{Kind: store.Oxygen, Bounds: []store.Bound{{Low: 900, Severity: store.Ring111}}}
	if _, err := w.Record.Import(w.ctx, store.Batch{Limits: []store.ReadingLimits{everybodys}}, w.now); err != nil {
		w.Fatal(err)
	}
	for value, want := range map[store.Tenths]store.Severity{910: store.NotSevere, 890: store.Ring111} {
		if out := w.want(w.do(low, store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{value}}), store.Done); out.Readings[0].Severity != want {
			w.Errorf("under the practice's limits %s is of severity %d", value.Reveal(), out.Readings[0].Severity)
		}
	}
	// A carer sends them within a grant that says so.
	w.want(w.do(w.forOther(Ann, Mary), send), store.Refused)
	grant := store.Grant{Carer: Ann, Subject: Mary, Until: Today.AddDays(30), Scopes: []store.Scope{store.SendReadings}}
	if _, err := w.Record.Import(w.ctx, store.Batch{Grants: []store.Grant{grant}}, w.now); err != nil {
		w.Fatal(err)
	}
	if out := w.want(w.do(w.forOther(Ann, Mary), send), store.Done); out.Readings[0].By != Ann || out.Readings[0].Person != Mary {
		w.Errorf("sent by the carer: %+v", out.Readings[0])
	}
}

// A page goes on behind the last one, whatever came meanwhile, and holds to the
// days that were asked for.
func readingsByPage(w *world) {
	var list []store.Reading
	for i := range 12 { // two a day, at eight and at half past eleven at night
		at := Today.AddDays(-i/2).At(8, 0, London)
		if i%2 == 1 {
			at = Today.AddDays(-i/2-1).At(23, 30, London)
		}
		list = append(list, store.Reading{ID: store.ReadingID(fmt.Sprint("r", i)), Person: Mary, Kind: store.Weight, Values: []store.Tenths{store.Tenths(700 + i)}, Taken: at, By: Mary})
	}
	if _, err := w.Record.Import(w.ctx, store.Batch{Readings: list}, w.now); err != nil {
		w.Fatal(err)
	}
	told := func(ask store.ListReadings) string {
		w.Helper()
		var ids string
		for {
			page := w.do(as(Mary, store.ByPIN), ask)
			if page.Verdict == store.None {
				return ids
			}
			for _, r := range w.want(page, store.Done).Readings {
				ids += string(r.ID) + " "
			}
			if !page.More {
				return ids
			}
			last := page.Readings[len(page.Readings)-1]
			ask.After = store.ReadingCursor{Taken: last.Taken, ID: last.ID}
			w.do(as(Mary, store.ByBirthday), store.SendReading{Kind: store.Weight, Values: []store.Tenths{690}})
		}
	}
	for _, c := range []struct {
		ask  store.ListReadings
		want string
	}{
		{store.ListReadings{Kind: store.Weight, Limit: 5}, "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 "},
		{store.ListReadings{Kind: store.Weight, Limit: 2, From: Today.AddDays(-3), To: Today.AddDays(-2)}, "r3 r4 r5 r6 "},
		{store.ListReadings{Kind: store.Weight, Limit: 3, From: Today.AddDays(-3), To: Today.AddDays(-2)}, "r3 r4 r5 r6 "},
		{store.ListReadings{Kind: store.Weight, Limit: 3, To: Today.AddDays(-5)}, "r9 r10 r11 "},
		{store.ListReadings{Kind: store.Weight, Limit: 3, To: Today.AddDays(-50)}, ""},
		{store.ListReadings{Kind: store.Pulse, Limit: 3}, ""},
	} {
		if got := told(c.ask); got != c.want {
			w.Errorf("%+v: %s, want %s", c.ask, got, c.want)
		}
	}
	for field, b := range map[string]store.Batch{
		"limits[0] kind":     {Limits: []store.ReadingLimits{{Kind: "mood"}}},
		"limits[0] part":     {Limits: []store.ReadingLimits{{Kind: store.Pulse, Bounds: []store.Bound{{Part: 1, Severity: store.Ring111}}}}},
		"limits[1] kind":     {Limits: []store.ReadingLimits{{Kind: store.Pulse}, {Kind: store.Pulse}}},
		"limits[0] person":   {Limits: []store.ReadingLimits{{Person: "nobody", Kind: store.Pulse}}},
		"readings[0] person": {Readings: []store.Reading{{ID: "x", Person: "nobody", Kind: store.Pulse, Values: []store.Tenths{700}, Taken: w.now}}},
	} {
		var faults *store.BatchError
		if _, err := w.Record.Import(w.ctx, b, w.now); !errors.As(err, &faults) {
			w.Errorf("%s: %v", field, err)
		}
	}
}
