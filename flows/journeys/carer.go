package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// carerJourney is for somebody who rings on another's behalf: they have proved
// who they are, say for whom, and may then do what the grant allows.
var carerJourney = flows.Journey{
	Name: carer, Title: "Calling for someone else", Start: "proof", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "proof", Title: "Did they key their PIN?",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) { c.ForOthers() }, Go: flows.To("start")}},
		},
		{
			Name: "start", Title: "For whom may they act?",
			Ask: flows.Ask(func(flows.View) store.ListCharges { return store.ListCharges{} }),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Charges, c.Memory.Page = e.Outcome.Charges, 0
				}, Go: flows.To("whom")},
				on(none, flows.To("nobody")),
			),
		},
		{
			Name: "whom", Title: "For whom are you calling?",
			Say: flows.Says(prompts.CarerWhom),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, ch := range page(v.Memory.Charges, v.Memory.Page) {
						lines = append(lines, prompts.Say(prompts.CarerCharge, prompts.Text("Name", ch.Given.Reveal())))
					}
					return lines
				},
				More: another(charges),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(c.Memory.Charges, c.Memory.Page); e.Match.Index < len(list) {
						ch := list[e.Match.Index]
						c.Charge, c.Subject = &ch, ch.Subject
					}
				}, Go: flows.Home()},
				{On: flows.More, Do: turnPage(charges), Go: flows.Same()},
				toFirstPage,
			},
			Resume: "start",
		},
		{
			Name: "nobody", Title: "Nobody has named them", Over: true,
			Say: flows.Says(prompts.CarerNobody),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On: []flows.Edge{on("menu", flows.Home()), on("goodbye", flows.Close(after, "goodbye"))},
		},
	},
}

func charges(c flows.Conversation) []store.Charge { return c.Memory.Charges }
