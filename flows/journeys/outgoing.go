package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// outgoingJourney tells what we began the conversation for, and takes the
// answer. By text the registered number is enough to be reminded, and to say
// that one will come; a call says nothing about health before the date of birth
// (needs.md, "What may be said, to whom"). The universal 9 is "wrong person"
// here, where a reminder has been said or sent: whoever meant "say it again"
// answers no to what is asked then.
var outgoingJourney = flows.Journey{
	Name: outgoing, Title: "We ring or text", Start: "start",
	// They are the news journey's now.
	Retired: map[flows.StateName]flows.StateName{"is-late": "hear-news", "late": "hear-news", "news": "hear-news"},
	States: append([]flows.State{
		{
			Name: "start", Title: "By telephone, or by text?",
			On: []flows.Edge{
				// Who asked to be rung is where they wanted to be.
				{On: flows.Always, If: ringsBack, Say: then(hello, flows.Says(prompts.OutgoingYouAsked)), Go: flows.Home()},
				{On: flows.Always, If: toMachine, Go: flows.To("word")},
				{On: flows.Always, If: invites, Go: flows.Call(invited, "start")},
				{On: flows.Always, If: asksByText, Go: flows.To("asks")},
				{On: flows.Always, If: proves, Do: func(c *flows.Conversation, e flows.Event) {
					c.Subject = theOutgoing(e.View).Person // in whose ledger it stands
				}, Go: flows.Call(proving, "start")},
				{On: flows.Always, If: isMessage, Go: flows.To("message")},
				{On: flows.Always, If: offerByText, Go: flows.To("offer")},
				{On: flows.Always, If: byText, Go: flows.To("text")},
				on(flows.Always, flows.To("call")),
			},
		},
		{
			// Never that there is anything to hear, nor of what (needs.md).
			Name: "word", Title: "A word to a machine",
			Say: with(prompts.OutgoingWord, func(v flows.View) []prompts.Arg {
				return append(lineNumber(v), prompts.Text("Name", theOutgoing(v).Given.Reveal()))
			}),
			End: true,
		},
		{
			Name: "text", Title: "A reminder", Over: true,
			Say: then(fromUs, reminder), Last: flows.Says(prompts.OutgoingNine),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "coming", Say: prompts.OutgoingComing},
				{Class: "move", Say: prompts.OutgoingMove},
				{Class: "give-up", Say: prompts.OutgoingGiveUp},
			}},
			On: append(answersToReminder(), on(flows.Again, flows.To("sure"))),
		},
		{
			Name: "call", Title: "Is it them?", Over: true,
			Say: then(with(prompts.OutgoingFrom, practice), with(prompts.OutgoingFor, func(v flows.View) []prompts.Arg {
				return []prompts.Arg{prompts.Text("Name", theOutgoing(v).Given.Reveal())}
			})),
			Last: flows.Says(prompts.OutgoingNine),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "me", Say: prompts.OutgoingMe},
				{Class: "not-now", Say: prompts.OutgoingNotNow},
			}},
			On: []flows.Edge{
				on("me", flows.To("prove")),
				on("not-now", flows.To("another-time")),
				on(flows.Again, flows.To("sure")),
				// Who does not answer, or is a machine, is rung another time: here it is
				// we who want something.
				on(flows.Stuck, flows.To("another-time")),
			},
		},
		{Name: "another-time", Title: "We ring again", Say: flows.Says(prompts.OutgoingNotNowBye), End: true},
		{
			Name: "prove", Title: "Is it them, by their date of birth?", Needs: store.ByBirthday,
			On: []flows.Edge{
				{On: flows.Always, If: isThem, Go: flows.To("whether")},
				saying(flows.Always, flows.Home(), prompts.OutgoingOther),
			},
		},
		{
			Name: "whether", Title: "May somebody listen?", Needs: store.ByBirthday,
			On: []flows.Edge{{On: flows.Always, If: careful, Go: flows.To("safe")}, on(flows.Always, flows.To("proved"))},
		},
		{
			// Before one word of what it is about.
			Name: "safe", Title: "Is it safe to talk?", Needs: store.ByBirthday, Over: true,
			Say: flows.Says(prompts.OutgoingSafe, prompts.AnswerYesNo), Short: flows.Says(prompts.OutgoingSafeShort, prompts.AnswerYesNo),
			Wait: flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("proved")),
				on(flows.No, flows.Close(innocent, "")),
				on(flows.Back, flows.Close(innocent, "")),
				on(flows.Stuck, flows.To("another-time")),
			},
		},
		{
			Name: "proved", Title: "What do we tell?", Needs: store.ByBirthday,
			On: []flows.Edge{
				{On: flows.Always, If: offersSlot, Go: flows.To("offered")},
				{On: flows.Always, If: tellsQuestions, Go: flows.To("hear-questions")},
				{On: flows.Always, If: tellsNews, Go: flows.To("hear-news")},
				{On: flows.Always, If: reminds, Go: flows.Begin(results)},
				on(flows.Always, flows.To("open")),
			},
		},
		{
			Name: "open", Title: "Is there still what we ring about?", Needs: store.ByBirthday,
			Ask: flows.Ask(answer(store.HeardIt)),
			On: edges(answering("prove"),
				flows.Edge{On: done, If: movesIt, Do: openToMove, Go: flows.Close(booking, "when")},
				flows.Edge{On: done, If: byText, Do: openNotice, Go: flows.Close(appointments, "reason")},
				flows.Edge{On: done, If: wasLost, Say: reminder, Go: flows.Close(after, "else")},
				flows.Edge{On: done, Do: openNotices, Go: flows.To("how-many")},
				saying(none, flows.Close(after, "else"), prompts.AppointmentGone),
			),
		},
		{
			Name: "how-many", Title: "One appointment, or several?", Needs: store.ByBirthday,
			On: []flows.Edge{{On: flows.Always, If: severalAppointments, Go: flows.To("told-several")}, on(flows.Always, flows.To("told"))},
		},
		{
			Name: "told", Title: "The appointment", Needs: store.ByBirthday, PINIf: sensitive, Over: true,
			Say: reminder,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "coming", Say: prompts.OutgoingComing},
				{Class: "move", Say: prompts.OutgoingMove},
				{Class: "give-up", Say: prompts.OutgoingGiveUp},
			}},
			On: []flows.Edge{
				on("coming", flows.To("coming")),
				{On: "move", Do: toMove, Go: flows.Close(booking, "when")},
				on("give-up", flows.Close(appointments, "reason")),
			},
		},
		{
			// One call for all of the day, and not one for each.
			Name: "told-several", Title: "Their appointments", Needs: store.ByBirthday, Over: true,
			Say: severalReminders,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "coming", Say: prompts.OutgoingComingAll},
				{Class: "change", Say: prompts.OutgoingChangeOne},
			}},
			On: []flows.Edge{on("coming", flows.To("coming")), on("change", flows.Begin(appointments))},
		},
		{
			Name: "coming", Title: "Note that they will come",
			Ask: flows.Ask(answer(store.Coming)),
			On: edges(answering("start"),
				saying(done, flows.Close(after, "else"), prompts.OutgoingThanks),
				saying(none, flows.Close(after, "else"), prompts.OutgoingGone),
			),
		},
		{
			Name: "sure", Title: "Really the wrong person?", Over: true,
			Say: flows.Says(prompts.OutgoingSure, prompts.AnswerYesNo), Short: flows.Says(prompts.OutgoingSureShort, prompts.AnswerYesNo),
			Wait: flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("deny")),
				on(flows.No, flows.To("start")),
				on(flows.Back, flows.To("start")),
			},
		},
		{
			Name: "deny", Title: "Note that it is the wrong person",
			Ask: flows.Ask(answer(store.NotThem)),
			On: edges(answering("sure"),
				saying(done, flows.To("denied"), prompts.OutgoingDenied),
				on(none, flows.To("denied")), // there is nothing any more to reach them for
			),
		},
		{Name: "denied", Title: "Goodbye", Say: flows.Says(prompts.Goodbye), End: true},
	}, slices.Concat(newsStates, offerStates)...),
}

// answering are the edges of an answer but those of done and none. Where it is
// not known whether it was noted there is nothing for staff to put right: the
// notice goes on as if there had been none.
func answering(then flows.StateName) []flows.Edge {
	return append(failing(then), saying(unknown, flows.Call(person, then), prompts.TroubleRecord))
}

// answersToReminder are where the choices of a texted reminder lead.
func answersToReminder() []flows.Edge {
	wish := func(move bool) func(*flows.Conversation, flows.Event) {
		return func(c *flows.Conversation, _ flows.Event) { c.Memory.Moving = move }
	}
	return []flows.Edge{
		on("coming", flows.To("coming")),
		{On: "move", Do: wish(true), Go: flows.To("prove")},
		{On: "give-up", Do: wish(false), Go: flows.To("prove")},
	}
}

func theOutgoing(v flows.View) flows.Outgoing {
	if v.Outgoing == nil {
		return flows.Outgoing{}
	}
	return *v.Outgoing
}

func practice(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Text("Practice", inLanguage(v, v.Practice.Name))}
}

// fromUs begins a text: with the first name, unless the number is shared.
func fromUs(v flows.View) []prompts.Line {
	out := theOutgoing(v)
	if out.Caller.Shared || out.Given == "" {
		return []prompts.Line{prompts.Say(prompts.OutgoingFrom, practice(v)...)}
	}
	return []prompts.Line{prompts.Say(prompts.OutgoingFromTo, append(practice(v), prompts.Text("Name", out.Given.Reveal()))...)}
}

func answer(a store.NoticeAnswer) func(flows.View) store.AnswerNotice {
	return func(v flows.View) store.AnswerNotice {
		return store.AnswerNotice{Notice: theOutgoing(v).Notice, Answer: a}
	}
}

// openNotice takes the appointment as the record has it now.
func openNotice(c *flows.Conversation, e flows.Event) {
	if len(e.Outcome.Appointments) > 0 {
		c.Memory = flows.Memory{Appointment: &e.Outcome.Appointments[0]}
	}
}

// openNotices takes all appointments of which the call is to tell.
func openNotices(c *flows.Conversation, e flows.Event) {
	openNotice(c, e)
	if len(e.Outcome.Appointments) > 1 {
		c.Memory = flows.Memory{Appointments: e.Outcome.Appointments}
	}
}

// severalReminders tells one appointment after the other.
func severalReminders(v flows.View) []prompts.Line {
	lines := []prompts.Line{prompts.Say(prompts.OutgoingSeveral, prompts.Count("Count", len(v.Memory.Appointments)))}
	for _, a := range v.Memory.Appointments {
		lines = append(lines, prompts.Say(prompts.OutgoingOneOfThem, details(v, a.Clinic, a.Slot)...))
	}
	return lines
}

func openToMove(c *flows.Conversation, e flows.Event) {
	openNotice(c, e)
	toMove(c, e)
}

// toMove has the booking journey move the appointment.
func toMove(c *flows.Conversation, _ flows.Event) {
	if a := c.Memory.Appointment; a != nil {
		clinic := a.Clinic
		c.Memory = flows.Memory{Appointment: a, Clinic: &clinic, Moving: true}
	}
}

var (
	// By text there is nobody to be asked: what was sent is read when it is safe.
	careful = &flows.Fact{Name: "somebody may listen", Of: func(v flows.View) bool {
		return theOutgoing(v).Careful && v.Channel == store.Voice
	}}
	isThem              = &flows.Fact{Name: "the person we ring", Of: func(v flows.View) bool { return v.Actor.Real() == theOutgoing(v).Person }}
	toMachine           = &flows.Fact{Name: "a machine answered", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.Word }}
	ringsBack           = &flows.Fact{Name: "a call that was asked for", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.RingBack }}
	severalAppointments = &flows.Fact{Name: "several appointments", Of: func(v flows.View) bool { return len(v.Memory.Appointments) > 1 }}
	movesIt             = &flows.Fact{Name: "to be moved", Of: func(v flows.View) bool { return v.Channel == store.Text && v.Memory.Moving }}
)
