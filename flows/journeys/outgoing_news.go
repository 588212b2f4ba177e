package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// newsStates tell that something is new, or was cancelled. A text says no more
// than that there is a message; what it is needs the PIN, so that whoever wants to
// know is rung, at once if they like. Who can only text gives two digits of theirs.
var newsStates = []flows.State{
	{
		Name: "message", Title: "There is a message", Over: true,
		Say: then(fromUs, aboutWhat), Last: flows.Says(prompts.OutgoingNine),
		Wait: flows.Menu{Choices: []flows.Choice{
			{Class: "ring-me", Say: prompts.NewsRingMe, If: mayBeRung},
			{Class: "read", Say: prompts.NewsReadHere, If: readsTexts},
			{Class: "menu", Say: prompts.ChoiceMenu},
		}},
		On: []flows.Edge{
			on("ring-me", flows.To("ring-now")), on("read", flows.To("prove")), on("menu", flows.Home()), on(flows.Again, flows.To("sure")),
		},
	},
	{
		// Of these alone it may be said what waits, and they can be answered here.
		Name: "asks", Title: "Questions wait", Over: true,
		Say: then(fromUs, flows.Says(prompts.NewsQuestions)), Last: flows.Says(prompts.OutgoingNine),
		Wait: flows.Menu{Choices: []flows.Choice{{Class: "answer", Say: prompts.NewsAnswerHere}, {Class: "ring-me", Say: prompts.NewsRingMe, If: mayBeRung}}},
		On:   []flows.Edge{on("answer", flows.To("prove")), on("ring-me", flows.To("ring-now")), on(flows.Again, flows.To("sure"))},
	},
	{
		Name: "hear-questions", Title: "Do they still wait?", Needs: store.ByBirthday,
		Ask: flows.Ask(answer(store.HeardQuestions)),
		On: edges(answering("prove"),
			flows.Edge{On: done, If: byText, Go: flows.Begin(questions)},
			saying(done, flows.Begin(questions), prompts.NewsQuestions),
			// There is more by now, and it needs a PIN; or nothing at all.
			on(none, flows.To("hear-news")),
		),
	},
	{
		Name: "ring-now", Title: "Have them rung",
		Ask: flows.Ask(answer(store.RingNow)),
		On: edges(answering("message"),
			saying(done, flows.To("rung"), prompts.NewsWillRing),
			saying(none, flows.Close(after, "else"), prompts.NewsGone),
		),
	},
	{Name: "rung", Title: "We ring at once", End: true},
	{
		Name: "hear-news", Title: "What is new?", Needs: store.ByPIN,
		Ask: flows.Ask(answer(store.HeardNews)),
		On: edges(answering("prove"),
			flows.Edge{On: done, Do: takeNews, Go: flows.Close(news, "is-late")},
			saying(none, flows.Close(after, "else"), prompts.NewsGone),
		),
	},
}

// aboutWhat begins a text: what was cancelled, or only that there is a message.
func aboutWhat(v flows.View) []prompts.Line {
	switch theOutgoing(v).Kind {
	case store.Update:
		return []prompts.Line{prompts.Say(prompts.NewsMessage)}
	case store.Note:
		return []prompts.Line{prompts.Say(prompts.NewsWaits, lineNumber(v)...)}
	}
	return reminder(v)
}

// wordsOfChange tell an appointment, in full and without its clinic.
var wordsOfChange = map[store.Change][2]prompts.Key{
	"":                 {prompts.OutgoingReminder, prompts.OutgoingReminderPlain},
	store.WasBooked:    {prompts.NewsBooked, prompts.NewsBookedPlain},
	store.WasMoved:     {prompts.NewsMoved, prompts.NewsMovedPlain},
	store.WasCancelled: {prompts.NewsCancelled, prompts.NewsCancelledPlain},
}

// reminder tells the appointment; of a sensitive clinic only when it is.
func reminder(v flows.View) []prompts.Line {
	a, words := theOutgoing(v).Appointment, wordsOfChange[theOutgoing(v).Change]
	args := details(v, a.Clinic, a.Slot)
	if a.Clinic.Sensitive && v.Level < store.ByPIN {
		return []prompts.Line{prompts.Say(words[1], args[1:]...)}
	}
	return []prompts.Line{prompts.Say(words[0], args...)}
}

var (
	tellsNews = &flows.Fact{Name: "there is news", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.Update }}
	// reminds is a text that was asked for when results were heard.
	reminds    = &flows.Fact{Name: "a text that was asked for", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.Note }}
	wasLost    = &flows.Fact{Name: "it was cancelled", Of: func(v flows.View) bool { return theOutgoing(v).Change == store.WasCancelled }}
	readsTexts = &flows.Fact{Name: "can only text", Of: func(v flows.View) bool { return theOutgoing(v).TextOnly }}
	mayBeRung  = &flows.Fact{Name: "can be rung", Of: func(v flows.View) bool { return !theOutgoing(v).TextOnly }}
	isMessage  = &flows.Fact{Name: "a message by text", Of: func(v flows.View) bool {
		return v.Channel == store.Text && (tellsNews.Of(v) || reminds.Of(v) || wasLost.Of(v))
	}}
	tellsQuestions = &flows.Fact{Name: "there are questions alone", Of: func(v flows.View) bool { return theOutgoing(v).Questions }}
	asksByText     = &flows.Fact{Name: "questions by text", Of: func(v flows.View) bool {
		return v.Channel == store.Text && tellsQuestions.Of(v)
	}}
)
