package console

import (
	"net/http"
	"strconv"
	"time"

	"landline/store"
)

func (v *visit) clinicsPage() (view, error) {
	list, err := v.listClinics()
	return view{template: "clinics", title: "Clinics", tab: "clinics", data: list}, err
}

// clinicNow is the clinic in the address.
func (v *visit) clinicNow() (clinicView, error) {
	list, err := v.listClinics()
	if err != nil {
		return clinicView{}, err
	}
	for _, c := range list.(clinicsView).Clinics {
		if c.ID == v.clinic() {
			return c, nil
		}
	}
	return clinicView{}, notFound
}

// dayData is a day of a clinic's.
type dayData struct {
	Clinic       clinicView
	Day          store.Day
	Slots        []slotLine
	Before, Then string
	Key          string
	Caring       bool
}

// slotLine is a slot, and who has it.
type slotLine struct {
	diaryView
	Who  string
	Gone bool
}

func (v *visit) dayPage() (view, error) {
	clinic, err := v.clinicNow()
	if err != nil {
		return view{}, err
	}
	day, err := v.day("from")
	if err != nil {
		return view{}, err
	}
	if day.IsZero() {
		day = store.DayOf(v.now)
	}
	d := dayData{Clinic: clinic, Day: day, Key: newKey(), Caring: v.may(store.ReadDiary{})}
	at := "/clinics/" + string(clinic.ID)
	d.Before, d.Then = link(at, "from", day.AddDays(-1).String()), link(at, "from", day.AddDays(1).String())
	if d.Caring {
		if d.Slots, err = v.slotsOn(day); err != nil {
			return view{}, err
		}
	}
	return view{template: "day", title: capital(clinic.Name["en"]) + ", " + dayWords(day), tab: "clinics", data: d}, nil
}

// slotsOn are the slots of a day, a page at a time until the day is over.
func (v *visit) slotsOn(day store.Day) ([]slotLine, error) {
	var out []slotLine
	read := store.ReadDiary{Clinic: v.clinic(), From: day, Limit: 100}
	for {
		page, err := v.ask("", read)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Diary {
			if store.DayOf(s.Slot.Start.In(v.now.Location())) != day {
				return out, nil
			}
			line := slotLine{diaryView: diaryView{slotOf(s.Slot), s.State, s.Person}, Gone: s.Slot.Start.Before(v.now)}
			if s.Person != "" {
				who, err := v.named(s.Person)
				if err != nil {
					return nil, err
				}
				line.Who = who.full()
			}
			out, read.After = append(out, line), store.CursorAt(s.Slot)
		}
		if !page.More {
			return out, nil
		}
	}
}

func toDay(v *visit) string { return link("/clinics/"+string(v.clinic()), "from", v.form.Get("from")) }

var clinicDeeds = []deed{
	{op: "withdrawSlot", path: "/clinics/{clinic}/slots/{slot}/withdraw", then: toDay, said: "withdrawn"},
	{op: "publishSlots", path: "/clinics/{clinic}/slots", title: "Publish times", ask: publishForm, body: publishBody, then: toDay, said: "published"},
}

func publishForm(v *visit) (form, error) {
	clinic, err := v.clinicNow()
	if err != nil {
		return form{}, err
	}
	day := v.gin.Query("from")
	if day == "" {
		day = store.DayOf(v.now).AddDays(1).String()
	}
	f := form{
		Intro:  []string{capital(clinic.Name["en"]) + ". Callers are offered these times at once. Times that are there already stay as they are."},
		Button: "Publish", Back: link("/clinics/"+string(clinic.ID), "from", v.gin.Query("from")),
		Fields: []field{
			{Name: "from", Label: "First day", Kind: "date", Value: day},
			{Name: "until", Label: "Last day", Kind: "date", Hint: "The same day, if you leave it empty."},
			{Name: "days", Label: "On", Kind: "many", Values: []string{"1", "2", "3", "4", "5"}, Options: weekdayOptions},
			{Name: "begins", Label: "First time", Kind: "time", Value: "09:00"},
			{Name: "ends", Label: "Over by", Kind: "time", Value: "12:00"},
			{Name: "minutes", Label: "Minutes for each", Kind: "number", Value: "10"},
			{Name: "clinician", Label: "With", Kind: "select"},
		},
	}
	for _, k := range clinic.Clinicians {
		f.Fields[len(f.Fields)-1].Options = append(f.Fields[len(f.Fields)-1].Options, option{k.ID, k.Name})
	}
	return f, nil
}

var weekdayOptions = []option{{"1", "Monday"}, {"2", "Tuesday"}, {"3", "Wednesday"}, {"4", "Thursday"}, {"5", "Friday"}, {"6", "Saturday"}, {"0", "Sunday"}}

// longestSpan is for how many days times are published at once.
const longestSpan = 92

// publishBody makes the slots of a span of days.
func publishBody(v *visit) (any, error) {
	var check checking
	from, err := store.ParseDay(v.form.Get("from"))
	check.need("from", err == nil, "want a day")
	until := from
	if given := v.form.Get("until"); given != "" {
		until, err = store.ParseDay(given)
		check.need("until", err == nil && !until.Before(from) && until.Before(from.AddDays(longestSpan)), "want a day that is not before the first, within three months")
	}
	begins, ok := minuteOf(v.form.Get("begins"))
	check.need("begins", ok, "want a time, such as 09:00")
	ends, ok := minuteOf(v.form.Get("ends"))
	check.need("ends", ok && ends > begins, "want a time after the first")
	minutes, err := strconv.Atoi(v.form.Get("minutes"))
	check.need("minutes", err == nil && minutes >= 1 && minutes <= 480, "want 1 to 480 minutes")
	on := map[string]bool{}
	for _, d := range v.form["days"] {
		on[d] = true
	}
	check.need("days", len(on) > 0, "want a day of the week at least")
	if err := check.err(); err != nil {
		return nil, err
	}
	clinic, err := v.clinicNow()
	if err != nil {
		return nil, err
	}
	var with *clinicianView
	for _, k := range clinic.Clinicians {
		if k.ID == v.form.Get("clinician") {
			with = &k
		}
	}
	slots := []slotView{}
	for day := from; !until.Before(day); day = day.AddDays(1) {
		if !on[strconv.Itoa(int(day.Weekday()))] {
			continue
		}
		for at := begins; at+minutes <= ends; at += minutes {
			slots = append(slots, slotView{Start: day.At(at/60, at%60, v.now.Location()), Minutes: minutes, Clinician: with})
		}
	}
	check.need("days", len(slots) > 0, "want a day between the first and the last, and time enough")
	check.need("until", len(slots) <= mostSlots, "want fewer days: at most "+strconv.Itoa(mostSlots)+" times are published at once")
	return map[string]any{"slots": slots}, check.err()
}

// minuteOf reads "09:30" as minutes after midnight.
func minuteOf(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil
}

// timesData are free times for somebody, for a new appointment or in the place of
// one that they have.
type timesData struct {
	Who     string
	Person  store.PersonID
	Move    string
	Clinics []clinicView
	Clinic  store.ClinicID
	From    string
	Slots   []slotView
	Next    string
	Key     string
	Looked  bool
	Faults  []string
}

func (t *timesData) blame(p *Problem) { t.Faults = append(t.Faults, inWords(p)) }

func (v *visit) timesPage() (view, error) {
	_, who, err := v.whose()
	if err != nil {
		return view{}, err
	}
	clinics, err := v.listClinics()
	if err != nil {
		return view{}, err
	}
	asked := func(name string) string {
		if is := v.gin.Query(name); is != "" {
			return is
		}
		return v.form.Get(name)
	}
	d := &timesData{
		Who: who, Person: v.person(), Move: v.gin.Param("appointment"), Clinics: clinics.(clinicsView).Clinics,
		Clinic: store.ClinicID(asked("clinic")), From: v.gin.Query("from"), Key: newKey(),
	}
	if d.Move == "" {
		d.Move = asked("move")
	}
	if d.Clinic != "" {
		find := store.FindSlots{Clinic: store.Clinic{ID: d.Clinic}, Limit: 10}
		if find.From, err = v.day("from"); err != nil {
			return view{}, err
		}
		if err := v.after(&find.After); err != nil {
			return view{}, err
		}
		out, err := v.ask("", find)
		if err != nil {
			return view{}, err
		}
		d.Looked = true
		for _, s := range out.Slots {
			d.Slots = append(d.Slots, slotOf(s))
			d.Next = link("/people/"+string(d.Person)+"/times", "clinic", string(d.Clinic), "move", d.Move, "from", d.From, "after", next(out.More, store.CursorAt(s)))
		}
		if !out.More {
			d.Next = ""
		}
	}
	title := "Book an appointment"
	if d.Move != "" {
		title = "Move an appointment"
	}
	return view{template: "times", title: title, tab: "find", data: d}, nil
}

var appointmentDeeds = []deed{
	{op: "bookAppointment", path: "/people/{person}/appointments", body: given("clinic", "slot", "start"), page: (*visit).timesPage, then: toPerson("appointments"), said: "booked"},
	{op: "moveAppointment", path: "/people/{person}/appointments/{appointment}/move", body: given("clinic", "slot", "start"), page: (*visit).timesPage, then: toPerson("appointments"), said: "moved"},
	{
		op: "cancelAppointment", path: "/people/{person}/appointments/{appointment}/cancel", title: "Cancel an appointment",
		ask: about("appointments", cancelForm), body: given("reason"), then: toPerson("appointments"), said: "cancelled",
	},
}

func cancelForm(v *visit, _ personView) (form, error) {
	list := store.ListAppointments{Limit: 10}
	for more := true; more; {
		out, err := v.ask(v.person(), list)
		if err != nil {
			return form{}, err
		}
		for _, a := range out.Appointments {
			if a.ID == v.appointment().ID {
				return form{
					Intro:  []string{capital(a.Clinic.Name["en"]) + " on " + whenWords(a.Slot.Start) + "."},
					Button: "Cancel the appointment", Danger: true,
					Fields: []field{{Name: "reason", Label: "Why", Kind: "one", Value: string(store.OtherReason), Options: []option{
						{string(store.FeelingBetter), "They feel better"}, {string(store.CannotGetIn), "They cannot get here"},
						{string(store.BadTime), "It is a bad time"}, {string(store.OtherReason), "Another reason"},
					}}},
				}, nil
			}
			list.After = store.CursorAfter(a)
		}
		more = out.More
	}
	return form{}, &Problem{Status: http.StatusNotFound, Reason: "none", Detail: "The appointment is not there any more."}
}
