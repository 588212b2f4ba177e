package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// appointmentsJourney tells what is booked, next first, and moves or cancels
// it.
var appointmentsJourney = flows.Journey{
	Name: appointments, Title: "Your appointments", Start: "start", Needs: store.ByBirthday,
	States: []flows.State{
		{
			Name: "start", Title: "From the next one on",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{}
			}, Go: flows.To("list")}},
		},
		{
			Name: "list", Title: "What is booked?",
			Ask: flows.Ask(func(v flows.View) store.ListAppointments {
				return store.ListAppointments{After: v.Memory.Cursor, Limit: flows.PageSize}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Appointments, c.Memory.More = e.Outcome.Appointments, e.Outcome.More
				}, Go: flows.To("hear")},
				on(none, flows.To("none")),
			),
		},
		{
			Name: "hear", Title: "Hear them, and choose one", PINIf: hearsSensitive, Over: true,
			Say: whoseAppointments,
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, a := range v.Memory.Appointments {
						lines = append(lines, prompts.Say(prompts.AppointmentsItem, details(v, a.Clinic, a.Slot)...))
					}
					return lines
				},
				More: func(v flows.View) bool { return v.Memory.More },
				Also: []flows.Choice{{Class: "with-pin", Say: prompts.AppointmentsWithPin, If: othersWithPIN}},
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if e.Match.Index < len(c.Memory.Appointments) {
						a := c.Memory.Appointments[e.Match.Index]
						c.Memory.Appointment = &a
					}
				}, Go: flows.To("one")},
				{On: flows.More, Do: func(c *flows.Conversation, _ flows.Event) {
					if n := len(c.Memory.Appointments); n > 0 {
						c.Memory.Cursor = store.CursorAfter(c.Memory.Appointments[n-1])
					}
				}, Go: flows.To("list")},
				on("with-pin", flows.To("all")),
				{On: flows.Back, If: laterList, Go: flows.To("start")},
			},
			Resume: "start",
		},
		{
			Name: "none", Title: "Nothing is booked", Over: true,
			Say: flows.Says(prompts.AppointmentsNone),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "book", Say: prompts.MainBook, If: mayBook},
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "with-pin", Say: prompts.AppointmentsWithPin, If: mayStepUp},
			}},
			On: []flows.Edge{
				on("book", flows.Begin(booking)),
				on("menu", flows.Home()),
				on("with-pin", flows.To("all")),
			},
			Resume: "start",
		},
		{
			// Offered to everybody at level 1 alike: it does not hint that there is
			// anything more to hear.
			Name: "all", Title: "With the PIN, all of them", Needs: store.ByPIN,
			On: []flows.Edge{on(flows.Always, flows.To("start"))},
		},
		{
			Name: "one", Title: "What to do with it?", PINIf: sensitive, Over: true,
			Say: tell(prompts.AppointmentsOne, chosenAppointment),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "write-down", Say: prompts.ChoiceWriteDown},
				{Class: "move", Say: prompts.AppointmentsMove, If: mayBook},
				{Class: "cancel", Say: prompts.AppointmentsCancel, If: mayBook},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}, Unsaid: []flows.Choice{
				{Class: beyond, Say: prompts.AppointmentsMove, If: mayNotBook}, {Class: beyond, Say: prompts.AppointmentsCancel, If: mayNotBook},
			}},
			On: []flows.Edge{
				// A text shows it again as it is.
				{On: "write-down", If: byText, Go: flows.Same()},
				{On: "write-down", Say: tell(prompts.WriteDown, chosenAppointment), Go: flows.Same()},
				{On: "move", Do: toMove, Go: flows.CallAt(booking, "when", "start")},
				on("cancel", flows.To("reason")),
				{On: beyond, Say: with(prompts.ActingBeyond, charge), Go: flows.Same()},
				on("menu", flows.Home()),
				on(flows.Back, flows.To("start")),
			},
		},
		{
			Name: "reason", Title: "Why?", PINIf: sensitive,
			Say: flows.Says(prompts.CancelWhy),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "better", Say: prompts.CancelBetter},
				{Class: "get-there", Say: prompts.CancelGetThere},
				{Class: "bad-time", Say: prompts.CancelBadTime},
				{Class: "other", Say: prompts.CancelOther},
			}},
			On: []flows.Edge{
				{On: "better", Do: because(store.FeelingBetter), Go: flows.To("confirm")},
				{On: "get-there", Do: because(store.CannotGetIn), Go: flows.To("confirm")},
				{On: "bad-time", Do: because(store.BadTime), Go: flows.To("confirm")},
				{On: "other", Do: because(store.OtherReason), Go: flows.To("confirm")},
				on(flows.Back, flows.To("one")),
			},
		},
		{
			Name: "confirm", Title: "Really let it go?", PINIf: sensitive,
			Say:   then(tell(prompts.CancelReadback, chosenAppointment), flows.Says(prompts.AnswerYesNo)),
			Short: then(tell(prompts.CancelReadbackShort, chosenAppointment), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("cancel")),
				saying(flows.No, flows.To("one"), prompts.CancelKept),
				on(flows.Back, flows.To("one")),
			},
		},
		{
			Name: "cancel", Title: "Cancel it", PINIf: sensitive,
			Ask: flows.Ask(func(v flows.View) store.CancelAppointment {
				return store.CancelAppointment{Appointment: theAppointment(v), Reason: v.Memory.Reason}
			}),
			On: edges(changing("start"),
				saying(none, flows.Close(after, "else"), prompts.AppointmentGone),
				flows.Edge{On: done, Say: tell(prompts.CancelDone, chosenAppointment), Go: flows.Close(after, "else")},
			),
		},
	},
}

// whoseAppointments are told: the caller's own, or those of whom they ring for.
func whoseAppointments(v flows.View) []prompts.Line {
	if v.Charge == nil {
		return []prompts.Line{prompts.Say(prompts.AppointmentsIntro)}
	}
	return []prompts.Line{prompts.Say(prompts.ActingIntro, charge(v)...)}
}

func because(r store.CancelReason) func(*flows.Conversation, flows.Event) {
	return func(c *flows.Conversation, _ flows.Event) { c.Memory.Reason = r }
}

var (
	mayStepUp = &flows.Fact{Name: "own record, without PIN", Of: func(v flows.View) bool {
		return v.Charge == nil && v.Level < store.ByPIN
	}}
	// Behind the last page, where there may be others for all that anybody can tell.
	othersWithPIN = &flows.Fact{Name: "own record, without PIN, last page", Of: func(v flows.View) bool {
		return mayStepUp.Of(v) && !v.Memory.More
	}}
	laterList = &flows.Fact{Name: "a later page of the list", Of: func(v flows.View) bool {
		return v.Memory.Cursor != store.Cursor{}
	}}
	hearsSensitive = &flows.Fact{Name: "a sensitive one among them", Of: func(v flows.View) bool {
		for _, a := range v.Memory.Appointments {
			if a.Clinic.Sensitive {
				return true
			}
		}
		return false
	}}
)
