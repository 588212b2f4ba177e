package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// summaryJourney tells what the record holds of somebody's care: medicines,
// allergies and conditions here, one at a time, each with where it came from and
// when; appointments and results in their own journeys.
var summaryJourney = flows.Journey{
	Name: summary, Title: "My summary", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "What of it?", Over: true,
			Say: func(v flows.View) []prompts.Line {
				if v.Charge == nil {
					return nil
				}
				return []prompts.Line{prompts.Say(prompts.SummaryFor, charge(v)...)}
			},
			Wait: flows.Menu{Choices: kindsOfEntry, More: moreOfSummary},
			On:   append(toKindsOfEntry(), append(toMoreOfSummary(), on(flows.More, flows.To("more")))...),
		},
		{
			Name: "more", Title: "The rest of the summary", Over: true,
			Wait: flows.Menu{Choices: append(moreOfSummary[:len(moreOfSummary):len(moreOfSummary)], flows.Choice{Class: "menu", Say: prompts.ChoiceMenu})},
			On: append(toMoreOfSummary(),
				on("menu", flows.Home()), on(flows.Back, flows.To("start"))),
			Resume: "start",
		},
		{
			Name: "list", Title: "What is there of the kind?",
			Ask: flows.Ask(func(v flows.View) store.ListSummary {
				m := theSummary(v)
				return store.ListSummary{Kind: m.Kind, After: m.Cursor, Limit: 1}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					if len(e.Outcome.Entries) > 0 && c.Memory.Summary != nil {
						told := e.Outcome.Entries[0]
						*c.Memory.Summary = flows.SummaryMemory{
							Kind: c.Memory.Summary.Kind, Told: &told, Cursor: store.EntryCursor{Recorded: told.Recorded, ID: told.ID},
						}
					}
					c.Memory.More = e.Outcome.More
				}, Go: flows.To("told")},
				on(none, flows.To("none")),
			),
		},
		{
			Name: "told", Title: "One thing of the summary", Over: true,
			Say: tellEntry,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "next", Say: prompts.SummaryNext, If: moreEntries},
				{Class: "wrong", Say: prompts.WrongHere},
				{Class: "other", Say: prompts.SummaryOther},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("next", flows.To("list")),
				on("wrong", flows.Call(amiss, "start")),
				on("other", flows.To("start")),
				on("menu", flows.Home()),
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "none", Title: "There is nothing of the kind", Over: true,
			Say: func(v flows.View) []prompts.Line {
				return []prompts.Line{prompts.Say(noEntries[theSummary(v).Kind])}
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "wrong", Say: prompts.WrongHere},
				{Class: "other", Say: prompts.SummaryOther},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("wrong", flows.Call(amiss, "start")),
				on("other", flows.To("start")),
				on("menu", flows.Home()),
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
	},
}

// kindsOfEntry are the choices of the summary, each named after its kind.
var kindsOfEntry = []flows.Choice{
	{Class: flows.Class(store.Medicine), Say: prompts.SummaryMedicines},
	{Class: flows.Class(store.Allergy), Say: prompts.SummaryAllergies},
	{Class: flows.Class(store.Condition), Say: prompts.SummaryConditions},
}

func toKindsOfEntry() []flows.Edge {
	var edges []flows.Edge
	for _, c := range kindsOfEntry {
		kind := store.EntryKind(c.Class)
		edges = append(edges, flows.Edge{On: c.Class, Do: func(c *flows.Conversation, _ flows.Event) {
			c.Memory = flows.Memory{Summary: &flows.SummaryMemory{Kind: kind}}
		}, Go: flows.To("list")})
	}
	return edges
}

// moreOfSummary is what has a journey of its own.
var moreOfSummary = []flows.Choice{
	{Class: flows.Class(appointments), Say: prompts.SummaryAppointments, If: mayHear},
	{Class: flows.Class(results), Say: prompts.SummaryResults, If: mayHearResults},
}

func toMoreOfSummary() []flows.Edge {
	return []flows.Edge{
		on(flows.Class(appointments), flows.Begin(appointments)),
		on(flows.Class(results), flows.Begin(results)),
	}
}

func theSummary(v flows.View) flows.SummaryMemory {
	if v.Memory.Summary == nil {
		return flows.SummaryMemory{}
	}
	return *v.Memory.Summary
}

// entryWords name an entry of each kind.
var entryWords = map[store.EntryKind]prompts.Key{
	store.Medicine:  prompts.SummaryMedicine,
	store.Allergy:   prompts.SummaryAllergy,
	store.Condition: prompts.SummaryCondition,
}

// noEntries say that there is nothing of a kind. The record was asked, and knew
// of nothing.
var noEntries = map[store.EntryKind]prompts.Key{
	"":              prompts.SummaryNoneOther, // a conversation that forgot of what
	store.Medicine:  prompts.SummaryNoMedicines,
	store.Allergy:   prompts.SummaryNoAllergies,
	store.Condition: prompts.SummaryNoConditions,
}

// tellEntry says what it is, then where it came from and when.
func tellEntry(v flows.View) []prompts.Line {
	e := theSummary(v).Told
	if e == nil || entryWords[e.Kind] == "" { // a conversation that forgot it
		return []prompts.Line{prompts.Say(prompts.SummaryNoneOther)}
	}
	lines := []prompts.Line{prompts.Say(entryWords[e.Kind], prompts.Text("What", inLanguage(v, revealed(e.Name))))}
	if detail := inLanguage(v, revealed(e.Detail)); detail != "" {
		lines = append(lines, prompts.Say(prompts.SummaryDetail, prompts.Text("Words", detail)))
	}
	return append(lines, prompts.Say(prompts.SummarySource, prompts.Text("Source", inLanguage(v, e.Source)),
		prompts.LongAgo("Date", e.Recorded.Start(v.Zone()))))
}

var (
	moreEntries   = &flows.Fact{Name: "more of the kind follows", Of: func(v flows.View) bool { return v.Memory.More }}
	mayHearOfCare = &flows.Fact{Name: "may hear the summary", Of: func(v flows.View) bool {
		return v.Charge == nil || v.Charge.May(store.HearSummary)
	}}
)
