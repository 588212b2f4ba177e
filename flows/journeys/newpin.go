package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// newpinJourney gives somebody another PIN, keyed twice. It is kept in no
// conversation: what was keyed first, the record holds the second against.
var newpinJourney = flows.Journey{
	Name: newpin, Title: "A new PIN", Start: "first", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "first", Title: "The new PIN?",
			Say: flows.Says(prompts.NewpinFirst), Short: flows.Says(prompts.NewpinFirstShort),
			Wait: flows.PIN{},
			On:   []flows.Edge{{On: flows.Given, Do: takePIN, Go: flows.To("propose")}},
		},
		{
			Name: "propose", Title: "Is it hard enough to guess?",
			Ask: flows.Ask(func(v flows.View) store.ProposePIN { return store.ProposePIN{PIN: v.Memory.PIN} }),
			On: edges(changing("first"),
				on(done, flows.To("again")),
				saying(wrong, flows.To("first"), prompts.NewpinWeak),
			),
		},
		{
			Name: "again", Title: "The new PIN again?",
			Say: flows.Says(prompts.NewpinAgain), Short: flows.Says(prompts.NewpinAgainShort),
			Wait: flows.PIN{},
			On: []flows.Edge{
				{On: flows.Given, Do: takePIN, Go: flows.To("confirm")},
				on(flows.Back, flows.To("first")),
			},
			Resume: "first",
		},
		{
			Name: "confirm", Title: "Is it the same?",
			Ask: flows.Ask(func(v flows.View) store.ConfirmPIN { return store.ConfirmPIN{PIN: v.Memory.PIN} }),
			On: edges(changing("first"),
				saying(done, flows.Close(after, "else"), prompts.NewpinDone),
				saying(wrong, flows.To("first"), prompts.NewpinDiffers),
				saying(none, flows.To("first"), prompts.NewpinDiffers),
			),
		},
	},
}

func takePIN(c *flows.Conversation, e flows.Event) { c.Memory.PIN = store.PIN(e.Match.Digits) }
