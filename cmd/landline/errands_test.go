package main

import (
	"fmt"
	"testing"
	"time"
)

// errand is one thing that a person does, by call or by text.
type errand struct {
	name string
	text bool
	// steps are what is keyed or texted. A call's first is the ringing.
	steps []string
	// deed is the step that changes the record.
	deed int
	// after are the times of the person's appointments in the end.
	after []string
}

// errands are done at Hill Surgery, where Mary has an appointment at 12:00 and
// Tom at 12:20, and the soonest free is 10:20.
var errands = []errand{
	{"a booking by call", false, []string{"", "1", "12031948", "1", "1", "1", "1", "3"}, 6, []string{"10:20", "12:00"}},
	{"a move by call", false, []string{"", "2", "12031948", "1", "2", "1", "1", "1", "3"}, 7, []string{"10:20"}},
	{"a cancellation by call", false, []string{"", "2", "12031948", "1", "3", "1", "1", "2"}, 6, nil},
	{"a booking by text", true, []string{"book", "4 july 1985", "nurse", "1", "1", "yes", "thanks"}, 5, []string{"10:20", "12:20"}},
	{"a move by text", true, []string{"my appointments", "4 july 1985", "1", "move it", "1", "1", "yes", "thanks"}, 6, []string{"10:20"}},
	{"a cancellation by text", true, []string{"my appointments", "4 july 1985", "1", "let it go", "1", "yes", "thanks"}, 5, nil},
}

// errandFiles are Hill Surgery with everybody who has an errand.
func errandFiles() map[string]string {
	day := time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	slots := "clinic,start,minutes\n"
	for _, at := range []string{"10:20", "10:40", "11:00", "12:00", "12:20"} {
		slots += "nurse," + day + " " + at + ",20\n"
	}
	return map[string]string{
		"practice.csv": "name_en,name_cy,number,reception\nHill Surgery,Meddygfa'r Bryn,01632 960000,01632 960001\n",
		"hours.csv":    "weekday,opens,closes\nMonday,08:00,18:00\n",
		"people.csv": "id,given_name,family_name,born,numbers,language\n" +
			"mary,Mary,Jones,1948-03-12,01632 960101,en\n" + "tom,Tom,Price,1985-07-04,07700 900102,en\n",
		"clinics.csv":      "id,name_en,name_cy\nnurse,nurse,nyrs\n",
		"slots.csv":        slots,
		"appointments.csv": "person,clinic,start\nmary,nurse," + day + " 12:00\ntom,nurse," + day + " 12:20\n",
	}
}

// who is whose errand it is, in the practice's own words.
func (e errand) who() string {
	if e.text {
		return "tom"
	}
	return "mary"
}

// hook is that of a step, where last was the answer to the step before.
func (e errand) hook(t testing.TB, step int, last string) hook {
	t.Helper()
	switch {
	case e.text:
		form := textOf(e.steps[step])
		form.Set("From", "+447700900102")
		form.Set("MessageSid", fmt.Sprintf("SM%032x", step))
		form.Set("SmsSid", form.Get("MessageSid"))
		return hook{"/twilio/sms", form}
	case step == 0:
		return hook{"/twilio/voice", callOf()}
	}
	return hook{action(t, last), callOf("CallStatus", "in-progress", "Digits", e.steps[step])}
}
