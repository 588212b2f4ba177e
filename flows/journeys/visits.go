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
	store.HeardOfSettings:      prompts.VisitsHeardSettings,
	store.ChangedSettings:      prompts.VisitsChangedSettings,
	store.ChangedPIN:           prompts.VisitsChangedPin,
	store.LeftMessage:          prompts.VisitsLeftMessage,
	store.HeardOfMessages:      prompts.VisitsHeardMessages,
	store.SentReading:          prompts.VisitsSentReading,
	store.HeardOfReadings:      prompts.VisitsHeardReadings,
	store.HeardOfQuestions:     prompts.VisitsHeardQuestions,
	store.AnsweredQuestions:    prompts.VisitsAnsweredQuestions,
	store.SentAnswers:          prompts.VisitsSentAnswers,
	store.EndedACarer:          prompts.VisitsEndedCarer,
	store.LookedAtRecord:       prompts.VisitsLookedAtRecord,
	store.LookedAtResults:      prompts.VisitsLookedAtResults,
	store.WorkedOnResults:      prompts.VisitsWorkedOnResults,
	store.ChangedDetails:       prompts.VisitsChangedDetails,
	store.MadePIN:              prompts.VisitsMadePin,
	store.AnsweredMessage:      prompts.VisitsAnsweredMessage,
	store.NamedACarer:          prompts.VisitsNamedCarer,
	store.AnsweredInvitation:   prompts.VisitsAnsweredInvitation,
	store.WasRefused:           prompts.VisitsRefused,
}

// roleWords say as what somebody of the practice works: their name stands in the
// ledger, and is not read out.
var roleWords = map[store.Role]prompts.Key{
	store.AtReception:   prompts.VisitsReception,
	store.AsClinician:   prompts.VisitsClinician,
	store.Administrator: prompts.VisitsAdministrator,
}

func tellVisits(v flows.View) []prompts.Line {
	var lines []prompts.Line
	for _, visit := range v.Memory.Visits {
		at := visit.At.In(v.Zone())
		when := []prompts.Arg{prompts.Date("Date", at), prompts.Nested("Part", partOfDay(at))}
		switch {
		case visit.Role != "":
			lines = append(lines, prompts.Say(prompts.VisitsByStaff, append(when, prompts.Nested("Who", roleWords[visit.Role]))...))
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

// amissWith is what is wrong, also where it was no one item.
func amissWith(v flows.View) store.Words {
	if item := heard(v); item != "" {
		return item
	}
	return "who looked at the record"
}

// amissJourney takes "something here is wrong" to staff, with what was heard, and
// what is wrong with it in the person's own words. Who would rather not say it, or
// has no voice, is rung: staff ask then.
var amissJourney = flows.Journey{
	Name: amiss, Title: "Something here is wrong", Start: "start",
	States: []flows.State{
		{
			Name: "start", Title: "May they leave words?",
			On: []flows.Edge{
				{On: flows.Always, If: mayMessages, Go: flows.To("how")},
				on(flows.Always, flows.To("tell-staff")),
			},
		},
		{
			Name: "how", Title: "Say what is wrong, or be rung?",
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "say", Say: prompts.WrongSay},
				{Class: "ring-me", Say: prompts.WrongRing},
			}},
			On: []flows.Edge{on("say", flows.To("words")), on("ring-me", flows.To("tell-staff")), on(flows.Back, flows.Return())},
		},
		{
			Name: "words", Title: "What is wrong",
			Say: flows.Says(prompts.WrongSpeak), Short: flows.Says(prompts.WrongSpeakShort),
			Wait: flows.Recording{MaxSeconds: store.MaxRecording, MaxLetters: store.MaxMessage},
			On: []flows.Edge{
				{On: flows.Given, If: byText, Do: func(c *flows.Conversation, e flows.Event) {
					*message(c) = flows.MessageMemory{Words: e.Match.Words}
				}, Go: flows.To("leave")},
				{On: flows.Given, Do: takeRecording, Go: flows.To("leave")},
				on(flows.Back, flows.To("how")),
			},
		},
		{
			Name: "leave", Title: "Keep it for staff",
			Ask: flows.Ask(func(v flows.View) store.LeaveMessage {
				m := theMessage(v)
				return store.LeaveMessage{Words: m.Words, Recording: m.Recording, About: amissWith(v)}
			}),
			On: edges(untold, flows.Edge{On: done, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory.Message = nil
			}, Say: flows.Says(prompts.WrongSent), Go: flows.Return()},
				flows.Edge{On: refused, Do: dropCharge, Say: flows.Says(prompts.TroubleRefused), Go: flows.Home()}),
		},
		{
			Name: "tell-staff", Title: "Ask staff to put it right",
			Ask: flows.Ask(func(v flows.View) store.OpenTask {
				t := task(v, store.Correction, v.From)
				t.Words = heard(v)
				return store.OpenTask{Task: t}
			}),
			On: edges(untold, saying(done, flows.Return(), prompts.WrongTold)),
		},
		{Name: "back", Title: "Back from the person", On: []flows.Edge{on(flows.Always, flows.Return())}},
	},
}

// untold are the edges where staff may not know of it: a person can be told.
var untold = []flows.Edge{
	saying(unavailable, flows.Call(person, "back"), prompts.DoubtUntold),
	saying(unknown, flows.Call(person, "back"), prompts.DoubtUntold),
}
