package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// urgentJourney answers words that speak of a danger to life, from anybody and
// in any state: staff are told at once, and the person hears whom to ring now.
// That is said whether staff could be told or not.
var urgentJourney = flows.Journey{
	Name: urgent, Title: "A danger to life", Start: "alert",
	States: []flows.State{
		{
			Name: "alert", Title: "Tell staff at once",
			Ask: flows.Ask(func(v flows.View) store.OpenTask {
				return store.OpenTask{Task: task(v, store.UrgentAlert, v.From)}
			}),
			On: []flows.Edge{
				saying(done, flows.To("now"), prompts.UrgentNow, prompts.UrgentHelp, prompts.UrgentTold),
				saying(unavailable, flows.To("now"), prompts.UrgentNow, prompts.UrgentHelp),
				saying(unknown, flows.To("now"), prompts.UrgentNow, prompts.UrgentHelp),
			},
		},
		{
			Name: "now", Title: "A person, or the main menu?", Over: true,
			Say: flows.Says(), Short: flows.Says(prompts.UrgentNow, prompts.UrgentHelp),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: flows.Person, Say: prompts.UrgentPerson},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{on("menu", flows.Home())},
		},
	},
}

// innocentJourney ends a conversation as if it were a wrong number: nothing is said
// of what was under way, nor is it taken up again.
var innocentJourney = flows.Journey{
	Name: innocent, Title: "As at a wrong number", Start: "goodbye",
	States: []flows.State{{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.WrongNumber), End: true}},
}
