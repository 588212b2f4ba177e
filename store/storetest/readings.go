package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// A reading is kept once, told newest first, and staff know of a severe one.
func readings(w *world) {
	limit := store.ReadingLimit{Person: Mary, Kind: store.BloodPressure, High: 1500}
	old := store.Reading{
		ID: "old", Person: Mary, Kind: store.BloodPressure, Values: []store.Tenths{1380, 790}, Taken: w.now.AddDate(0, 0, -7), By: Mary, Status: "preliminary",
	}
	for range 2 { // the second changes nothing
		if _, err := w.Record.Import(w.ctx, store.Batch{Limits: []store.ReadingLimit{limit}, Readings: []store.Reading{old}}, w.now); err != nil {
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
		if r := out.Readings[0]; r.Severity != store.NotSevere || r.By != Mary || r.Level != store.ByBirthday || r.Status != "preliminary" {
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
		told = append(told, r.Words())
	}
	if diff := cmp.Diff([]string{"165/90", "141/80", "138/79"}, told); diff != "" {
		w.Error(diff)
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
