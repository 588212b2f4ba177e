package journeys

import (
	"time"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// visitsAtATime is how many visits are told before the choices: one in which
// everything was done takes half of what a prompt may.
const visitsAtATime = 1

// visitsJourney tells who looked at the person's record, newest first; of a carer
// who was chosen before, only what they did.
var visitsJourney = flows.Journey{
	Name: visits, Title: "Who looked at my record", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "From the newest on",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Carer: c.Memory.Carer}
			}, Go: flows.To("list")}},
		},
		{
			Name: "list", Title: "Who was there?",
			Ask: flows.Ask(func(v flows.View) store.ListVisits {
				return store.ListVisits{Before: v.Memory.Visit, Limit: visitsAtATime, By: theCarer(v).ID}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Visits, c.Memory.More = e.Outcome.Visits, e.Outcome.More
				}, Go: flows.To("told")},
				on(none, flows.To("none")),
			),
		},
		{
			Name: "told", Title: "Who was there, and what they did", Over: true,
			Say: tellVisits,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "older", Say: prompts.VisitsOlder, If: olderVisits},
				{Class: "wrong", Say: prompts.WrongHere},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				{On: "older", Do: func(c *flows.Conversation, _ flows.Event) {
					if n := len(c.Memory.Visits); n > 0 {
						c.Memory.Visit = c.Memory.Visits[n-1].Number
					}
				}, Go: flows.To("list")},
				on("wrong", flows.Call(amiss, "start")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "none", Title: "Nobody was", Over: true,
			Say: func(v flows.View) []prompts.Line {
				if mayAct.Of(v) {
					return []prompts.Line{prompts.Say(prompts.VisitsNoneOfTheirs)}
				}
				return []prompts.Line{prompts.Say(prompts.VisitsNone)}
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On:     []flows.Edge{on("menu", flows.Home()), on("goodbye", flows.Close(after, "goodbye"))},
			Resume: "start",
		},
	},
}

var olderVisits = &flows.Fact{Name: "there are older visits", Of: func(v flows.View) bool { return v.Memory.More }}

// deedWords say each thing that somebody did.
var deedWords = map[store.Deed]prompts.Key{
	store.HeardOfAppointments:  prompts.VisitsHeardAppointments,
	store.BookedAppointment:    prompts.VisitsBooked,
	store.MovedAppointment:     prompts.VisitsMoved,
	store.CancelledAppointment: prompts.VisitsCancelled,
	store.HeardOfResults:       prompts.VisitsHeardResults,
	store.HeardOfVisits:        prompts.VisitsHeardVisits,
	store.HeardOfCarers:        prompts.VisitsHeardCarers,
	store.HeardOfSharing:       prompts.VisitsHeardSharing,
	store.ChangedSharing:       prompts.VisitsChangedSharing,
	store.HeardOfSummary:       prompts.VisitsHeardSummary,
	store.LeftMessage:          prompts.VisitsLeftMessage,
	store.HeardOfMessages:      prompts.VisitsHeardMessages,
	store.SentReading:          prompts.VisitsSentReading,
	store.HeardOfReadings:      prompts.VisitsHeardReadings,
	store.EndedACarer:          prompts.VisitsEndedCarer,
	store.NamedACarer:          prompts.VisitsNamedCarer,
	store.AnsweredInvitation:   prompts.VisitsAnsweredInvitation,
	store.WasRefused:           prompts.VisitsRefused,
}

func tellVisits(v flows.View) []prompts.Line {
	var lines []prompts.Line
	for _, visit := range v.Memory.Visits {
		at := visit.At.In(v.Zone())
		when := []prompts.Arg{prompts.Date("Date", at), prompts.Nested("Part", partOfDay(at))}
		switch {
		case visit.Given != "":
			lines = append(lines, prompts.Say(prompts.VisitsByOther, append(when, prompts.Text("Name", visit.Given.Reveal()))...))
		case visit.Channel == store.Text:
			lines = append(lines, prompts.Say(prompts.VisitsByYouText, when...))
		default:
			lines = append(lines, prompts.Say(prompts.VisitsByYouCall, when...))
		}
		for _, d := range visit.Deeds {
			if k, known := deedWords[d]; known {
				lines = append(lines, prompts.Say(k))
			}
		}
	}
	return lines
}

// partOfDay is as near as anybody remembers when they rang.
func partOfDay(at time.Time) prompts.Key {
	switch h := at.Hour(); {
	case h < 6:
		return prompts.VisitsNight
	case h < 12:
		return prompts.VisitsMorning
	case h < 18:
		return prompts.VisitsAfternoon
	}
	return prompts.VisitsEvening
}

// heard is the item that was told when somebody said that it was wrong, in the
// record's words: nothing where no one item was.
func heard(v flows.View) store.Words {
	if len(v.Stack) < 2 {
		return ""
	}
	switch v.Stack[len(v.Stack)-2].Journey {
	case results:
		r := theResult(v)
		return store.Words(inLanguage(v, r.Name) + ", " + r.Taken.String())
	case summary:
		m := theSummary(v)
		if m.Told == nil {
			return store.Words("no " + string(m.Kind))
		}
		return store.Words(string(m.Kind) + ": " + inLanguage(v, revealed(m.Told.Name)) + ", " + m.Told.Recorded.String())
	}
	return ""
}

// amissJourney takes "something here is wrong" to staff, with what was heard:
// what is wrong with it they ask when they ring.
var amissJourney = flows.Journey{
	Name: amiss, Title: "Something here is wrong", Start: "tell-staff",
	States: []flows.State{
		{
			Name: "tell-staff", Title: "Ask staff to put it right",
			Ask: flows.Ask(func(v flows.View) store.OpenTask {
				t := task(v, store.Correction, v.From)
				t.Words = heard(v)
				return store.OpenTask{Task: t}
			}),
			On: []flows.Edge{
				saying(done, flows.Return(), prompts.WrongTold),
				saying(unavailable, flows.Call(person, "back"), prompts.DoubtUntold),
				saying(unknown, flows.Call(person, "back"), prompts.DoubtUntold),
			},
		},
		{Name: "back", Title: "Back from the person", On: []flows.Edge{on(flows.Always, flows.Return())}},
	},
}
