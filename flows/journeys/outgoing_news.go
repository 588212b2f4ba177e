package journeys

import (
	"slices"

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
			flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				c.Memory = flows.Memory{News: e.Outcome.News}
			}, Go: flows.To("is-late")},
			saying(none, flows.Close(after, "else"), prompts.NewsGone),
		),
	},
	{
		Name: "is-late", Title: "Is a result late?", Needs: store.ByPIN,
		On: []flows.Edge{
			{On: flows.Always, If: onlyLate, Say: tellLate, Go: flows.Close(after, "else")},
			{On: flows.Always, If: testsLate, Go: flows.To("late")},
			{On: flows.Always, If: chargesChanged, Go: flows.To("charges")},
			on(flows.Always, flows.To("news")),
		},
	},
	{
		// Staff have a task by then.
		Name: "late", Title: "A result is late, and more", Needs: store.ByPIN, Over: true,
		Say: tellLate,
		Wait: flows.Menu{Choices: []flows.Choice{
			{Class: "more", Say: prompts.NewsMore},
			{Class: "menu", Say: prompts.ChoiceMenu},
		}},
		On: []flows.Edge{
			{On: "more", If: chargesChanged, Go: flows.To("charges")},
			on("more", flows.To("news")),
			on("menu", flows.Home()),
		},
	},
	{
		Name: "charges", Title: "What is new of those they help", Needs: store.ByPIN, Over: true,
		Say: tellOfCharges,
		Wait: flows.Menu{Choices: []flows.Choice{
			{Class: flows.Class(carer), Say: prompts.NewsHearCharge},
			{Class: "more", Say: prompts.NewsMore, If: ownNews},
			{Class: "menu", Say: prompts.ChoiceMenu},
		}},
		On: []flows.Edge{
			on(flows.Class(carer), flows.Begin(carer)),
			on("more", flows.To("news")),
			on("menu", flows.Home()),
		},
	},
	{
		Name: "news", Title: "What is new", Needs: store.ByPIN, Over: true,
		Say: tellNews,
		Wait: flows.Menu{Choices: []flows.Choice{
			{Class: flows.Class(results), Say: prompts.NewsHearResults, If: newResults},
			{Class: flows.Class(messages), Say: prompts.NewsHearAnswers, If: newAnswers},
			{Class: flows.Class(visits), Say: prompts.NewsHearVisits, If: newDeeds},
			{Class: flows.Class(questions), Say: prompts.NewsAnswerThem, If: newQuestions},
			{Class: "menu", Say: prompts.ChoiceMenu},
		}},
		On: []flows.Edge{
			on(flows.Class(results), flows.Begin(results)),
			{On: flows.Class(messages), Do: toAnswers, Go: flows.Close(messages, "list")},
			on(flows.Class(visits), flows.Begin(visits)),
			on(flows.Class(questions), flows.Begin(questions)),
			on("menu", flows.Home()),
		},
	},
}

// tellNews says of what there is news, each sort once.
func tellNews(v flows.View) []prompts.Line {
	var lines []prompts.Line
	for _, n := range []struct {
		is  *flows.Fact
		key prompts.Key
	}{{newResults, prompts.NewsResult}, {newAnswers, prompts.NewsAnswer}, {newDeeds, prompts.NewsDeed}, {newQuestions, prompts.NewsQuestions}} {
		if n.is.Of(v) {
			lines = append(lines, prompts.Say(n.key))
		}
	}
	return lines
}

// tellOfCharges says what a carer is told, too, or is asked to pass on: whom it is about
// only once they keyed their PIN, as the grant asks, and where it is one.
func tellOfCharges(v flows.View) []prompts.Line {
	var lines []prompts.Line
	for _, k := range []struct {
		what         store.NewsKind
		named, plain prompts.Key
	}{{store.ChargeChanged, prompts.NewsCharge, prompts.NewsChargePlain}, {store.ChargeUnreached, prompts.NewsUnreached, prompts.NewsUnreachedPlain}} {
		var of []store.Name
		for _, n := range v.Memory.News {
			if n.What == k.what && !slices.Contains(of, n.Charge) {
				of = append(of, n.Charge)
			}
		}
		switch {
		case len(of) == 1 && v.RingBack == "":
			lines = append(lines, prompts.Say(k.named, prompts.Text("Name", of[0].Reveal())))
		case len(of) > 0:
			lines = append(lines, prompts.Say(k.plain))
		}
	}
	return lines
}

// tellLate says that results are late, and of what is for a person to tell only that
// there is something.
func tellLate(v flows.View) []prompts.Line {
	var tests []store.OrderedTest
	talk := false
	for _, n := range v.Memory.News {
		if n.What == store.ResultLate && n.Test != nil {
			if talk = talk || n.Test.Private; !n.Test.Private {
				tests = append(tests, *n.Test)
			}
		}
	}
	var lines []prompts.Line
	switch {
	case len(tests) == 1 && soonNamed(v, tests[0]):
		lines = append(lines, prompts.Say(prompts.NewsLateNamed, prompts.Text("Test", inLanguage(v, tests[0].Name))))
	case len(tests) > 0:
		lines = append(lines, prompts.Say(prompts.NewsLate))
	}
	if talk {
		lines = append(lines, prompts.Say(prompts.NewsTalk))
	}
	return lines
}

// soonNamed reports whether a test has a name in the language that is spoken, that is
// soon said.
func soonNamed(v flows.View, t store.OrderedTest) bool {
	name := t.Name[store.Language(v.Language)]
	return name != "" && prompts.Seconds(name) <= longestEcho
}

func hasNews(v flows.View, kinds ...store.NewsKind) bool {
	return slices.ContainsFunc(v.Memory.News, func(n store.News) bool { return slices.Contains(kinds, n.What) })
}

func toAnswers(c *flows.Conversation, _ flows.Event) {
	c.Memory = flows.Memory{Message: &flows.MessageMemory{}}
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
	newResults = &flows.Fact{Name: "a new result", Of: func(v flows.View) bool { return hasNews(v, store.ResultReleased) }}
	newAnswers = &flows.Fact{Name: "a new answer", Of: func(v flows.View) bool { return hasNews(v, store.MessageAnswered) }}
	newDeeds   = &flows.Fact{Name: "something was done", Of: func(v flows.View) bool {
		return hasNews(v, store.CarerActed, store.GrantChanged, store.RecordChanged)
	}}
	// A menu has four places; questions that find none wait in the next one.
	newQuestions = &flows.Fact{Name: "new questions, and room for them", Of: func(v flows.View) bool {
		return hasNews(v, store.QuestionsAsked) && !(newResults.Of(v) && newAnswers.Of(v) && newDeeds.Of(v))
	}}
	testsLate      = &flows.Fact{Name: "a result is late", Of: func(v flows.View) bool { return hasNews(v, store.ResultLate) }}
	chargesChanged = &flows.Fact{Name: "there is news of somebody they help", Of: func(v flows.View) bool {
		return hasNews(v, store.ChargeChanged, store.ChargeUnreached)
	}}
	ownNews = &flows.Fact{Name: "and of their own", Of: func(v flows.View) bool {
		return slices.ContainsFunc(v.Memory.News, func(n store.News) bool {
			return n.What != store.ResultLate && n.What != store.ChargeChanged && n.What != store.ChargeUnreached
		})
	}}
	onlyLate = &flows.Fact{Name: "results are late, and no more", Of: func(v flows.View) bool {
		return testsLate.Of(v) && !slices.ContainsFunc(v.Memory.News, func(n store.News) bool { return n.What != store.ResultLate })
	}}
	tellsQuestions = &flows.Fact{Name: "there are questions alone", Of: func(v flows.View) bool { return theOutgoing(v).Questions }}
	asksByText     = &flows.Fact{Name: "questions by text", Of: func(v flows.View) bool {
		return v.Channel == store.Text && tellsQuestions.Of(v)
	}}
)
