package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// personJourney puts a caller through to reception, or leaves a call-back. It
// never ends in nothing: where even the call-back cannot be left, the number
// to ring is said.
var personJourney = flows.Journey{
	Name: person, Title: "A person", Start: "start",
	States: []flows.State{
		{
			Name: "start", Title: "By telephone, or by text?",
			On: []flows.Edge{
				{On: flows.Always, If: textOnly, Go: flows.To("write")},
				{On: flows.Always, If: byText, Go: flows.To("when")},
				on(flows.Always, flows.To("reception")),
			},
		},
		{
			Name: "reception", Title: "Is anybody at reception?",
			Ask: flows.Ask(func(flows.View) store.Reception { return store.Reception{} }),
			On: []flows.Edge{
				{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Reception = e.Outcome.Number
				}, Go: flows.To("transfer")},
				saying(none, flows.To("which"), prompts.PersonClosed),
				// Where even the hours cannot be read, ringing is worth a try.
				{On: unavailable, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Reception = e.View.Practice.Reception
				}, Go: flows.To("transfer")},
			},
		},
		{
			Name: "transfer", Title: "Put through to reception",
			Say:      flows.Says(prompts.PersonConnecting),
			Transfer: func(v flows.View) store.Number { return v.Memory.Reception },
			On: []flows.Edge{
				saying(flows.Class(flows.Connected), flows.Close(after, "else"), prompts.PersonBack),
				saying(flows.Class(flows.NoAnswer), flows.To("which"), prompts.PersonNoAnswer),
			},
		},
		{
			Name: "which", Title: "On which number?",
			On: []flows.Edge{
				{On: flows.Always, If: withheld, Go: flows.To("number")},
				on(flows.Always, flows.To("same-number")),
			},
		},
		{
			Name: "same-number", Title: "Ring back on this number?",
			Say: flows.Says(prompts.CallbackSameNumber, prompts.AnswerYesNo), Short: flows.Says(prompts.CallbackSameShort, prompts.AnswerYesNo),
			Wait: flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("when")),
				on(flows.No, flows.To("number")),
				// Who only presses 0 is rung where they are.
				on(flows.Person, flows.To("when")),
				on(flows.Back, flows.Return()),
				on(flows.Stuck, flows.To("leave")),
			},
		},
		{
			Name: "number", Title: "Which number shall we ring?",
			Say: flows.Says(prompts.CallbackNumber), Short: flows.Says(prompts.CallbackNumberShort),
			Wait: flows.Telephone{Region: "GB"},
			On: []flows.Edge{
				{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Number = e.Match.Number
				}, Go: flows.To("when")},
				{On: flows.Person, If: withheld, Go: flows.Same()},
				on(flows.Person, flows.To("when")),
				on(flows.Back, flows.Return()),
				{On: flows.Stuck, If: withheld, Go: flows.To("no-number")},
				on(flows.Stuck, flows.To("leave")),
			},
		},
		{
			Name: "when", Title: "When shall we ring?",
			Say: flows.Says(prompts.CallbackWhen),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "morning", Say: prompts.CallbackMorning},
				{Class: "afternoon", Say: prompts.CallbackAfternoon},
				{Class: "any", Say: prompts.CallbackAnyTime},
			}},
			On: []flows.Edge{
				{On: "morning", Do: ringIn(store.Morning), Go: flows.To("leave")},
				{On: "afternoon", Do: ringIn(store.Afternoon), Go: flows.To("leave")},
				{On: "any", Do: ringIn(store.AnyTime), Go: flows.To("leave")},
				// Somebody who asks for a person here gets what is being offered.
				{On: flows.Person, Do: ringIn(store.AnyTime), Go: flows.To("leave")},
				on(flows.Back, flows.Return()),
				{On: flows.Stuck, Do: ringIn(store.AnyTime), Go: flows.To("leave")},
			},
		},
		{
			Name: "leave", Title: "Leave a call-back task",
			Ask: flows.Ask(callBack),
			On: []flows.Edge{
				saying(done, flows.To("left"), prompts.CallbackLeft),
				on(unavailable, flows.To("no-task")),
				on(unknown, flows.To("no-task")),
			},
		},
		{
			Name: "write", Title: "Shall somebody write?",
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "text-me", Say: prompts.CallbackTextMe},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("text-me", flows.To("leave-text")),
				on("menu", flows.Home()),
				on(flows.Person, flows.To("leave-text")),
				on(flows.Back, flows.Return()),
				on(flows.Stuck, flows.To("leave-text")),
			},
		},
		{
			Name: "leave-text", Title: "Leave a task to write",
			Ask: flows.Ask(func(v flows.View) store.OpenTask {
				return store.OpenTask{Task: task(v, store.WriteBack, v.From)}
			}),
			On: []flows.Edge{
				saying(done, flows.To("left"), prompts.CallbackLeftText),
				on(unavailable, flows.To("no-task")),
				on(unknown, flows.To("no-task")),
			},
		},
		{
			// It goes on to what else there is: who asked to be rung may have more
			// to do; who has gone hears that it was left, and the call ends.
			Name: "left", Title: "Anything else?", Over: true,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On: []flows.Edge{
				on("menu", flows.Home()),
				{On: "goodbye", If: textOnly, Go: flows.To("goodbye-text")},
				on("goodbye", flows.To("goodbye")),
				on(flows.Silence, flows.To("goodbye")),
				on(flows.Person, flows.Same()),
				{On: flows.Stuck, If: textOnly, Go: flows.To("goodbye-text")},
				on(flows.Stuck, flows.To("goodbye")),
			},
		},
		{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.CallbackLeftGoodbye), End: true},
		{Name: "goodbye-text", Title: "Goodbye, by text", Say: flows.Says(prompts.CallbackTextGoodbye), End: true},
		{
			Name: "no-number", Title: "There is no number to ring",
			Say: with(prompts.CallbackNoNumber, lineNumber), End: true,
		},
		{
			Name: "no-task", Title: "The call-back could not be left",
			Say: with(prompts.CallbackFailed, lineNumber), End: true,
		},
	},
}

func ringIn(p store.PartOfDay) func(*flows.Conversation, flows.Event) {
	return func(c *flows.Conversation, _ flows.Event) { c.Memory.When = p }
}

// callBack is a task to ring the caller, with all that they keyed and heard.
func callBack(v flows.View) store.OpenTask {
	number := v.Memory.Number
	if !number.Known() {
		number = v.From
	}
	return store.OpenTask{Task: task(v, store.CallBack, number)}
}

func task(v flows.View, kind store.TaskKind, number store.Number) store.Task {
	trail := make([]string, len(v.Trail))
	about := ""
	for i, m := range v.Trail {
		trail[i] = m.Asked + " " + m.Answer
	}
	for i := len(v.Stack) - 2; i >= 0 && about == ""; i-- {
		if j := v.Stack[i].Journey; j != identify && j != mainMenu { // on the way to what is wanted
			about = string(j)
		}
	}
	return store.Task{
		Kind: kind, Number: number, When: v.Memory.When, About: about, Trail: trail,
		Language: store.Language(v.Language),
	}
}

// lostJourney offers a person to somebody who is not getting on. Silence even
// then leaves a call-back, says so, and only then ends the call (needs.md).
var lostJourney = flows.Journey{
	Name: lost, Title: "Not getting on", Start: "offer",
	States: []flows.State{
		{
			Name: "offer", Title: "A person, or try again?",
			Say: flows.Says(prompts.LostOffer),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "person", Say: prompts.LostPerson},
				{Class: "again", Say: prompts.LostAgain},
			}},
			On: []flows.Edge{
				on(flows.Person, flows.Call(person, "gone")),
				on(flows.Again, flows.Return()),
				{On: flows.Silence, If: withheld, Go: flows.To("no-number")},
				on(flows.Silence, flows.To("leave")),
				// Nonsense comes from somebody who is there: they get the person.
				on(flows.Nonsense, flows.Call(person, "gone")),
			},
		},
		{Name: "gone", Title: "Back from the person", On: []flows.Edge{on(flows.Always, flows.Return())}},
		{
			Name: "leave", Title: "Leave a call-back task",
			Ask: flows.Ask(callBack),
			On: []flows.Edge{
				saying(done, flows.To("goodbye"), prompts.CallbackLeft),
				on(unavailable, flows.To("no-number")),
				on(unknown, flows.To("no-number")),
			},
		},
		{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.Goodbye), End: true},
		{
			Name: "no-number", Title: "Nobody can be told",
			Say: with(prompts.CallbackNoNumber, lineNumber), End: true,
		},
	},
}

// doubtJourney follows a change whose answer was lost: staff are to find out
// whether it was made, and to tell the person. Nothing is said to be done.
var doubtJourney = flows.Journey{
	Name: doubt, Title: "Was it done?", Start: "tell-staff",
	States: []flows.State{
		{
			Name: "tell-staff", Title: "Ask staff to check",
			Ask: flows.Ask(func(v flows.View) store.OpenTask {
				return store.OpenTask{Task: task(v, store.CheckOutcome, v.From)}
			}),
			On: []flows.Edge{
				saying(done, flows.To("told"), prompts.DoubtTold),
				saying(unavailable, flows.Call(person, "told"), prompts.DoubtUntold),
				saying(unknown, flows.Call(person, "told"), prompts.DoubtUntold),
			},
		},
		{Name: "told", Title: "Anything else?", On: []flows.Edge{on(flows.Always, flows.Close(after, "else"))}},
	},
}
