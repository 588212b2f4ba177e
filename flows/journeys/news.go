package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// newsJourney tells what is new, behind the PIN: what a notice is to tell, which was told
// by that, and where there is none what waits to be heard.
var newsJourney = flows.Journey{
	Name: news, Title: "What is new", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "Is there news?",
			Ask: flows.Ask(func(flows.View) store.HearNews { return store.HearNews{} }),
			On: edges(changing("start"),
				flows.Edge{On: done, Do: takeNews, Go: flows.To("is-one")},
				on(none, flows.To("waits")),
			),
		},
		{
			Name: "is-one", Title: "A result, or an answer, and no more?", Needs: store.ByPIN,
			On: []flows.Edge{
				{On: flows.Always, If: onlyResults, Go: flows.Begin(results)},
				{On: flows.Always, If: onlyAnswers, Do: toAnswers, Go: flows.Close(messages, "list")},
				on(flows.Always, flows.To("is-late")),
			},
		},
		{
			Name: "waits", Title: "What waits?",
			Ask: whatWaits,
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory = flows.Memory{Waiting: e.Outcome.Waiting}
				}, Go: flows.To("which")},
				saying(none, flows.Close(after, "else"), prompts.NewsGone),
			),
		},
		{
			Name: "which", Title: "A result, or an answer?",
			On: []flows.Edge{
				{On: flows.Always, If: resultsWait, Go: flows.Begin(results)},
				{On: flows.Always, If: answersWait, Do: toAnswers, Go: flows.Close(messages, "list")},
				saying(flows.Always, flows.Close(after, "else"), prompts.NewsGone),
			},
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
	},
}

// takeNews takes what is to be told.
func takeNews(c *flows.Conversation, e flows.Event) {
	c.Memory = flows.Memory{News: e.Outcome.News}
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

// hasAlone reports whether all news is of one kind.
func hasAlone(v flows.View, kind store.NewsKind) bool {
	return !slices.ContainsFunc(v.Memory.News, func(n store.News) bool { return n.What != kind })
}

func toAnswers(c *flows.Conversation, _ flows.Event) {
	c.Memory = flows.Memory{Message: &flows.MessageMemory{}}
}

var (
	onlyResults = &flows.Fact{Name: "results, and no more", Of: func(v flows.View) bool { return hasAlone(v, store.ResultReleased) }}
	onlyAnswers = &flows.Fact{Name: "answers, and no more", Of: func(v flows.View) bool { return hasAlone(v, store.MessageAnswered) }}
	newResults  = &flows.Fact{Name: "a new result", Of: func(v flows.View) bool { return hasNews(v, store.ResultReleased) }}
	newAnswers  = &flows.Fact{Name: "a new answer", Of: func(v flows.View) bool { return hasNews(v, store.MessageAnswered) }}
	newDeeds    = &flows.Fact{Name: "something was done", Of: func(v flows.View) bool {
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
)
