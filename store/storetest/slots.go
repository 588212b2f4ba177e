package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

func findSlots(w *world) {
	doctor, day := clinic(Doctor), func(n int) store.Day { return Today.AddDays(n) }
	for name, c := range map[string]struct {
		find store.FindSlots
		want []string
	}{
		"a day":                  {store.FindSlots{Clinic: doctor, From: day(1), Only: true}, []string{"3 08:00", "3 09:00", "3 10:00", "3 14:00", "3 15:00"}},
		"today, not the past":    {store.FindSlots{Clinic: doctor, Only: true}, []string{"2 10:00", "2 14:00", "2 15:00"}},
		"a day's morning":        {store.FindSlots{Clinic: doctor, From: day(1), Only: true, Part: store.Morning}, []string{"3 08:00", "3 09:00", "3 10:00"}},
		"a clinician":            {store.FindSlots{Clinic: doctor, Clinician: "dr-rao", From: day(8)}, []string{"10 09:00", "10 15:00", "11 09:00", "11 15:00"}},
		"afternoons":             {store.FindSlots{Clinic: doctor, From: day(8), Part: store.Afternoon}, []string{"10 14:00", "10 15:00", "11 14:00", "11 15:00"}},
		"a clinician's mornings": {store.FindSlots{Clinic: doctor, Clinician: "dr-rao", From: day(7), Part: store.Morning, Limit: 1}, []string{"9 09:00", "10 09:00", "11 09:00"}},
		"by threes":              {store.FindSlots{Clinic: doctor, From: day(9), Limit: 3}, []string{"11 08:00", "11 09:00", "11 10:00", "11 14:00", "11 15:00"}},
		"a day before now":       {store.FindSlots{Clinic: doctor, From: day(-9), Clinician: "dr-rao", Part: store.Morning}, []string{"3 09:00", "4 09:00", "5 09:00", "6 09:00", "7 09:00", "8 09:00", "9 09:00", "10 09:00", "11 09:00"}},
		"yesterday alone":        {store.FindSlots{Clinic: doctor, From: day(-1), Only: true}, nil},
		"after the last":         {store.FindSlots{Clinic: doctor, From: day(10)}, nil},
		"no such clinician":      {store.FindSlots{Clinic: doctor, Clinician: "dr-who"}, nil},
		"no such clinic":         {store.FindSlots{Clinic: store.Clinic{ID: "none"}}, nil},
		"a strange id":           {store.FindSlots{Clinic: store.Clinic{ID: "a}b{"}}, nil},
	} {
		if diff := cmp.Diff(c.want, w.free(Tom, c.find)); diff != "" {
			w.Errorf("%s: %s", name, diff)
		}
	}
	page := w.do(as(Tom, store.ByBirthday), store.FindSlots{Clinic: doctor, From: day(1), Limit: 3})
	if len(page.Slots) != 3 || !page.More || page.Slots[0].Clinician.Name != "Dr Lee" || page.Slots[0].Start.Location() != London || page.Slots[0].Length != 10*time.Minute {
		w.Errorf("a page: %+v", page)
	}
	if all := w.do(as(Tom, store.ByBirthday), store.FindSlots{Clinic: doctor, Limit: 100}); len(all.Slots) > 10 {
		w.Errorf("a page of %d", len(all.Slots))
	}
}

// What is booked between two pages hides nothing of what follows, and nothing
// is offered twice.
func findByCursor(w *world) {
	find := store.FindSlots{Clinic: clinic(Doctor), From: Today.AddDays(1), Limit: 2}
	page := w.do(as(Tom, store.ByBirthday), find)
	w.book(Mary, page.Slots[0])
	w.book(Mary, page.Slots[1])
	find.After = store.CursorAt(page.Slots[1])
	next := w.do(as(Tom, store.ByBirthday), find)
	if got := next.Slots[0].Start.Format("2 15:04"); got != "3 10:00" {
		w.Errorf("the second page begins at %s", got)
	}
	// A slot at the same time, with a later id, comes after the cursor.
	twin := page.Slots[1]
	twin.ID += "-b"
	if _, err := w.Record.Import(w.ctx, store.Batch{Slots: []store.Slot{twin}}, w.now); err != nil {
		w.Fatal(err)
	}
	if got := w.do(as(Tom, store.ByBirthday), find).Slots[0].ID; got != twin.ID {
		w.Errorf("the second page begins with %s", got)
	}
}

// On the day on which the clocks go forward, a morning still ends at noon by
// the clock.
func findAcrossClockChange(w *world) {
	sunday := store.Day{Year: 2026, Month: time.March, Day: 29}
	var slots []store.Slot
	for _, hour := range []int{0, 3, 11, 12, 23} {
		at := sunday.At(hour, 30, London)
		slots = append(slots, store.Slot{ID: store.SlotID("dst-" + at.Format("15")), Clinic: Private, Start: at, Length: 10 * time.Minute})
	}
	if _, err := w.Record.Import(w.ctx, store.Batch{Slots: slots}, w.now); err != nil {
		w.Fatal(err)
	}
	for part, want := range map[store.PartOfDay][]string{
		store.Morning:   {"29 00:30", "29 03:30", "29 11:30"},
		store.Afternoon: {"29 12:30", "29 23:30"},
		store.AnyTime:   {"29 00:30", "29 03:30", "29 11:30", "29 12:30", "29 23:30"},
	} {
		if diff := cmp.Diff(want, w.free(Tom, store.FindSlots{Clinic: clinic(Private), From: sunday, Only: true, Part: part})); diff != "" {
			w.Errorf("%s: %s", part, diff)
		}
	}
	// Found also from far away.
	if diff := cmp.Diff([]string{"29 12:30", "29 23:30"}, w.free(Tom, store.FindSlots{Clinic: clinic(Private), From: Today.AddDays(10), Part: store.Afternoon})); diff != "" {
		w.Error(diff)
	}
}

func hold(w *world) {
	slot := Slot(Nurse, 1, 9, 0)
	held := store.HoldSlot{Clinic: clinic(Nurse), Slot: slot}
	day := store.FindSlots{Clinic: clinic(Nurse), From: Today.AddDays(1), Only: true, Part: store.Morning}
	tom, mary := as(Tom, store.ByBirthday), as(Mary, store.ByBirthday)
	o := store.Order{ID: w.id(), By: tom, Request: held, Now: w.now}
	w.want(w.order(o), store.Done)
	w.want(w.order(o), store.Done)

	// Not offered to others, nor to be had by them.
	if diff := cmp.Diff([]string{"3 08:00", "3 10:00"}, w.free(Mary, day)); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(mary, held), store.Taken)
	w.want(w.do(mary, store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	w.want(w.do(mary, store.ReleaseSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
	w.want(w.do(mary, held), store.Taken)

	// The same person by text takes over their own; the call cannot let it go
	// any more.
	text := tom
	text.Conversation, text.Channel = "text-tom", store.Text
	w.want(w.do(text, held), store.Done)
	w.want(w.do(tom, store.ReleaseSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
	w.want(w.do(mary, held), store.Taken)
	w.want(w.do(text, store.ReleaseSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
	w.want(w.do(mary, held), store.Done)

	// After three minutes it is let go by itself.
	w.now = w.now.Add(store.HoldFor - time.Millisecond)
	w.want(w.do(tom, held), store.Taken)
	w.now = w.now.Add(time.Millisecond)
	w.want(w.do(tom, held), store.Done)
	w.want(w.do(tom, store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
	w.want(w.do(tom, held), store.Taken)
}

func holdClash(w *world) {
	a := w.book(Tom, Slot(Doctor, 1, 9, 0))
	long := Slot(Nurse, 1, 8, 30)
	long.ID, long.Length = "long", 31*time.Minute
	if _, err := w.Record.Import(w.ctx, store.Batch{Slots: []store.Slot{long}}, w.now); err != nil {
		w.Fatal(err)
	}
	for _, s := range []store.Slot{Slot(Nurse, 1, 9, 0), long} {
		out := w.want(w.do(as(Tom, store.ByBirthday), store.HoldSlot{Clinic: clinic(Nurse), Slot: s}), store.Clash)
		if len(out.Appointments) != 1 || out.Appointments[0].ID != a.ID {
			w.Errorf("clashes with %+v", out.Appointments)
		}
		w.want(w.do(as(Tom, store.ByBirthday), store.HoldSlot{Clinic: clinic(Nurse), Slot: s, Replaces: a.ID}), store.Done)
		w.want(w.do(as(Mary, store.ByBirthday), store.HoldSlot{Clinic: clinic(Nurse), Slot: s}), store.Taken)
	}
	w.want(w.do(as(Tom, store.ByBirthday), store.HoldSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 10, 0)}), store.Done)
}
