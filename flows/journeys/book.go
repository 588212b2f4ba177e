package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// The journeys.
const (
	welcome      flows.JourneyName = "welcome"
	mainMenu     flows.JourneyName = "main"
	identify     flows.JourneyName = "identify"
	carer        flows.JourneyName = "carer"
	booking      flows.JourneyName = "booking"
	appointments flows.JourneyName = "appointments"
	person       flows.JourneyName = "person"
	lost         flows.JourneyName = "lost"
	doubt        flows.JourneyName = "doubt"
	remember     flows.JourneyName = "remember"
	slower       flows.JourneyName = "slower"
	after        flows.JourneyName = "after"
	urgent       flows.JourneyName = "urgent"
	results      flows.JourneyName = "results"
	visits       flows.JourneyName = "visits"
	mycarers     flows.JourneyName = "mycarers"
	amiss        flows.JourneyName = "amiss"
	readings     flows.JourneyName = "readings"
	messages     flows.JourneyName = "messages"
	sharing      flows.JourneyName = "sharing"
	questions    flows.JourneyName = "questions"
	summary      flows.JourneyName = "summary"
	outgoing     flows.JourneyName = "outgoing"
	naming       flows.JourneyName = "naming"
	invited      flows.JourneyName = "invited"
	settings     flows.JourneyName = "settings"
	setting      flows.JourneyName = "setting"
	newpin       flows.JourneyName = "newpin"
	numbers      flows.JourneyName = "numbers"
	proving      flows.JourneyName = "proving"
	news         flows.JourneyName = "news"
	innocent     flows.JourneyName = "innocent"
)

// Book is every journey there is.
func Book() flows.Book {
	return flows.Book{
		Journeys: otherwise([]flows.Journey{
			welcomeJourney, mainJourney, identifyJourney, carerJourney,
			bookingJourney, appointmentsJourney, resultsJourney, summaryJourney, messagesJourney, readingsJourney, questionsJourney, newsJourney, sharingJourney, visitsJourney, mycarersJourney, namingJourney, settingsJourney, settingJourney, newpinJourney, numbersJourney, amissJourney, personJourney, lostJourney,
			doubtJourney, rememberJourney, slowerJourney, afterJourney, urgentJourney, innocentJourney, outgoingJourney, invitedJourney, provingJourney,
		}),
		First: welcome, Home: mainMenu, Identify: identify, Person: person, Lost: lost, Slower: slower, Urgent: urgent, Innocent: innocent, Outgoing: outgoing,
		Menu:  menuOf,
		Sorry: prompts.MissSorry, Fault: prompts.MissFault, Trouble: prompts.TroubleText,
		WrongNumber: prompts.WrongNumber, MoreChoices: prompts.ChoiceMore, Severe: severe, Danger: []prompts.Key{prompts.QuestionsDangerTold, prompts.QuestionsDanger, prompts.QuestionsDangerHelp},
		CallBack: []prompts.Key{
			prompts.CallbackLeft, prompts.CallbackLeftGoodbye, prompts.CallbackTextGoodbye, prompts.CallbackNoNumber, prompts.CallbackFailed, prompts.OutgoingNotNowBye,
		},
	}
}

// The verdicts as classes of edges.
const (
	done        = flows.Class(store.Done)
	none        = flows.Class(store.None)
	taken       = flows.Class(store.Taken)
	clash       = flows.Class(store.Clash)
	wrong       = flows.Class(store.Wrong)
	several     = flows.Class(store.Several)
	wait        = flows.Class(store.Wait)
	refused     = flows.Class(store.Refused)
	unavailable = flows.Class(store.Unavailable)
	unknown     = flows.Class(store.Unknown)
)

// on makes an edge of a class.
func on(c flows.Class, t flows.Target) flows.Edge { return flows.Edge{On: c, Go: t} }

// saying makes an edge that says something on the way.
func saying(c flows.Class, t flows.Target, keys ...prompts.Key) flows.Edge {
	return flows.Edge{On: c, Go: t, Say: flows.Says(keys...)}
}

// failing are the edges of every request about somebody: the policy said no, a
// grant ended in mid-call perhaps; or the record cannot be reached. then is
// where the state goes on if the caller comes back from a person.
func failing(then flows.StateName) []flows.Edge {
	return []flows.Edge{
		{On: refused, Do: dropCharge, Say: flows.Says(prompts.TroubleRefused), Go: flows.Home()},
		saying(unavailable, flows.Call(person, then), prompts.TroubleRecord),
	}
}

// changing are those of a request that changes something: its answer may be
// lost as well. about is what staff are to check.
func changing(then flows.StateName) []flows.Edge {
	return append(failing(then), on(unknown, flows.Call(doubt, then)))
}

func edges(first []flows.Edge, rest ...flows.Edge) []flows.Edge {
	return append(rest[:len(rest):len(rest)], first...)
}

// dropCharge stops acting for somebody else.
func dropCharge(c *flows.Conversation, _ flows.Event) {
	c.Charge = nil
	c.Subject = c.Actor
}

// The facts on which branches depend.
var (
	acting   = &flows.Fact{Name: "acting for somebody", Of: func(v flows.View) bool { return v.Charge != nil }}
	byText   = &flows.Fact{Name: "by text", Of: func(v flows.View) bool { return v.Channel == store.Text }}
	byVoice  = &flows.Fact{Name: "by telephone", Of: func(v flows.View) bool { return v.Channel == store.Voice }}
	textOnly = &flows.Fact{Name: "can only text", Of: func(v flows.View) bool { return v.TextOnly && v.Channel == store.Text }}
	withheld = &flows.Fact{Name: "number withheld", Of: func(v flows.View) bool {
		return !v.From.Known()
	}}
)
