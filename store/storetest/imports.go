package storetest

import (
	"errors"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

func rows(b store.Batch) int {
	n := len(b.People) + len(b.Grants) + len(b.Clinics) + len(b.Slots) + len(b.Appointments)
	if b.Practice != nil {
		n++
	}
	return n
}

func importTwice(w *world) {
	r, err := w.Record.Import(w.ctx, Batch(), w.now)
	if want := (store.ImportReport{Same: rows(Batch())}); err != nil || r != want {
		w.Errorf("the second import: %+v, %v, want %+v", r, err, want)
	}
	extra := store.Batch{Slots: []store.Slot{Slot(Nurse, 20, 9, 0)}}
	if r, err = w.Record.Import(w.ctx, extra, w.now); err != nil || r != (store.ImportReport{New: 1}) {
		w.Errorf("one more slot: %+v, %v", r, err)
	}
}

// One bad row, and nothing of the batch goes in; every fault is named.
func importFaults(w *world) {
	free := Slot(Nurse, 20, 9, 0)
	booked := Slot(Doctor, 3, 14, 0)
	booked.Start = booked.Start.Add(time.Hour)
	base := func() store.PersonRow {
		return store.PersonRow{Person: store.Person{ID: "new-1", Given: "New", Born: Born[Tom], Numbers: []store.Number{Stranger}}}
	}
	with := func(change func(*store.PersonRow)) store.PersonRow {
		p := base()
		change(&p)
		return p
	}
	for want, b := range map[string]store.Batch{
		"people[0] id":                    {People: []store.PersonRow{with(func(p *store.PersonRow) { p.Person.ID = "" })}},
		"people[1] id":                    {People: []store.PersonRow{base(), base()}},
		"people[0] given":                 {People: []store.PersonRow{with(func(p *store.PersonRow) { p.Person.Given = "" })}},
		"people[0] born":                  {People: []store.PersonRow{with(func(p *store.PersonRow) { p.Person.Born = store.BornOn(Today.AddDays(1)) })}},
		"people[0] nhs":                   {People: []store.PersonRow{with(func(p *store.PersonRow) { p.Person.NHS = "9990000000" })}},
		"people[0] numbers":               {People: []store.PersonRow{with(func(p *store.PersonRow) { p.Person.Numbers = []store.Number{"01632960101"} })}},
		"people[0] pin":                   {People: []store.PersonRow{with(func(p *store.PersonRow) { p.PIN = "1234" })}},
		"entries[0] id":                   {Entries: []store.Entry{entry(store.Medicine, "", 1)}},
		"entries[1] id":                   {Entries: []store.Entry{entry(store.Medicine, "x", 1), entry(store.Allergy, "x", 1)}},
		"entries[0] person":               {Entries: []store.Entry{entry(store.Medicine, "x", 1, func(e *store.Entry) { e.Person = "nobody" })}},
		"entries[0] kind":                 {Entries: []store.Entry{entry("tablet", "x", 1)}},
		"entries[0] source":               {Entries: []store.Entry{entry(store.Medicine, "x", 1, func(e *store.Entry) { e.Source = nil })}},
		"entries[0] recorded":             {Entries: []store.Entry{entry(store.Medicine, "x", 1, func(e *store.Entry) { e.Recorded = store.Day{} })}},
		"entries[0] name":                 {Entries: []store.Entry{entry(store.Medicine, "x", 1, func(e *store.Entry) { e.Name["en"] = store.Words(strings.Repeat("x", 120)) })}},
		"results[0] id":                   {Results: []store.Result{result("", 1)}},
		"results[1] id":                   {Results: []store.Result{result("x", 1), result("x", 1)}},
		"results[0] person":               {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Person = "nobody" })}},
		"results[0] name":                 {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Name = nil })}},
		"results[0] test":                 {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Test = "a b" })}},
		"results[0] taken":                {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Taken = store.Day{} })}},
		"results[0] status":               {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Status = "done" })}},
		"results[0] release":              {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Release = "NOW" })}},
		"results[0] values":               {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Values[0].Value = "" })}},
		"results[0] comment":              {Results: []store.Result{result("x", 1, func(r *store.Result) { r.Comment["en"] = store.Words(strings.Repeat("x", 161)) })}},
		"explanations[0] test":            {Explanations: []store.Explanation{{Test: "a b", Text: words("x")}}},
		"explanations[0] text":            {Explanations: []store.Explanation{{Test: "iron"}}},
		"grants[0] subject":               {Grants: []store.Grant{{Carer: Ann, Subject: "nobody", Scopes: store.Scopes(), Until: Today}}},
		"grants[0] carer":                 {Grants: []store.Grant{{Carer: "nobody", Subject: Mary, Scopes: store.Scopes(), Until: Today}}},
		"grants[0] until":                 {Grants: []store.Grant{{Carer: Tom, Subject: Mary, Scopes: store.Scopes()}}},
		"grants[0] scopes":                {Grants: []store.Grant{{Carer: Tom, Subject: Mary, Scopes: []store.Scope{"everything"}, Until: Today}}},
		"clinics[0] id":                   {Clinics: []store.Clinic{{ID: "a b", Name: words("x")}}},
		"clinics[0] name":                 {Clinics: []store.Clinic{{ID: "x"}}},
		"slots[1] clinic":                 {Slots: []store.Slot{free, {ID: "x", Clinic: "none", Start: free.Start, Length: time.Hour}}},
		"slots[1] clinician":              {Slots: []store.Slot{free, {ID: "x", Clinic: Nurse, Clinician: store.Clinician{ID: "dr-lee"}, Start: free.Start, Length: time.Hour}}},
		"slots[1] length":                 {Slots: []store.Slot{free, {ID: "x", Clinic: Nurse, Start: free.Start}}},
		"slots[1] id":                     {Slots: []store.Slot{free, booked}},
		"appointments[0] slot":            {Slots: []store.Slot{free}, Appointments: []store.AppointmentRow{{Person: Tom, Clinic: Nurse, Slot: "none"}}},
		"appointments[0] clinic":          {Slots: []store.Slot{free}, Appointments: []store.AppointmentRow{{Person: Tom, Clinic: "none", Slot: free.ID}}},
		"appointments[0] person":          {Slots: []store.Slot{free}, Appointments: []store.AppointmentRow{{Person: "nobody", Clinic: Nurse, Slot: free.ID}}},
		"appointments[1] slot":            {Slots: []store.Slot{free}, Appointments: []store.AppointmentRow{{Person: Tom, Clinic: Nurse, Slot: free.ID}, {Person: Mary, Clinic: Nurse, Slot: free.ID}}},
		"appointments[0] slot: is booked": {Slots: []store.Slot{free}, Appointments: []store.AppointmentRow{{Person: Tom, Clinic: Doctor, Slot: booked.ID}}},
	} {
		r, err := w.Record.Import(w.ctx, b, w.now)
		var faults *store.BatchError
		if !errors.As(err, &faults) || r != (store.ImportReport{}) {
			w.Errorf("%s: %+v, %v", want, r, err)
			continue
		}
		if got := faults.Faults[0].String(); len(got) < len(want) || got[:len(want)] != want {
			w.Errorf("got %q, want it to begin with %q", got, want)
		}
	}
	if got := w.free(Tom, store.FindSlots{Clinic: clinic(Nurse), From: Today.AddDays(15)}); len(got) != 0 {
		w.Errorf("of the refused batches there are %v", got)
	}
	// A slot that a caller holds cannot be given to somebody by a file.
	slot := Slot(Nurse, 1, 9, 0)
	w.want(w.do(as(Tom, store.ByBirthday), store.HoldSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
	other := Slot(Nurse, 1, 10, 0)
	_, err := w.Record.Import(w.ctx, store.Batch{Appointments: []store.AppointmentRow{
		{Person: Ravi, Clinic: Nurse, Slot: other.ID}, {Person: Ravi, Clinic: Nurse, Slot: slot.ID}}}, w.now)
	var faults *store.BatchError
	if !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].Index != 1 {
		w.Errorf("a held slot: %v", err)
	}
	w.book(Tom, slot)
	w.book(Mary, other)
}

// What callers did is not undone by a file that is older.
func importKeepsDeeds(w *world) {
	mary := as(Mary, store.ByBirthday)
	slot := Slot(Nurse, 1, 9, 0)
	w.book(Tom, slot)
	old := w.want(w.do(mary, store.ListAppointments{}), store.Done).Appointments[0]
	w.want(w.do(mary, store.CancelAppointment{Appointment: old, Reason: store.BadTime}), store.Done)
	if r, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil || r.New+r.Changed != 0 {
		w.Errorf("importing again: %+v, %v", r, err)
	}
	if got := w.listed(mary); len(got) != 0 {
		w.Errorf("Mary cancelled, and has %v", got)
	}
	w.book(Ravi, old.Slot)
	w.want(w.do(mary, store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	if r, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil || r.New+r.Changed != 0 {
		w.Errorf("importing once more: %+v, %v", r, err)
	}
}

func importChanges(w *world) {
	b := store.Batch{People: Batch().People[1:2], Clinics: []store.Clinic{Clinics[1], {ID: "foot", Name: words("Foot clinic")}}}
	b.Clinics[0].Name = words("Practice nurse")
	b.People[0].Person.Numbers = []store.Number{Stranger}
	moved := Slot(Doctor, 1, 8, 0)
	moved.Start, moved.Clinician = moved.Start.Add(3*time.Hour), store.Clinician{ID: "dr-rao", Name: "Dr Rao"}
	b.Slots = []store.Slot{moved}
	r, err := w.Record.Import(w.ctx, b, w.now)
	if want := (store.ImportReport{New: 1, Changed: 3}); err != nil || r != want {
		w.Errorf("%+v, %v, want %+v", r, err, want)
	}
	var names []string
	for _, c := range w.do(as(Tom, store.ByBirthday), store.ListClinics{}).Clinics {
		names = append(names, c.Name["en"])
	}
	if diff := cmp.Diff([]string{"Doctor", "Practice nurse", "Private clinic", "Foot clinic"}, names); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"3 09:00", "3 11:00"}, w.free(Mary, store.FindSlots{Clinic: clinic(Doctor), Clinician: "dr-rao", From: Today.AddDays(1), Only: true, Part: store.Morning})); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"3 10:00"}, w.free(Mary, store.FindSlots{Clinic: clinic(Doctor), Clinician: "dr-lee", From: Today.AddDays(1), Only: true, Part: store.Morning})); diff != "" {
		w.Error(diff)
	}
}

func tasks(w *world) {
	var ids []store.TaskID
	for i := range 5 {
		by := as(Tom, store.ByBirthday)
		by.Caller = TomPhone
		o := store.Order{ID: w.id(), By: by, Now: w.now.Add(time.Duration(i) * time.Minute),
			Request: store.OpenTask{Task: store.Task{Kind: store.CallBack, About: "results", When: store.Morning, Language: "cy", Trail: []string{"heard"}}}}
		w.want(w.order(o), store.Done)
		w.want(w.order(o), store.Done)
		o.Request = store.OpenTask{Task: store.Task{Kind: store.CheckOutcome}}
		if _, err := w.Record.Perform(w.ctx, o); !errors.Is(err, store.ErrConflict) {
			w.Errorf("the id with another task: %v", err)
		}
	}
	var after store.TaskCursor
	for {
		page, err := w.Record.Tasks(w.ctx, after, 2)
		if err != nil {
			w.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, task := range page {
			ids = append(ids, task.ID)
			if task.Actor != Tom || task.Subject != Tom || task.Level != store.ByBirthday || task.Number != TomPhone ||
				task.Language != "cy" || !task.Opened.Equal(w.now.Add(time.Duration(len(ids)-1)*time.Minute)) || len(task.Trail) != 1 {
				w.Errorf("task %d is not as it was left", len(ids))
			}
			after = store.BehindTask(task)
		}
	}
	if len(ids) != 5 {
		w.Fatalf("%d tasks", len(ids))
	}
	must := func(want error, task store.Task, err error) {
		w.Helper()
		if !errors.Is(err, want) || err == nil && task.Claimed != "sue" {
			w.Errorf("%+v, %v, want %v", task, err, want)
		}
	}
	claim := func(id store.TaskID, staff string, want error) {
		w.Helper()
		task, err := w.Record.ClaimTask(w.ctx, id, staff, w.now)
		must(want, task, err)
	}
	end := func(id store.TaskID, staff string, want error) {
		w.Helper()
		task, err := w.Record.CloseTask(w.ctx, id, staff, w.now)
		must(want, task, err)
	}
	claim(ids[0], "sue", nil)
	claim(ids[0], "sue", nil)
	claim(ids[0], "joe", store.ErrConflict)
	end(ids[0], "joe", store.ErrConflict)
	end(ids[0], "sue", nil)
	end(ids[0], "sue", nil)
	claim(ids[0], "sue", store.ErrNotFound)
	end(ids[1], "sue", nil)
	claim("none", "sue", store.ErrNotFound)
	end("none", "sue", store.ErrNotFound)
	if open, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10); err != nil || len(open) != 3 {
		w.Errorf("%d open, %v", len(open), err)
	}
}
