package journeys

import (
	"strconv"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// mycarersJourney tells somebody who may act for them, and takes that back.
var mycarersJourney = flows.Journey{
	Name: mycarers, Title: "Who may act for me", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "Who may?",
			Ask: flows.Ask(func(flows.View) store.ListGrants { return store.ListGrants{} }),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory = flows.Memory{Carers: e.Outcome.Carers}
				}, Go: flows.To("who")},
				on(none, flows.To("nobody")),
			),
		},
		{
			Name: "who", Title: "These people may act for you", Over: true,
			Say: flows.Says(prompts.MycarersWho),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, c := range page(v.Memory.Carers, v.Memory.Page) {
						lines = append(lines, prompts.Say(prompts.MycarersItem, carerName(c)))
					}
					return lines
				},
				More: another(carersOf),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(c.Memory.Carers, c.Memory.Page); e.Match.Index < len(list) {
						one := list[e.Match.Index]
						c.Memory.Carer = &one
					}
				}, Go: flows.To("one")},
				{On: flows.More, Do: turnPage(carersOf), Go: flows.Same()},
				toFirstPage,
			},
			Resume: "start",
		},
		{
			Name: "one", Title: "What they may do, until when, and who set it", Over: true,
			Say: tellCarer,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "stop", Say: prompts.MycarersStop, If: endsOnAKey},
				{Class: "others", Say: prompts.MycarersOthers},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("stop", flows.To("sure")),
				on("others", flows.To("start")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "sure", Title: "Stop it?",
			Say:   then(with(prompts.MycarersReadback, theCarerName), flows.Says(prompts.AnswerYesNo)),
			Short: then(with(prompts.MycarersReadbackShort, theCarerName), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("end")),
				on(flows.No, flows.To("one")),
				on(flows.Back, flows.To("one")),
			},
			Resume: "start",
		},
		{
			Name: "end", Title: "Stop it",
			Ask: flows.Ask(func(v flows.View) store.EndGrant { return store.EndGrant{Carer: theCarer(v).ID} }),
			On: edges(changing("start"),
				flows.Edge{On: done, Say: with(prompts.MycarersEnded, theCarerName), Go: flows.Close(after, "else")},
				saying(none, flows.Close(after, "else"), prompts.MycarersGone),
			),
		},
		{
			Name: "nobody", Title: "Nobody may", Over: true,
			Say: flows.Says(prompts.MycarersNone),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On:     []flows.Edge{on("menu", flows.Home()), on("goodbye", flows.Close(after, "goodbye"))},
			Resume: "start",
		},
	},
}

func carersOf(c flows.Conversation) []store.Carer { return c.Memory.Carers }

func theCarer(v flows.View) store.Carer {
	if v.Memory.Carer == nil {
		return store.Carer{}
	}
	return *v.Memory.Carer
}

func carerName(c store.Carer) prompts.Arg {
	return prompts.Text("Name", c.Given.Reveal()+" "+c.Family.Reveal())
}

func theCarerName(v flows.View) []prompts.Arg { return []prompts.Arg{carerName(theCarer(v))} }

// What the practice set, somebody does not end alone.
var endsOnAKey = &flows.Fact{Name: "the person named them", Of: func(v flows.View) bool { return !theCarer(v).ByStaff() }}

// scopeWords say each thing that a carer may do.
var scopeWords = map[store.Scope]prompts.Key{
	store.HearAppointments: prompts.MycarersAppointmentsHear,
	store.BookAppointments: prompts.MycarersAppointmentsBook,
	store.HearResults:      prompts.MycarersResults,
	store.UseMessages:      prompts.MycarersMessages,
	store.SendReadings:     prompts.MycarersReadings,
	store.HearSummary:      prompts.MycarersSummary,
}

var setBy = map[store.GrantKind]prompts.Key{
	store.Named:    prompts.MycarersNamed,
	store.Attorney: prompts.MycarersAttorney,
	store.Parent:   prompts.MycarersParent,
}

func tellCarer(v flows.View) []prompts.Line {
	c := theCarer(v)
	lines := []prompts.Line{prompts.Say(prompts.MycarersUntil, carerName(c),
		prompts.Date("Date", c.Until.Start(v.Zone())), prompts.Text("Year", strconv.Itoa(c.Until.Year)))}
	for _, s := range store.Scopes() {
		if k, known := scopeWords[s]; known && c.May(s) {
			lines = append(lines, prompts.Say(k))
		}
	}
	if k, known := setBy[c.Kind]; known {
		lines = append(lines, prompts.Say(k))
	}
	return lines
}
