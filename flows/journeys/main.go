package journeys

import (
	"fmt"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// welcomeJourney greets whoever rings or texts, in the language that their
// number last asked for. A withheld or unknown number is as welcome.
var welcomeJourney = flows.Journey{
	Name: welcome, Title: "Welcome", Start: "recognise",
	States: []flows.State{
		{
			Name: "recognise", Title: "How does this number like to be spoken to?",
			Ask: flows.Ask(func(v flows.View) store.Recognise { return store.Recognise{Number: v.From} }),
			On: []flows.Edge{
				{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Caller = e.Outcome.Caller
					if l := c.Caller.Language; l != "" {
						c.Language = prompts.Language(l)
					}
					c.Slow, c.Waits = c.Slow || c.Caller.Slow, c.Waits || c.Caller.Waits
				}, Say: hello, Go: flows.Home()},
				{On: unavailable, Say: hello, Go: flows.Home()},
			},
		},
	},
}

var hello = then(
	with(prompts.WelcomeHello, func(v flows.View) []prompts.Arg {
		return []prompts.Arg{prompts.Text("Practice", inLanguage(v, v.Practice.Name))}
	}),
	flows.Says(prompts.WelcomeEmergency, prompts.WelcomePerson),
)

// otherLanguage is the one that the main menu offers.
func otherLanguage(v flows.View) prompts.Language {
	if v.Language == prompts.Welsh {
		return prompts.English
	}
	return prompts.Welsh
}

// mainJourney is the main menu, and the menu of a carer who acts for somebody.
var mainJourney = flows.Journey{
	Name: mainMenu, Title: "Main menu", Start: "start",
	States: append([]flows.State{
		{
			Name: "start", Title: "For whom?",
			On: []flows.Edge{
				{On: flows.Always, If: acting, Go: flows.To("acting")},
				{On: flows.Always, If: forThemselves, Go: flows.To("waiting")},
				on(flows.Always, flows.To("menu")),
			},
		},
		{
			// Nobody is told of a failure here: they did not ask.
			Name: "waiting", Title: "Does anything wait for them?", Needs: store.ByBirthday,
			Ask: whatWaits,
			On:  waitingThen("menu"),
		},
		{
			// Who cannot see a menu learns its keys by heart: they are always the same, but the
			// last, which is theirs. It has what waits, which is said first, too; else what
			// they come for most often; else the other language, which who is known has chosen
			// long ago. What else they usually come for is first behind the key for more.
			Name: "menu", Title: "Main menu",
			Say: sayNew,
			Wait: flows.Menu{Choices: append([]flows.Choice{
				{Class: "book", Say: prompts.MainBook},
				{Class: "appointments", Say: prompts.MainAppointments},
				{Class: "carer", Say: prompts.MainCarer},
				{Class: "language", Say: prompts.MainLanguage, In: otherLanguage, If: lastKeyIsNobodys},
				{Class: "new", Say: prompts.MainNew, If: messageWaits},
				{Class: flows.Class(questions), Say: prompts.MainQuestions, If: onlyQuestionsWait},
			}, usually(moreOfMain)...), More: append(moreOfMain[:len(moreOfMain):len(moreOfMain)], flows.Choice{
				Class: "language", Say: prompts.MainLanguage, In: otherLanguage, If: lastKeyIsTheirs, // it is in the settings, too
			}, flows.Choice{
				Class: "new", Say: prompts.MainNew, If: noMessageWaits, // for all we know before we know who it is
			}), Unsaid: []flows.Choice{{Class: "menu", Say: prompts.ChoiceMenu}}, Readings: kindChoices},
			On: append(forgetting(append([]flows.Edge{
				{On: flows.WholeReading, Do: takeWhole, Go: flows.CallAt(readings, "check", "start")},
				on("book", flows.Call(booking, "start")),
				on("appointments", flows.Call(appointments, "start")),
				on("carer", flows.Call(carer, "start")),
				{On: "language", Do: func(c *flows.Conversation, e flows.Event) {
					c.Language = otherLanguage(e.View)
				}, Go: flows.Call(remember, "start")},
				on("new", flows.Call(news, "start")),
			}, called(moreOfMain, "start")...)), on(flows.More, flows.To("more")), on("menu", flows.Same())),
		},
		{
			Name: "acting", Title: "Acting for somebody", Needs: store.ByPIN,
			Say: with(prompts.ActingFor, charge), Short: then(with(prompts.ActingFor, charge), flows.Says(prompts.MissKeys)),
			Wait: flows.Menu{
				Choices: actingChoices, Page: 1, Also: []flows.Choice{{Class: "own", Say: prompts.ActingStop}},
				Unsaid: []flows.Choice{
					{Class: beyond, Say: prompts.ActingBook, If: mayNotBook}, {Class: beyond, Say: prompts.ActingAppointments, If: mayNotHear},
				},
				Readings: kindChoices,
			},
			On: append([]flows.Edge{
				{On: flows.WholeReading, If: mayReadings, Do: takeWhole, Go: flows.CallAt(readings, "check", "start")},
				{On: flows.WholeReading, Say: with(prompts.ActingBeyond, charge), Go: flows.Same()},
				{On: beyond, Say: with(prompts.ActingBeyond, charge), Go: flows.Same()},
				{On: "own", Do: dropCharge, Go: flows.Home()},
				on(flows.More, flows.To("acting-more")),
			}, called(actingChoices, "start")...),
		},
	}, append(pages("acting-more", "Acting for somebody, the rest", "acting", 2, actingChoices), pages("more", "The rest of the main menu", "menu", 1, usualFirst(moreOfMain))...)...),
}

// menuOf is the menu of whoever speaks.
func menuOf(v flows.View) flows.StateName {
	if acting.Of(v) {
		return "acting"
	}
	return "menu"
}

// beyond is the class of what a carer asks for, and may not do.
const beyond flows.Class = "beyond"

// actingChoices are those of a carer, as far as they may, each named after the journey to
// which it leads. Of results is not spoken where they may not hear any: a refusal would
// tell that there is something to refuse.
var actingChoices = []flows.Choice{
	{Class: flows.Class(booking), Say: prompts.ActingBook, If: mayBook},
	{Class: flows.Class(appointments), Say: prompts.ActingAppointments, If: mayHearAndBook},
	{Class: flows.Class(appointments), Say: prompts.ActingHear, If: mayOnlyHear},
	{Class: flows.Class(results), Say: prompts.ActingResults, If: mayHearResults},
	{Class: flows.Class(messages), Say: prompts.ActingMessages, If: mayMessages},
	{Class: flows.Class(readings), Say: prompts.ActingReadings, If: mayReadings},
	{Class: flows.Class(summary), Say: prompts.ActingSummary, If: mayHearOfCare},
	{Class: flows.Class(questions), Say: prompts.ActingQuestions, If: mayQuestions},
}

var mayMessages = &flows.Fact{Name: "may leave messages", Of: func(v flows.View) bool {
	return v.Charge == nil || v.Charge.May(store.UseMessages)
}}

// moreOfMain are the choices of the main menu behind the key for more, each
// named after the journey to which it leads.
var moreOfMain = []flows.Choice{
	{Class: flows.Class(results), Say: prompts.MainResults},
	{Class: flows.Class(messages), Say: prompts.MainMessages},
	{Class: flows.Class(readings), Say: prompts.MainReadings},
	{Class: flows.Class(sharing), Say: prompts.MainSharing},
	{Class: flows.Class(mycarers), Say: prompts.MainMycarers},
	{Class: flows.Class(visits), Say: prompts.MainVisits},
	{Class: flows.Class(summary), Say: prompts.MainSummary},
	{Class: flows.Class(questions), Say: prompts.MainQuestions},
	{Class: flows.Class(settings), Say: prompts.MainSettings},
}

// called leads from each choice to the journey after which it is named.
func called(choices []flows.Choice, then flows.StateName) []flows.Edge {
	var edges []flows.Edge
	for _, c := range choices {
		edges = append(edges, on(c.Class, flows.Call(flows.JourneyName(c.Class), then)))
	}
	return edges
}

// pages are the states that offer choices behind the key for more, from a page on, some at
// a time and the menu from which they came. What waits is known there as in the menu.
func pages(first flows.StateName, title string, menu flows.StateName, from int, choices []flows.Choice) []flows.State {
	return pagesTo(first, title, from, choices, append(forgetting(called(choices, "start")), on("menu", flows.To(menu)), on(flows.Back, flows.To(menu))))
}

// pagesTo are such states with the edges that all of them have.
func pagesTo(first flows.StateName, title string, from int, choices []flows.Choice, to []flows.Edge) []flows.State {
	var states []flows.State
	name := first
	for page := from; (page-1)*flows.PageSize < len(choices); page++ {
		next := flows.StateName(fmt.Sprint(first, "-", page-from+2))
		s := flows.State{
			Name: name, Title: title, Over: true,
			Wait: flows.Menu{Choices: choices, Page: page, Also: []flows.Choice{{Class: "menu", Say: prompts.ChoiceMenu}}},
			On:   to[:len(to):len(to)],
		}
		if page*flows.PageSize < len(choices) {
			s.On = append(s.On, on(flows.More, flows.To(next)))
		}
		states = append(states, s)
		name = next
	}
	return states
}

func charge(v flows.View) []prompts.Arg {
	name := ""
	if v.Charge != nil {
		name = v.Charge.Given.Reveal()
	}
	return []prompts.Arg{prompts.Text("Name", name)}
}

var (
	mayBook = &flows.Fact{Name: "may book", Of: func(v flows.View) bool {
		return v.Charge == nil || v.Charge.May(store.BookAppointments)
	}}
	mayHear = &flows.Fact{Name: "may hear", Of: func(v flows.View) bool {
		return v.Charge == nil || v.Charge.May(store.HearAppointments)
	}}
	mayNotBook     = &flows.Fact{Name: "may not book", Of: func(v flows.View) bool { return !mayBook.Of(v) }}
	mayNotHear     = &flows.Fact{Name: "may not hear", Of: func(v flows.View) bool { return !mayHear.Of(v) }}
	mayHearAndBook = &flows.Fact{Name: "may hear and book", Of: func(v flows.View) bool { return mayHear.Of(v) && mayBook.Of(v) }}
	mayOnlyHear    = &flows.Fact{Name: "may hear, and not book", Of: func(v flows.View) bool { return mayHear.Of(v) && !mayBook.Of(v) }}
)

var mayHearResults = &flows.Fact{Name: "may hear results", Of: func(v flows.View) bool {
	return v.Charge == nil || v.Charge.May(store.HearResults)
}}

// rememberJourney keeps how the number likes to be spoken to.
var rememberJourney = flows.Journey{
	Name: remember, Title: "Remember how to speak", Start: "keep",
	States: []flows.State{rememberState},
}

var rememberState = flows.State{
	Name: "keep", Title: "Keep the language and the speed",
	Ask: flows.Ask(func(v flows.View) store.Remember {
		return store.Remember{Language: store.Language(v.Language), Slow: v.Slow, Waits: v.Waits}
	}),
	// It is a convenience: the call goes on whether it was kept or not.
	On: []flows.Edge{on(done, flows.Return()), on(unavailable, flows.Return()), on(unknown, flows.Return())},
}

// slowerJourney makes the voice slower, or, asked again, as it was.
var slowerJourney = flows.Journey{
	Name: slower, Title: "Slower", Start: "turn",
	States: []flows.State{
		{
			Name: "turn", Title: "Change the speed",
			On: []flows.Edge{
				{On: flows.Always, If: byText, Do: turnSpeed, Go: flows.To("keep")},
				{On: flows.Always, If: slowly, Do: turnSpeed, Say: flows.Says(prompts.SlowerOff), Go: flows.To("keep")},
				{On: flows.Always, Do: turnSpeed, Say: flows.Says(prompts.SlowerOn), Go: flows.To("keep")},
			},
		},
		rememberState,
	},
}

func turnSpeed(c *flows.Conversation, _ flows.Event) { c.Slow = !c.Slow }

var slowly = &flows.Fact{Name: "speaks slowly", Of: func(v flows.View) bool { return v.Slow }}

// afterJourney ends a piece of business.
var afterJourney = flows.Journey{
	Name: after, Title: "Anything else?", Start: "else",
	States: []flows.State{
		{
			Name: "else", Title: "For whom?",
			On: []flows.Edge{
				{On: flows.Always, If: forThemselves, Go: flows.To("waiting")},
				on(flows.Always, flows.To("anything")),
			},
		},
		{
			// Nobody is told of a failure here: their business is done.
			Name: "waiting", Title: "Does anything wait for them?", Needs: store.ByBirthday,
			Ask: whatWaits,
			On:  waitingThen("anything"),
		},
		{
			Name: "anything", Title: "Anything else?", Over: true,
			Say: sayWaiting,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "questions", Say: prompts.QuestionsNow, If: onlyQuestionsWait},
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
				{Class: "new", Say: prompts.MainNew, If: messageWaits},
			}},
			On: []flows.Edge{
				on("questions", flows.Begin(questions)),
				on("new", flows.Begin(news)),
				on("menu", flows.Home()), on("goodbye", flows.To("goodbye")),
			},
		},
		{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.Goodbye), End: true},
	},
}
