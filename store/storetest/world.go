// Package storetest holds one suite of tests for whatever implements the ports
// of store: each promise of the ports is a test here, and each implementation
// runs them all. TestRecord serves a record that is not ours too; Run tests
// all six ports.
package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // the practice's zone, on a machine that has none

	"landline/store"
)

// Stores are the six ports of one empty world.
type Stores struct {
	Record        store.Record
	Credentials   store.Credentials
	Ledger        store.Ledger
	Conversations store.Conversations
	Deliveries    store.Deliveries
	Tokens        store.Tokens
}

// The people, numbers and clinics of the suite. Numbers are from the ranges
// that are set aside for drama, NHS numbers from the test range.
const (
	Mary  store.PersonID = "mary-1"
	Tom   store.PersonID = "tom-2"
	Ann   store.PersonID = "ann-3"
	Ravi  store.PersonID = "ravi-4"
	Meena store.PersonID = "meena-5"

	MaryPhone   store.Number = "+441632960101"
	TomPhone    store.Number = "+447700900102"
	AnnPhone    store.Number = "+447700900103"
	SharedPhone store.Number = "+447700900104"
	Stranger    store.Number = "+447700900999"

	Doctor  store.ClinicID = "doctor"
	Nurse   store.ClinicID = "nurse"
	Private store.ClinicID = "private-clinic" // sensitive
)

// London is the practice's zone.
var London = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return l
}()

// Now is when the suite plays: a Monday at nine, four weeks before the clocks
// change.
var Now = time.Date(2026, 3, 2, 9, 0, 0, 0, London)

// Today is the day of Now.
var Today = store.DayOf(Now)

// MaryNHS is Mary's NHS number.
var (
	MaryNHS = nhs("999000001")
	TomNHS  = nhs("999000002")
)

// nhs completes nine digits with the one that checks them.
func nhs(nine string) store.NHSNumber {
	for last := range 10 {
		if n, err := store.ParseNHSNumber(fmt.Sprint(nine, last)); err == nil {
			return n
		}
	}
	panic("no NHS number begins with " + nine)
}

// Born are the people's birthdays.
var Born = map[store.PersonID]store.Birthday{
	Mary:  store.BornOn(store.Day{Year: 1948, Month: time.March, Day: 12}),
	Tom:   store.BornOn(store.Day{Year: 1985, Month: time.July, Day: 4}),
	Ann:   store.BornOn(store.Day{Year: 1975, Month: time.September, Day: 23}),
	Ravi:  store.BornOn(store.Day{Year: 1980, Month: time.May, Day: 9}),
	Meena: store.BornOn(store.Day{Year: 1982, Month: time.August, Day: 30}),
}

// Clinics of the suite, in their order.
var Clinics = []store.Clinic{
	{ID: Doctor, Name: words("Doctor"), Clinicians: []store.Clinician{{ID: "dr-lee", Name: "Dr Lee"}, {ID: "dr-rao", Name: "Dr Rao"}}},
	{ID: Nurse, Name: words("Nurse"), Bring: words("your blood pressure book"), Clinicians: []store.Clinician{{ID: "nurse-kay", Name: "Nurse Kay"}}},
	{ID: Private, Name: words("Private clinic"), Sensitive: true},
}

func words(s string) map[store.Language]string { return map[store.Language]string{"en": s} }

// Slot is a slot of a clinic, days after today.
func Slot(clinic store.ClinicID, days, hour, minute int) store.Slot {
	start := Today.AddDays(days).At(hour, minute, London)
	s := store.Slot{
		ID: store.SlotID(start.Format("0102-1504")), Clinic: clinic, Start: start, Length: 10 * time.Minute,
	}
	switch clinic {
	case Doctor:
		s.Clinician = store.Clinician{ID: "dr-lee", Name: "Dr Lee"}
		if hour%2 == 1 {
			s.Clinician = store.Clinician{ID: "dr-rao", Name: "Dr Rao"}
		}
	case Nurse:
		s.Clinician = store.Clinician{ID: "nurse-kay", Name: "Nurse Kay"}
	}
	return s
}

// Batch is the world that the suite imports: each clinic has slots at 8:00,
// 9:00, 10:00, 14:00 and 15:00 on each of ten days from today on.
func Batch() store.Batch {
	b := store.Batch{
		Quiet: true,
		Practice: &store.Practice{
			Name: words("Riverside Surgery"), Number: "+441632960000", Reception: "+441632960001",
			Hours: map[time.Weekday][]store.Hours{
				time.Monday: {{Opens: 8 * 60, Closes: 12 * 60}, {Opens: 13 * 60, Closes: 18 * 60}}, time.Tuesday: {{Opens: 8 * 60, Closes: 18 * 60}},
			},
			Closures: []store.Day{Today.AddDays(1)},
		},
		People: []store.PersonRow{
			{Person: store.Person{ID: Mary, NHS: MaryNHS, Given: "Mary", Family: "Jones", Born: Born[Mary], Numbers: []store.Number{MaryPhone}, Language: "cy"}, PIN: "4071"},
			{Person: store.Person{ID: Tom, NHS: TomNHS, Given: "Tom", Family: "Price", Born: Born[Tom], Numbers: []store.Number{TomPhone}}, PIN: "9184"},
			{Person: store.Person{ID: Ann, Given: "Ann", Family: "Jones", Born: Born[Ann], Numbers: []store.Number{AnnPhone}}, PIN: "5526"},
			{Person: store.Person{ID: Ravi, Given: "Ravi", Family: "Patel", Born: Born[Ravi], Numbers: []store.Number{SharedPhone}}},
			{Person: store.Person{ID: Meena, Given: "Meena", Family: "Patel", Born: Born[Meena], Numbers: []store.Number{SharedPhone}}},
		},
		Grants: []store.Grant{{Carer: Ann, Subject: Mary, Until: Today.AddDays(30),
			Scopes: []store.Scope{store.HearAppointments, store.BookAppointments}}},
		Clinics: Clinics,
	}
	for _, c := range Clinics {
		for day := range 10 {
			for _, hour := range []int{8, 9, 10, 14, 15} {
				b.Slots = append(b.Slots, Slot(c.ID, day, hour, 0))
			}
		}
	}
	b.Appointments = []store.AppointmentRow{{Person: Mary, Clinic: Doctor, Slot: Slot(Doctor, 3, 14, 0).ID}}
	return b
}

// world is a store with the batch in it, and ids that have not been used.
type world struct {
	*testing.T
	Stores
	ctx  context.Context
	now  time.Time
	used atomic.Int64
}

func newWorld(t *testing.T, s Stores) *world {
	w := &world{T: t, Stores: s, ctx: context.Background(), now: Now}
	if _, err := s.Record.Import(w.ctx, Batch(), w.now); err != nil {
		t.Fatal("import:", err)
	}
	return w
}

// as is somebody who speaks for themselves.
func as(p store.PersonID, level store.Level) store.Authority {
	return store.Authority{Conversation: "call-" + store.ConversationID(p), Channel: store.Voice, Actor: p, Subject: p, Level: level}
}

// forOther is a carer at level 2; what the runner knows of the grant is what
// the record says.
func (w *world) forOther(carer, subject store.PersonID) store.Authority {
	by := as(carer, store.ByPIN)
	by.Subject = subject
	if g, err := w.Record.Grant(w.ctx, carer, subject); err == nil {
		by.Grant = &g
	}
	return by
}

// imported takes in a batch.
func (w *world) imported(b store.Batch) {
	w.Helper()
	if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
		w.Fatal("import:", err)
	}
}

func (w *world) id() store.RequestID {
	return store.RequestID(fmt.Sprint("request-", w.used.Add(1)))
}

// do performs a request under a fresh id.
func (w *world) do(by store.Authority, r store.Request) store.Outcome {
	w.Helper()
	o := store.Order{By: by, Request: r, Now: w.now}
	if r.Writes() {
		o.ID = w.id()
	}
	return w.order(o)
}

// order performs an order, and checks that its verdict is one that it may have.
func (w *world) order(o store.Order) store.Outcome {
	w.Helper()
	out, err := w.Record.Perform(w.ctx, o)
	if err != nil {
		w.Fatalf("%s: %v", o.Request.Verb(), err)
	}
	w.allowed(o.Request, out)
	return out
}

func (w *world) allowed(r store.Request, out store.Outcome) {
	w.Helper()
	for _, v := range r.Verdicts() {
		if v == out.Verdict {
			return
		}
	}
	w.Fatalf("%s: the verdict %q is none of %v", r.Verb(), out.Verdict, r.Verdicts())
}

// want fails unless the verdict is as wanted.
func (w *world) want(out store.Outcome, v store.Verdict) store.Outcome {
	w.Helper()
	if out.Verdict != v {
		w.Fatalf("verdict %q, want %q", out.Verdict, v)
	}
	return out
}

func clinic(id store.ClinicID) store.Clinic {
	for _, c := range Clinics {
		if c.ID == id {
			return c
		}
	}
	return store.Clinic{ID: id}
}

// book books a slot for somebody at level 2.
func (w *world) book(p store.PersonID, s store.Slot) store.Appointment {
	w.Helper()
	out := w.want(w.do(as(p, store.ByPIN), store.BookSlot{Clinic: clinic(s.Clinic), Slot: s}), store.Done)
	if len(out.Appointments) != 1 {
		w.Fatalf("booked %d appointments", len(out.Appointments))
	}
	return out.Appointments[0]
}

// free are the starts of the free slots of a clinic, as somebody at level 2
// finds them, page by page.
func (w *world) free(p store.PersonID, find store.FindSlots) []string {
	w.Helper()
	var out []string
	for {
		page := w.do(as(p, store.ByPIN), find)
		if page.Verdict == store.None {
			return out
		}
		w.want(page, store.Done)
		for _, s := range page.Slots {
			out = append(out, s.Start.Format("2 15:04"))
		}
		if !page.More {
			return out
		}
		find.After = store.CursorAt(page.Slots[len(page.Slots)-1])
	}
}

// listed are the starts of somebody's appointments, as they hear them at a
// level.
func (w *world) listed(by store.Authority) []string {
	w.Helper()
	var out []string
	list := store.ListAppointments{Limit: 2}
	for {
		page := w.do(by, list)
		if page.Verdict == store.None {
			return out
		}
		w.want(page, store.Done)
		for _, a := range page.Appointments {
			out = append(out, a.Slot.Start.Format("2 15:04"))
		}
		if !page.More {
			return out
		}
		last := page.Appointments[len(page.Appointments)-1]
		list.After = store.Cursor{Start: last.Slot.Start, ID: string(last.ID)}
	}
}
