package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// Run runs every test of every port; open makes an empty world.
func Run(t *testing.T, open func(*testing.T) Stores) {
	TestRecord(t, func(t *testing.T) store.Record { return open(t).Record })
	for name, test := range map[string]func(*world){
		"Recognise": recognise, "Identify": identify, "IdentifyByNHSNumber": identifyByNHS,
		"IdentifyWaits": identifyWaits, "WaitsJumpBack": waitsJumpBack, "WaitAcrossClockChange": waitAcrossClockChange, "IdentifyOnce": identifyOnce, "Previous": previous,
		"NewPIN": newPIN, "CheckPIN": checkPIN, "CheckPlaces": checkPlaces, "Decoys": decoys, "CheckPINWaits": checkPINWaits, "GuessingNumber": guessingNumber, "OwnPIN": ownPIN, "ClearWaits": clearWaits, "RingBackProves": ringBackProves, "RingBackWaits": ringBackWaits, "NewNumberWaits": newNumberWaits,
		"ManyNumbersOnePerson": manyNumbersOnePerson, "OneNumberManyPeople": oneNumberManyPeople, "GuessingSlowly": guessingSlowly,
		"LedgerChains": ledgerChains, "LedgerWorkers": ledgerWorkers, "LedgerTellsOfChanges": ledgerTellsOfChanges,
		"Visits": visits, "VisitsByPage": visitsByPage, "Usual": usual,
		"Consent": consent, "Notices": notices, "RemindersOfAClinic": remindersOfAClinic, "RemindersTogether": remindersTogether, "RingBacks": ringBacks, "NotesAskedFor": notesAskedFor, "Confirmations": confirmations, "News": news, "NewsOfCharges": newsOfCharges, "NewsOfQuestions": newsOfQuestions, "NewsOfLateTests": newsOfLateTests, "NewsOfMovedAnswers": newsOfMovedAnswers,
		"Tokens": tokens, "Sessions": sessions, "TokensTooOften": tokensTooOften, "Answers": answers, "NotHere": notHere, "IssuedPINs": issuedPINs, "DuressBesidePINs": duressBesidePINs, "Notes": notes,
		"Numbers": numbers,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(newWorld(t, open(t))) })
	}
	TestOffers(t, open)
	TestInvitations(t, open)
	for name, test := range conversationTests {
		t.Run("Turn/"+name, func(t *testing.T) { t.Parallel(); test(&world{T: t, Stores: open(t), ctx: t.Context(), now: Now}) })
	}
}

// TestOffers runs the tests of slots that are offered to those who wait.
func TestOffers(t *testing.T, open func(*testing.T) Stores) {
	for name, test := range map[string]func(*world){"Offers": offers, "OffersAtNight": offersAtNight, "OffersOfNewSlots": offersOfNewSlots} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(newWorld(t, open(t))) })
	}
}

// TestInvitations runs the tests of those who are asked to act for somebody.
func TestInvitations(t *testing.T, open func(*testing.T) Stores) {
	for name, test := range map[string]func(*world){
		"Invitations": invitations, "InvitationsOfStrangers": invitationsOfStrangers, "InvitationsEnd": invitationsEnd, "InvitationsBesideStaff": invitationsBesideStaff,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(newWorld(t, open(t))) })
	}
}

// TestRecord runs the tests of the record alone, less those of what it says it does
// not serve.
func TestRecord(t *testing.T, open func(*testing.T) store.Record, unserved ...string) {
	for name, test := range map[string]func(*world){
		"Practice": practice, "Clinics": clinics, "Grants": grants, "Person": person, "Charges": charges,
		"Carers": carers, "CarersTold": carersTold, "CarersOfAChild": carersOfAChild,
		"FindSlots": findSlots, "FindSlotsByCursor": findByCursor, "FindSlotsAcrossClockChange": findAcrossClockChange,
		"Hold": hold, "HoldJumpsBack": holdJumpsBack,
		"FindSlotsInTheRepeatedHour": findInTheRepeatedHour, "HoldAcrossClockChange": holdAcrossClockChange, "HoldClash": holdClash, "Book": book, "BookOnce": bookOnce, "Move": move, "MoveAcross": moveAcross, "MoveGone": moveGone,
		"Results": results, "OrderedTests": ordered, "WhatWaits": whatWaits, "Questionnaires": questionnaires, "QuestionnairesOfCarers": questionnairesOfCarers, "QuestionnairesRefused": questionnairesRefused, "Readings": readings, "ReadingsByPage": readingsByPage, "Messages": messages, "Recordings": recordings, "Sharing": sharing, "Settings": settings, "SettingsImported": settingsImported, "Summary": summary, "ResultsByCursor": resultsByCursor, "ResultsImported": resultsImported, "Explanations": explanations,
		"Cancel": cancel, "List": list, "Sensitive": sensitive, "Carer": carer, "Refusals": refusals,
		"WaitingList": waitingList, "Tasks": tasks,
		"StaffTasks": staffTasks, "StaffPeople": staffPeople, "StaffResults": staffResults, "StaffAlone": staffAlone, "StaffDiary": staffDiary, "StaffAppointments": staffAppointments, "StaffGrants": staffGrants, "StaffSummary": staffSummary, "StaffQuestions": staffQuestions, "StaffSettings": staffSettings,
		"ImportTwice": importTwice, "ImportFaults": importFaults, "ImportKeepsDeeds": importKeepsDeeds, "ImportChanges": importChanges,
		"MessagesMoved": messagesMoved, "ResponsesMoved": responsesMoved,
		"RaceForSlots": raceForSlots, "RaceRepeated": raceRepeated,
	} {
		if slices.Contains(unserved, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newWorld(t, Stores{Record: open(t)}))
		})
	}
}

func practice(w *world) {
	p, err := w.Record.Practice(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	if p.Name["en"] != "Riverside Surgery" || p.Reception != "+441632960001" {
		w.Error("the practice is not the one that was imported")
	}
	for _, c := range []struct {
		at   time.Time
		want store.Verdict
	}{
		{Now, store.Done},                                   // Monday, 9:00
		{Now.Add(-2 * time.Hour), store.None},               // 7:00
		{Now.Add(3*time.Hour + 30*time.Minute), store.None}, // lunch
		{Now.AddDate(0, 0, 1), store.None},                  // Tuesday, but closed
		{Now.AddDate(0, 0, 8), store.Done},                  // the Tuesday after
		{Now.AddDate(0, 0, 2), store.None},                  // Wednesday: no hours
	} {
		out := w.order(store.Order{Request: store.Reception{}, Now: c.at})
		w.want(out, c.want)
		if c.want == store.Done && out.Number != "+441632960001" {
			w.Error("reception has another number")
		}
	}
}

func clinics(w *world) {
	for _, c := range []struct {
		by   store.Authority
		want []store.Clinic
	}{
		{as(Tom, store.ByBirthday), Clinics},
		{w.forOther(Ann, Mary), Clinics[:2]},
	} {
		if diff := cmp.Diff(c.want, w.want(w.do(c.by, store.ListClinics{}), store.Done).Clinics); diff != "" {
			w.Error(diff)
		}
	}
}

func grants(w *world) {
	g, err := w.Record.Grant(w.ctx, Ann, Mary)
	if err != nil || !g.Holds(Today) || g.Carer != Ann || g.Subject != Mary {
		w.Errorf("Ann's grant for Mary: %+v, %v", g, err)
	}
	for _, none := range [][2]store.PersonID{{Mary, Ann}, {Tom, Mary}, {"nobody", Mary}, {Ann, "nobody"}} {
		if _, err := w.Record.Grant(w.ctx, none[0], none[1]); !errors.Is(err, store.ErrNotFound) {
			w.Errorf("a grant of %s for %s: %v", none[0], none[1], err)
		}
	}
}

func person(w *world) {
	p, err := w.Record.Person(w.ctx, Mary)
	if err != nil || p.ID != Mary || p.Given != "Mary" || p.Born.IsZero() {
		w.Errorf("Mary is %+v, %v", p, err)
	}
	for _, nobody := range []store.PersonID{"nobody", ""} {
		if _, err := w.Record.Person(w.ctx, nobody); !errors.Is(err, store.ErrNotFound) {
			w.Errorf("%q: %v", nobody, err)
		}
	}
}

func charges(w *world) {
	out := w.want(w.do(as(Ann, store.ByPIN), store.ListCharges{}), store.Done)
	want := []store.Charge{{Subject: Mary, Given: "Mary", Until: Today.AddDays(30), Scopes: []store.Scope{store.HearAppointments, store.BookAppointments}}}
	if diff := cmp.Diff(want, out.Charges); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(as(Tom, store.ByPIN), store.ListCharges{}), store.None)
	w.want(w.do(as(Ann, store.ByBirthday), store.ListCharges{}), store.Refused)
	w.now = w.now.AddDate(0, 0, 31) // the day after the last
	w.want(w.do(as(Ann, store.ByPIN), store.ListCharges{}), store.None)
}

func book(w *world) {
	slot := Slot(Nurse, 1, 10, 0)
	a := w.book(Tom, slot)
	if a.Person != Tom || a.Slot.ID != slot.ID || !a.Slot.Start.Equal(slot.Start) || a.Clinic.Bring["en"] == "" || a.ID == "" {
		w.Errorf("booked %+v", a)
	}
	w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	if diff := cmp.Diff([]string{"3 10:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
	if got := w.free(Mary, store.FindSlots{Clinic: clinic(Nurse), From: Today.AddDays(1), Only: true}); cmp.Diff([]string{"3 08:00", "3 09:00", "3 14:00", "3 15:00"}, got) != "" {
		w.Errorf("still offered: %v", got)
	}
	// What was never offered, or is over, or at another time than was said.
	past, moved := Slot(Nurse, 0, 8, 0), Slot(Nurse, 2, 10, 0)
	moved.Start = moved.Start.Add(time.Hour)
	for _, s := range []store.Slot{{ID: "none", Clinic: Nurse, Start: slot.Start}, past, moved} {
		w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: s}), store.Taken)
	}
	w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: store.Clinic{ID: "none"}, Slot: slot}), store.Taken)
}

func bookOnce(w *world) {
	slot := Slot(Nurse, 1, 10, 0)
	o := store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.BookSlot{Clinic: clinic(Nurse), Slot: slot}, Now: w.now}
	first := w.want(w.order(o), store.Done)
	o.Now = o.Now.Add(20 * time.Second)
	if diff := cmp.Diff(first, w.order(o)); diff != "" {
		w.Error("the same request came out otherwise:", diff)
	}
	other := o
	other.Request = store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 14, 0)}
	if _, err := w.Record.Perform(w.ctx, other); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the id with another slot: %v", err)
	}
	other = o
	other.By = as(Mary, store.ByBirthday)
	if _, err := w.Record.Perform(w.ctx, other); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the id from somebody else: %v", err)
	}
	// The first outcome holds also where it is not so any more.
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: first.Appointments[0]}), store.Done)
	if diff := cmp.Diff(first, w.order(o)); diff != "" {
		w.Error("after the cancellation:", diff)
	}
	if got := w.listed(as(Tom, store.ByBirthday)); len(got) != 0 {
		w.Errorf("Tom has %v", got)
	}
	// And a slot that was taken stays so for the request that heard it.
	w.book(Tom, slot)
	late := store.Order{ID: w.id(), By: as(Mary, store.ByPIN), Request: store.BookSlot{Clinic: clinic(Nurse), Slot: slot}, Now: w.now}
	w.want(w.order(late), store.Taken)
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: w.do(as(Tom, store.ByBirthday), store.ListAppointments{}).Appointments[0]}), store.Done)
	w.want(w.order(late), store.Taken)
}

func move(w *world) {
	a := w.book(Tom, Slot(Doctor, 1, 10, 0))
	o := store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.MoveAppointment{Appointment: a, Slot: Slot(Doctor, 2, 15, 0)}, Now: w.now}
	first := w.want(w.order(o), store.Done)
	if len(first.Appointments) != 1 || first.Appointments[0].ID == a.ID {
		w.Fatalf("moved to %+v", first.Appointments)
	}
	if diff := cmp.Diff([]string{"4 15:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff(first, w.order(o)); diff != "" {
		w.Error("the same request came out otherwise:", diff)
	}
	// The old slot is free again, for its clinician too.
	got := w.free(Mary, store.FindSlots{Clinic: clinic(Doctor), Clinician: "dr-lee", From: Today.AddDays(1), Only: true})
	if diff := cmp.Diff([]string{"3 08:00", "3 10:00", "3 14:00"}, got); diff != "" {
		w.Error(diff)
	}
	// To where somebody else is: taken, and nothing was let go.
	w.want(w.do(as(Tom, store.ByBirthday), store.MoveAppointment{Appointment: first.Appointments[0], Slot: Slot(Doctor, 3, 14, 0)}), store.Taken)
	if diff := cmp.Diff([]string{"4 15:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
}

func moveAcross(w *world) {
	a := w.book(Tom, Slot(Doctor, 1, 10, 0))
	o := store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.MoveAppointment{Appointment: a, Slot: Slot(Nurse, 2, 15, 0)}, Now: w.now}
	first := w.want(w.order(o), store.Done)
	if len(first.Appointments) != 1 || first.Appointments[0].Clinic.ID != Nurse {
		w.Fatalf("moved to %+v", first.Appointments)
	}
	if diff := cmp.Diff(first, w.order(o)); diff != "" {
		w.Error("the same request came out otherwise:", diff)
	}
	if diff := cmp.Diff([]string{"4 15:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
	w.book(Mary, Slot(Doctor, 1, 10, 0))
	w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 2, 15, 0)}), store.Taken)
}

// An appointment that is gone cannot be moved, and the new slot stays free.
func moveGone(w *world) {
	a := w.book(Tom, Slot(Doctor, 1, 10, 0))
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: a, Reason: store.BadTime}), store.Done)
	for _, to := range []store.Slot{Slot(Doctor, 2, 15, 0), Slot(Nurse, 2, 15, 0)} {
		w.want(w.do(as(Tom, store.ByBirthday), store.MoveAppointment{Appointment: a, Slot: to}), store.None)
		w.book(Mary, to)
	}
	// Nor can somebody else's.
	b := w.book(Tom, Slot(Doctor, 4, 10, 0))
	w.want(w.do(as(Ravi, store.ByBirthday), store.MoveAppointment{Appointment: b, Slot: Slot(Doctor, 5, 10, 0)}), store.None)
	w.want(w.do(as(Ravi, store.ByBirthday), store.CancelAppointment{Appointment: b}), store.None)
	if diff := cmp.Diff([]string{"6 10:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
}

func cancel(w *world) {
	a := w.book(Tom, Slot(Doctor, 1, 10, 0))
	o := store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.CancelAppointment{Appointment: a, Reason: store.FeelingBetter}, Now: w.now}
	w.want(w.order(o), store.Done)
	w.want(w.order(o), store.Done)
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: a}), store.None)
	b := w.book(Mary, Slot(Doctor, 1, 10, 0))
	// The first cancellation, arriving once more, does not cancel Mary's.
	w.want(w.order(o), store.Done)
	if got := w.listed(as(Mary, store.ByPIN)); len(got) != 2 || b.ID == a.ID {
		w.Errorf("Mary has %v", got)
	}
}

func list(w *world) {
	for _, s := range []store.Slot{Slot(Nurse, 5, 9, 0), Slot(Doctor, 1, 10, 0), Slot(Doctor, 5, 9, 0), Slot(Nurse, 0, 10, 0), Slot(Nurse, 9, 15, 0)} {
		w.book(Tom, s)
	}
	if diff := cmp.Diff([]string{"2 10:00", "3 10:00", "7 09:00", "7 09:00", "11 15:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
	w.now = w.now.AddDate(0, 0, 3)
	if diff := cmp.Diff([]string{"7 09:00", "7 09:00", "11 15:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error(diff)
	}
	// What vanishes meanwhile hides nothing of what follows.
	page := w.want(w.do(as(Tom, store.ByBirthday), store.ListAppointments{Limit: 1}), store.Done)
	if !page.More || page.Appointments[0].Slot.Start.Location() != London {
		w.Errorf("the first page: %+v", page)
	}
	first := page.Appointments[0]
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: first}), store.Done)
	next := w.want(w.do(as(Tom, store.ByBirthday), store.ListAppointments{Limit: 5, After: store.Cursor{Start: first.Slot.Start, ID: string(first.ID)}}), store.Done)
	if len(next.Appointments) != 2 || next.More {
		w.Errorf("after the first: %d", len(next.Appointments))
	}
	w.want(w.do(as(Meena, store.ByBirthday), store.ListAppointments{}), store.None)
}

func sensitive(w *world) {
	slot := Slot(Private, 1, 9, 0)
	for _, r := range []store.Request{
		store.FindSlots{Clinic: store.Clinic{ID: Private}}, // as if it were not known to be sensitive
		store.HoldSlot{Clinic: store.Clinic{ID: Private}, Slot: slot},
		store.BookSlot{Clinic: store.Clinic{ID: Private}, Slot: slot},
		store.ReleaseSlot{Clinic: store.Clinic{ID: Private}, Slot: slot},
		store.JoinWaitingList{Clinic: store.Clinic{ID: Private}},
	} {
		w.want(w.do(as(Tom, store.ByBirthday), r), store.Refused)
	}
	a := w.book(Tom, slot)
	w.book(Tom, Slot(Nurse, 2, 9, 0))
	if diff := cmp.Diff([]string{"4 09:00"}, w.listed(as(Tom, store.ByBirthday))); diff != "" {
		w.Error("at level 1:", diff)
	}
	if diff := cmp.Diff([]string{"3 09:00", "4 09:00"}, w.listed(as(Tom, store.ByPIN))); diff != "" {
		w.Error("at level 2:", diff)
	}
	hidden := a
	hidden.Clinic.Sensitive = false
	w.want(w.do(as(Tom, store.ByBirthday), store.CancelAppointment{Appointment: hidden}), store.Refused)
	w.want(w.do(as(Tom, store.ByBirthday), store.MoveAppointment{Appointment: hidden, Slot: Slot(Nurse, 3, 9, 0)}), store.Refused)
	// A clash with what may not be named is not told.
	w.want(w.do(as(Tom, store.ByBirthday), store.HoldSlot{Clinic: clinic(Doctor), Slot: Slot(Doctor, 1, 9, 0)}), store.Done)
}

func carer(w *world) {
	by := w.forOther(Ann, Mary)
	if diff := cmp.Diff([]string{"5 14:00"}, w.listed(by)); diff != "" {
		w.Error(diff)
	}
	a := w.want(w.do(by, store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 9, 0)}), store.Done).Appointments[0]
	if a.Person != Mary {
		w.Errorf("Ann booked for %s", a.Person)
	}
	w.want(w.do(by, store.BookSlot{Clinic: clinic(Private), Slot: Slot(Private, 1, 9, 0)}), store.Refused)
	// What the runner believed of a grant does not count.
	by = w.forOther(Tom, Mary)
	by.Grant = &store.Grant{Carer: Tom, Subject: Mary, Scopes: store.Scopes(), Until: Today.AddDays(99)}
	for _, r := range []store.Request{
		store.ListAppointments{}, store.FindSlots{Clinic: clinic(Nurse)}, store.CancelAppointment{Appointment: a},
		store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 10, 0)}, store.HoldSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 10, 0)},
		store.MoveAppointment{Appointment: a, Slot: Slot(Nurse, 1, 10, 0)}, store.JoinWaitingList{Clinic: clinic(Nurse)},
	} {
		w.want(w.do(by, r), store.Refused)
	}
	// After its last day a grant is none.
	by = w.forOther(Ann, Mary)
	w.now = w.now.AddDate(0, 0, 31)
	w.want(w.do(by, store.ListAppointments{}), store.Refused)
}

func refusals(w *world) {
	nobody := store.Authority{Conversation: "call-x", Channel: store.Voice}
	slot := Slot(Nurse, 1, 9, 0)
	for _, r := range []store.Request{
		store.ListCharges{}, store.ListAppointments{}, store.FindSlots{Clinic: clinic(Nurse)}, store.HoldSlot{Clinic: clinic(Nurse), Slot: slot},
		store.BookSlot{Clinic: clinic(Nurse), Slot: slot}, store.ReleaseSlot{Clinic: clinic(Nurse), Slot: slot}, store.JoinWaitingList{Clinic: clinic(Nurse)},
	} {
		w.want(w.do(nobody, r), store.Refused)
	}
	w.book(Tom, slot)
	if _, err := w.Record.Perform(w.ctx, store.Order{By: as(Tom, store.ByPIN), Request: store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 10, 0)}, Now: w.now}); err == nil {
		w.Error("a write without an id was performed")
	}
}

func waitingList(w *world) {
	o := store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.JoinWaitingList{Clinic: clinic(Nurse), Clinician: "nurse-kay"}, Now: w.now}
	w.want(w.order(o), store.Done)
	w.want(w.order(o), store.Done)
	w.want(w.do(as(Tom, store.ByBirthday), store.JoinWaitingList{Clinic: clinic(Nurse)}), store.Done)
}
