package console

import (
	"net/http"
	"time"

	"landline/store"
)

var appointmentOperations = []operation{
	{"listAppointments", http.MethodGet, "/people/{person}/appointments", http.StatusOK, (*call).listAppointments},
	{"bookAppointment", http.MethodPost, "/people/{person}/appointments", http.StatusCreated, (*call).bookAppointment},
	{"moveAppointment", http.MethodPost, "/people/{person}/appointments/{appointment}/move", http.StatusOK, (*call).moveAppointment},
	{"cancelAppointment", http.MethodPost, "/people/{person}/appointments/{appointment}/cancel", http.StatusOK, (*call).cancelAppointment},
}

// appointmentView is a slot that somebody has.
type appointmentView struct {
	ID     store.AppointmentID `json:"id"`
	Clinic store.ClinicID      `json:"clinic"`
	Slot   slotView            `json:"slot"`
}

func appointmentOf(a store.Appointment) appointmentView {
	return appointmentView{a.ID, a.Slot.Clinic, slotOf(a.Slot)}
}

// appointmentsView is a page of appointments.
type appointmentsView struct {
	Appointments []appointmentView `json:"appointments"`
	Next         string            `json:"next,omitempty"`
}

func (c *call) listAppointments() (any, error) {
	list := store.ListAppointments{Limit: 10}
	if err := c.after(&list.After); err != nil {
		return nil, err
	}
	out, err := c.ask(c.person(), list)
	if err != nil {
		return nil, err
	}
	page := appointmentsView{Appointments: []appointmentView{}}
	for _, a := range out.Appointments {
		page.Appointments = append(page.Appointments, appointmentOf(a))
		page.Next = next(out.More, store.CursorAfter(a))
	}
	return page, nil
}

// slotWanted is a slot as it was offered: one that is at another time by now is
// taken.
func (c *call) slotWanted() (store.Slot, error) {
	var body struct {
		Clinic store.ClinicID `json:"clinic"`
		Slot   store.SlotID   `json:"slot"`
		Start  time.Time      `json:"start"`
	}
	if err := c.decode(&body); err != nil {
		return store.Slot{}, err
	}
	var check checking
	check.need("clinic", body.Clinic != "", "is missing")
	check.need("slot", body.Slot != "", "is missing")
	check.need("start", !body.Start.IsZero(), "want when the slot is, as it was offered")
	return store.Slot{ID: body.Slot, Clinic: body.Clinic, Start: body.Start}, check.err()
}

// booked performs a booking or a move, and shows the appointment. Only who is a
// patient here is booked for.
func (c *call) booked(r store.Request) (any, error) {
	out, err := c.must(c.person(), r)
	if err != nil {
		return nil, err
	}
	return appointmentOf(out.Appointments[0]), nil
}

func (c *call) bookAppointment() (any, error) {
	slot, err := c.slotWanted()
	if err != nil {
		return nil, err
	}
	p, err := c.must(c.person(), store.ReadPerson{})
	if err != nil {
		return nil, err
	}
	if s := p.People[0].Standing; !s.IsHere() {
		return nil, &Problem{Status: http.StatusConflict, Reason: string(s.Told()), Detail: "They are no patient here any more."}
	}
	return c.booked(store.BookSlot{Clinic: store.Clinic{ID: slot.Clinic}, Slot: slot})
}

func (c *call) moveAppointment() (any, error) {
	slot, err := c.slotWanted()
	if err != nil {
		return nil, err
	}
	return c.booked(store.MoveAppointment{Appointment: c.appointment(), Slot: slot})
}

func (c *call) appointment() store.Appointment {
	return store.Appointment{ID: store.AppointmentID(c.gin.Param("appointment"))}
}

func (c *call) cancelAppointment() (any, error) {
	body := struct {
		Reason store.CancelReason `json:"reason"`
	}{store.OtherReason}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return nil, err
		}
	}
	var check checking
	oneOf(&check, "reason", body.Reason, []store.CancelReason{store.FeelingBetter, store.CannotGetIn, store.BadTime, store.OtherReason})
	if err := check.err(); err != nil {
		return nil, err
	}
	_, err := c.must(c.person(), store.CancelAppointment{Appointment: c.appointment(), Reason: body.Reason})
	return struct{}{}, err
}
