package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// whatWaits asks what waits for whoever speaks, to say it in a menu.
var whatWaits = flows.Ask(func(flows.View) store.WhatWaits { return store.WhatWaits{} })

// waitingThen goes on to a menu, whatever came back.
func waitingThen(menu flows.StateName) []flows.Edge {
	take := func(c *flows.Conversation, e flows.Event) {
		c.Memory = flows.Memory{Waiting: e.Outcome.Waiting}
		if len(e.Outcome.Asks) > 0 {
			c.Memory.Questions = &flows.QuestionsMemory{Waiting: e.Outcome.Asks}
		}
	}
	return []flows.Edge{{On: done, Do: take, Go: flows.To(menu)}, on(none, flows.To(menu)), on(refused, flows.To(menu)), on(unavailable, flows.To(menu))}
}

// forgetting drops what waits on the way out of the menu: it is asked anew in the
// next one, and nothing that is called may hang on it.
func forgetting(out []flows.Edge) []flows.Edge {
	for i := range out {
		do := out[i].Do
		out[i].Do = func(c *flows.Conversation, e flows.Event) {
			c.Memory.Waiting, c.Memory.Questions = nil, nil
			if do != nil {
				do(c, e)
			}
		}
	}
	return out
}

// sayNew says that something is new, as far as the one who speaks may know of it:
// one thing at a time.
func sayNew(v flows.View) []prompts.Line {
	switch w := theWaiting(v); {
	case w.Results > 0:
		return []prompts.Line{prompts.Say(prompts.MainNewResults, prompts.Count("Count", w.Results))}
	case w.Message:
		return []prompts.Line{prompts.Say(prompts.MainNewMessage)}
	}
	return nil
}

// sayWaiting says so too of questions, if nothing is new.
func sayWaiting(v flows.View) []prompts.Line {
	waiting := waitingAsks(v.Conversation)
	switch {
	case messageWaits.Of(v), len(waiting) == 0:
		return sayNew(v)
	case len(waiting) == 1 && len(waiting[0].Title) > 0 && prompts.Seconds(inLanguage(v, waiting[0].Title)) <= longestEcho:
		return []prompts.Line{prompts.Say(prompts.QuestionsWaitingTitled, titledAlone(v, waiting[0]))}
	}
	return []prompts.Line{prompts.Say(prompts.QuestionsWaiting)}
}

// usually are choices for whoever comes for them most often, if nothing waits.
func usually(choices []flows.Choice) []flows.Choice {
	usual := slices.Clone(choices)
	for i, c := range usual {
		usual[i].If = &flows.Fact{Name: "nothing waits, and most often comes for " + string(c.Class), Of: func(v flows.View) bool {
			return hasLastKey(v, c)
		}}
	}
	return usual
}

// usualFirst are choices of which those that wait or are usual come first, but for the
// one that has the last key of the menu already.
func usualFirst(choices []flows.Choice) []flows.Choice {
	all := slices.Clone(choices)
	for i, c := range all {
		all[i].First = &flows.Fact{Name: "comes for " + string(c.Class) + ", which has no key in the menu", Of: func(v flows.View) bool {
			if store.Service(c.Class) == store.ServiceQuestionnaires && questionsWait.Of(v) {
				return !onlyQuestionsWait.Of(v)
			}
			return slices.Contains(theWaiting(v).Usual, store.Service(c.Class)) && !hasLastKey(v, c)
		}}
	}
	return all
}

// hasLastKey reports whether a choice is what somebody comes for most often, and nothing
// waits.
func hasLastKey(v flows.View, c flows.Choice) bool {
	return nothingWaits.Of(v) && slices.Index(theWaiting(v).Usual, store.Service(c.Class)) == 0
}

func theWaiting(v flows.View) store.Waiting {
	if v.Memory.Waiting == nil {
		return store.Waiting{}
	}
	return *v.Memory.Waiting
}

var (
	messageWaits      = &flows.Fact{Name: "a message waits", Of: func(v flows.View) bool { return theWaiting(v).Message }}
	noMessageWaits    = &flows.Fact{Name: "no message waits", Of: func(v flows.View) bool { return !messageWaits.Of(v) }}
	answersWait       = &flows.Fact{Name: "answers wait", Of: func(v flows.View) bool { return theWaiting(v).Answers > 0 }}
	resultsWait       = &flows.Fact{Name: "results wait", Of: func(v flows.View) bool { return theWaiting(v).Results > 0 }}
	questionsWait     = &flows.Fact{Name: "questions wait", Of: func(v flows.View) bool { return len(waitingAsks(v.Conversation)) > 0 }}
	nothingWaits      = &flows.Fact{Name: "nothing waits", Of: func(v flows.View) bool { return !messageWaits.Of(v) && !questionsWait.Of(v) }}
	lastKeyIsTheirs   = &flows.Fact{Name: "something waits or is usual", Of: func(v flows.View) bool { return !nothingWaits.Of(v) || len(theWaiting(v).Usual) > 0 }}
	lastKeyIsNobodys  = &flows.Fact{Name: "nothing waits or is usual", Of: func(v flows.View) bool { return !lastKeyIsTheirs.Of(v) }}
	onlyQuestionsWait = &flows.Fact{Name: "only questions wait", Of: func(v flows.View) bool {
		return questionsWait.Of(v) && !messageWaits.Of(v)
	}}
	forThemselves = &flows.Fact{Name: "known, and for themselves", Of: func(v flows.View) bool {
		return v.Charge == nil && v.Actor != "" && v.Level >= store.ByBirthday
	}}
)
