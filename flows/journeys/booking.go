package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// bookingJourney finds a time, holds it while it is read back, and makes the
// appointment; or, entered at "when" with Memory.Moving, moves one.
var bookingJourney = flows.Journey{
	Name: booking, Title: "Book an appointment", Start: "start", Needs: store.ByBirthday,
	States: []flows.State{
		{
			Name: "start", Title: "What kinds are there?",
			Ask: flows.Ask(func(flows.View) store.ListClinics { return store.ListClinics{} }),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory = flows.Memory{Clinics: e.Outcome.Clinics}
				}, Go: flows.To("kind")},
				saying(none, flows.Call(person, "start"), prompts.BookNoKinds),
			),
		},
		{
			Name: "kind", Title: "What kind of appointment?",
			Say: flows.Says(prompts.BookKind),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, c := range page(v.Memory.Clinics, v.Memory.Page) {
						lines = append(lines, prompts.Say(prompts.BookKindItem, prompts.Text("What", inLanguage(v, c.Name))))
					}
					return lines
				},
				Aka: func(v flows.View) [][]string {
					var names [][]string
					for _, c := range page(v.Memory.Clinics, v.Memory.Page) {
						names = append(names, inEveryLanguage(c.Name))
					}
					return names
				},
				More: another(clinics),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(c.Memory.Clinics, c.Memory.Page); e.Match.Index < len(list) {
						clinic := list[e.Match.Index]
						c.Memory.Clinic, c.Memory.Page = &clinic, 0
					}
				}, Go: flows.To("kind-chosen")},
				{On: flows.More, Do: turnPage(clinics), Go: flows.Same()},
				toFirstPage,
			},
		},
		{
			Name: "kind-chosen", Title: "Does it need the PIN? Are there several clinicians?", PINIf: sensitive,
			On: []flows.Edge{
				{On: flows.Always, If: manyClinicians, Go: flows.To("clinician")},
				on(flows.Always, flows.To("when")),
			},
		},
		{
			Name: "clinician", Title: "Anybody, or one in particular?", PINIf: sensitive,
			Say: flows.Says(prompts.BookWho),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, c := range page(clinicians(v.Conversation), v.Memory.Page) {
						if c.ID == "" {
							lines = append(lines, prompts.Say(prompts.BookAnyone))
							continue
						}
						lines = append(lines, prompts.Say(prompts.BookWhoItem, prompts.Text("Who", c.Name)))
					}
					return lines
				},
				More: another(clinicians),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					list := page(clinicians(*c), c.Memory.Page)
					c.Memory.Clinician, c.Memory.Page = nil, 0
					if e.Match.Index < len(list) && list[e.Match.Index].ID != "" {
						who := list[e.Match.Index]
						c.Memory.Clinician = &who
					}
				}, Go: flows.To("when")},
				{On: flows.More, Do: turnPage(clinicians), Go: flows.Same()},
				toFirstPage,
				on(flows.Back, flows.To("start")),
			},
		},
		{
			Name: "when", Title: "When?", PINIf: sensitive,
			Say: flows.Says(prompts.BookWhen),
			Wait: flows.Menu{Day: true, Choices: []flows.Choice{
				{Class: "soonest", Say: prompts.BookSoonest},
				{Class: "morning", Say: prompts.BookMorning},
				{Class: "afternoon", Say: prompts.BookAfternoon},
				{Class: "day", Say: prompts.BookDay},
			}},
			On: []flows.Edge{
				{On: flows.Given, Do: onDay, Go: flows.To("find")},
				{On: "soonest", Do: lookFor(store.AnyTime), Go: flows.To("find")},
				{On: "morning", Do: lookFor(store.Morning), Go: flows.To("find")},
				{On: "afternoon", Do: lookFor(store.Afternoon), Go: flows.To("find")},
				on("day", flows.To("day")),
				{On: flows.Back, If: moving, Go: flows.Home()},
				on(flows.Back, flows.To("start")),
			},
		},
		{
			Name: "day", Title: "Which day?", PINIf: sensitive,
			Say: flows.Says(prompts.BookWhichDay), Short: flows.Says(prompts.BookWhichDayShort),
			Wait: flows.ADay{},
			On: []flows.Edge{
				{On: flows.Given, Do: onDay, Go: flows.To("find")},
				on(flows.Back, flows.To("when")),
			},
		},
		{
			Name: "find", Title: "Which times are free?", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.FindSlots {
				m := v.Memory
				find := store.FindSlots{
					Clinic: theClinic(v), From: m.From, Only: m.Only, Part: m.Part,
					After: m.Cursor, Limit: flows.PageSize,
				}
				if m.Clinician != nil {
					find.Clinician = m.Clinician.ID
				}
				return find
			}),
			On: edges(failing("when"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Slots, c.Memory.More = e.Outcome.Slots, e.Outcome.More
				}, Go: flows.To("offer")},
				on(none, flows.To("nothing-free")),
			),
		},
		{
			Name: "offer", Title: "Which time?", PINIf: sensitive,
			Say: offerDay, Short: then(offerDay, flows.Says(prompts.MissKeys)),
			Wait: flows.Pick{Items: offers, More: func(v flows.View) bool { return v.Memory.More }},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if e.Match.Index < len(c.Memory.Slots) {
						slot := c.Memory.Slots[e.Match.Index]
						c.Memory.Slot = &slot
					}
				}, Go: flows.To("hold")},
				{On: flows.More, Do: func(c *flows.Conversation, _ flows.Event) {
					if n := len(c.Memory.Slots); n > 0 {
						c.Memory.Cursor = store.CursorAt(c.Memory.Slots[n-1])
					}
				}, Go: flows.To("find")},
				on(flows.Back, flows.To("when")),
			},
			Resume: "find",
		},
		{
			Name: "nothing-free", Title: "Nothing is free", PINIf: sensitive,
			Say: flows.Says(prompts.BookNothingFree),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "other", Say: prompts.BookOtherTime},
				{Class: "wait", Say: prompts.BookWaitingList},
				{Class: "ring-me", Say: prompts.ChoiceRingMe},
			}},
			On: []flows.Edge{
				on("other", flows.To("when")),
				on("wait", flows.To("confirm-wait")),
				on("ring-me", flows.Call(person, "when")),
				on(flows.Back, flows.To("when")),
			},
		},
		{
			Name: "confirm-wait", Title: "Join the list for an earlier time?", PINIf: sensitive,
			Say: then(with(prompts.BookWaitReadback, func(v flows.View) []prompts.Arg {
				return []prompts.Arg{what(v, theClinic(v), store.Clinician{})}
			}), flows.Says(prompts.AnswerYesNo)),
			Short: then(flows.Says(prompts.BookWaitShort, prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("join")),
				on(flows.No, flows.To("when")),
				on(flows.Back, flows.To("when")),
			},
		},
		{
			Name: "join", Title: "Join the list for an earlier time", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.JoinWaitingList {
				join := store.JoinWaitingList{Clinic: theClinic(v)}
				if v.Memory.Clinician != nil {
					join.Clinician = v.Memory.Clinician.ID
				}
				return join
			}),
			On: edges(changing("when"), saying(done, flows.Close(after, "else"), prompts.BookWaiting)),
		},
		{
			Name: "hold", Title: "Hold it while it is read back", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.HoldSlot {
				hold := store.HoldSlot{Clinic: theClinic(v), Slot: theSlot(v)}
				if v.Memory.Moving {
					hold.Replaces = theAppointment(v).ID
				}
				return hold
			}),
			On: edges(failing("when"),
				on(done, flows.To("readback")),
				flows.Edge{On: taken, If: wasOffered, Say: flows.Says(prompts.OfferGone), Go: flows.Close(after, "else")},
				flows.Edge{On: taken, Do: fromFirst, Say: flows.Says(prompts.BookTaken), Go: flows.To("find")},
				flows.Edge{On: clash, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Appointments = e.Outcome.Appointments
				}, Go: flows.To("clash")},
				saying(unknown, flows.Call(person, "when"), prompts.TroubleRecord),
			),
		},
		{
			Name: "clash", Title: "There is another appointment then. Go on?", PINIf: sensitive,
			Say: then(with(prompts.BookClash, func(v flows.View) []prompts.Arg {
				if len(v.Memory.Appointments) == 0 {
					return details(v, store.Clinic{}, store.Slot{})
				}
				a := v.Memory.Appointments[0]
				return details(v, a.Clinic, a.Slot)
			}), flows.Says(prompts.BookClashAsk, prompts.AnswerYesNo)),
			Short: flows.Says(prompts.BookClashAsk, prompts.AnswerYesNo),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("readback")),
				saying(flows.No, flows.To("release"), prompts.NothingChanged),
				on(flows.Back, flows.To("release")),
			},
			Resume: "hold",
		},
		{
			Name: "readback", Title: "Is it right?", PINIf: sensitive,
			Say:   readback,
			Short: then(tell(prompts.BookReadbackShort, chosenSlot), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				{On: flows.Yes, If: moving, Go: flows.To("move")},
				on(flows.Yes, flows.To("book")),
				saying(flows.No, flows.To("release"), prompts.NothingChanged),
				on(flows.Back, flows.To("release")),
			},
			Resume: "hold",
		},
		{
			Name: "release", Title: "Let the time go", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.ReleaseSlot {
				return store.ReleaseSlot{Clinic: theClinic(v), Slot: theSlot(v)}
			}),
			// If it cannot be let go now, it lets itself go after store.HoldFor.
			On: []flows.Edge{
				{On: done, Do: fromFirst, Go: flows.To("find")},
				{On: unknown, Do: fromFirst, Go: flows.To("find")},
				{On: unavailable, Do: fromFirst, Go: flows.To("find")},
				failing("find")[0],
			},
		},
		{
			Name: "book", Title: "Book it", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.BookSlot {
				return store.BookSlot{Clinic: theClinic(v), Slot: theSlot(v)}
			}),
			On: edges(changing("when"),
				flows.Edge{On: done, Do: booked, Say: tell(prompts.BookDone, chosenAppointment), Go: flows.To("booked")},
				flows.Edge{On: taken, Do: fromFirst, Say: flows.Says(prompts.BookTaken), Go: flows.To("find")},
			),
		},
		{
			Name: "move", Title: "Move it", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.MoveAppointment {
				return store.MoveAppointment{Appointment: theAppointment(v), Slot: theSlot(v)}
			}),
			On: edges(changing("when"),
				flows.Edge{On: done, Do: booked, Say: tell(prompts.MoveDone, chosenAppointment), Go: flows.To("booked")},
				flows.Edge{On: taken, Do: fromFirst, Say: flows.Says(prompts.BookTaken), Go: flows.To("find")},
				saying(none, flows.Home(), prompts.AppointmentGone),
			),
		},
		{
			Name: "booked", Title: "What to bring; write it down?", PINIf: sensitive, Over: true,
			Say: bring,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "write-down", Say: prompts.ChoiceWriteDown},
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On: []flows.Edge{
				{On: "write-down", Say: tell(prompts.WriteDown, chosenAppointment), Go: flows.Same()},
				on("menu", flows.Home()),
				on("goodbye", flows.Close(after, "goodbye")),
			},
		},
	},
}

func clinics(c flows.Conversation) []store.Clinic { return c.Memory.Clinics }

// clinicians are those of the chosen clinic, with anybody first.
func clinicians(c flows.Conversation) []store.Clinician {
	if c.Memory.Clinic == nil {
		return nil
	}
	return append([]store.Clinician{{}}, c.Memory.Clinic.Clinicians...)
}

func lookFor(p store.PartOfDay) func(*flows.Conversation, flows.Event) {
	return func(c *flows.Conversation, _ flows.Event) {
		c.Memory.Part, c.Memory.Cursor = p, store.Cursor{}
		c.Memory.From, c.Memory.Only, c.Memory.More = store.Day{}, false, false
	}
}

// onDay looks on the day that was named, in the part that was named with it.
func onDay(c *flows.Conversation, e flows.Event) {
	m := &c.Memory
	m.From, m.Only, m.Part, m.Cursor, m.More = e.Match.Day, true, e.Match.Part, store.Cursor{}, false
}

// fromFirst offers the times again from the first of the last page on.
func fromFirst(c *flows.Conversation, _ flows.Event) { c.Memory.Slot = nil }

func booked(c *flows.Conversation, e flows.Event) {
	if len(e.Outcome.Appointments) > 0 {
		a := e.Outcome.Appointments[0]
		c.Memory.Appointment = &a
	}
	c.Memory.Moving = false
}

// oneDay reports whether all the times offered are on one day, which is then
// said once.
func oneDay(v flows.View) bool {
	for _, s := range v.Memory.Slots {
		if store.DayOf(s.Start.In(v.Zone())) != store.DayOf(v.Memory.Slots[0].Start.In(v.Zone())) {
			return false
		}
	}
	return len(v.Memory.Slots) > 0
}

func offerDay(v flows.View) []prompts.Line {
	if !oneDay(v) {
		return nil
	}
	day := v.Memory.Slots[0].Start.In(v.Zone())
	key := prompts.OfferDay
	switch today := store.DayOf(v.Now); store.DayOf(day) {
	case today:
		key = prompts.OfferToday
	case today.AddDays(1):
		key = prompts.OfferTomorrow
	}
	return []prompts.Line{prompts.Say(key, prompts.Date("Date", day))}
}

func offers(v flows.View) []prompts.Line {
	var lines []prompts.Line
	named := v.Memory.Clinician == nil && len(clinicians(v.Conversation)) > 2
	for _, s := range v.Memory.Slots {
		start := s.Start.In(v.Zone())
		args := []prompts.Arg{prompts.Clock("Time", start)}
		key := prompts.OfferTime
		switch day := oneDay(v); {
		case day && named:
			key = prompts.OfferTimeWho
		case !day && named:
			key = prompts.OfferDateTimeWho
		case !day:
			key = prompts.OfferDateTime
		}
		if !oneDay(v) {
			args = append(args, prompts.Date("Date", start))
		}
		if named {
			args = append(args, prompts.Text("Who", s.Clinician.Name))
		}
		lines = append(lines, prompts.Say(key, args...))
	}
	return lines
}

func readback(v flows.View) []prompts.Line {
	key := prompts.BookReadback
	if v.Memory.Moving {
		key = prompts.MoveReadback
	}
	return append(tell(key, chosenSlot)(v), prompts.Say(prompts.AnswerYesNo))
}

func bring(v flows.View) []prompts.Line {
	words := inLanguage(v, theAppointment(v).Clinic.Bring)
	if words == "" {
		return nil
	}
	return []prompts.Line{prompts.Say(prompts.BookBring, prompts.Text("Bring", words))}
}

var (
	// sensitive covers the clinic that is looked at and the appointment that is
	// changed.
	sensitive = &flows.Fact{Name: "sensitive clinic", Of: func(v flows.View) bool {
		return theClinic(v).Sensitive || theAppointment(v).Clinic.Sensitive
	}}
	manyClinicians = &flows.Fact{Name: "several clinicians", Of: func(v flows.View) bool {
		return len(theClinic(v).Clinicians) > 1
	}}
	moving = &flows.Fact{Name: "moving one", Of: func(v flows.View) bool { return v.Memory.Moving }}
)
