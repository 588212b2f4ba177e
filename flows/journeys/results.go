package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// resultsJourney tells results, those not heard yet first. What may be told at
// all is the record's to say; of one that is for a talk alone nothing is told.
var resultsJourney = flows.Journey{
	Name: results, Title: "Your results", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "From the first one on",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{}
			}, Go: flows.To("list")}},
		},
		{
			Name: "list", Title: "Which are there?",
			Ask: flows.Ask(func(v flows.View) store.ListResults {
				return store.ListResults{After: v.Memory.ResultCursor, Limit: flows.PageSize}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Results, c.Memory.More = e.Outcome.Results, e.Outcome.More
				}, Go: flows.To("choose")},
				on(none, flows.To("none")),
			),
		},
		{
			Name: "choose", Title: "Choose one", Over: true,
			Say: whoseResults,
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, r := range v.Memory.Results {
						lines = append(lines, resultItem(v, r))
					}
					return lines
				},
				More: func(v flows.View) bool { return v.Memory.More },
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if e.Match.Index < len(c.Memory.Results) {
						r := c.Memory.Results[e.Match.Index]
						c.Memory.Result = &r
					}
				}, Go: flows.To("hear")},
				{On: flows.More, Do: func(c *flows.Conversation, _ flows.Event) {
					if n := len(c.Memory.Results); n > 0 {
						c.Memory.ResultCursor = store.CursorBehind(c.Memory.Results[n-1])
					}
				}, Go: flows.To("list")},
				{On: flows.Back, If: laterResults, Go: flows.To("start")},
			},
			Resume: "start",
		},
		{
			Name: "none", Title: "There is none", Over: true,
			Say: flows.Says(prompts.ResultsNone),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On:     []flows.Edge{on("menu", flows.Home()), on("goodbye", flows.Close(after, "goodbye"))},
			Resume: "start",
		},
		{
			// It is noted before it is told: somebody who hangs up half-way has
			// heard that it is there, and what the clinician says comes first.
			Name: "hear", Title: "Open it",
			Ask: flows.Ask(hearUpto(store.HeardTold)),
			On: edges(hearing("start"),
				flows.Edge{On: done, Do: takeResult, Go: flows.To("opened")},
			),
		},
		{
			Name: "opened", Title: "May it be told by telephone?",
			On: []flows.Edge{
				{On: flows.Always, If: onlyTalk, Go: flows.To("talk")},
				on(flows.Always, flows.To("told")),
			},
		},
		{
			Name: "told", Title: "What it says, and does that make sense?", Over: true,
			Say: tellResult,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "clear", Say: prompts.ResultsClear},
				{Class: "unclear", Say: prompts.ResultsUnclear},
			}, More: moreOfResult},
			On:     append(aboutResult(), on(flows.More, flows.To("more"))),
			Resume: "start",
		},
		{
			Name: "more", Title: "What else there is to the result", Over: true,
			Wait:   flows.Menu{Choices: append(moreOfResult, flows.Choice{Class: "repeat", Say: prompts.ResultsRepeat})},
			On:     aboutResult(),
			Resume: "start",
		},
		{
			Name: "hear-values", Title: "Each value",
			Ask: flows.Ask(hearUpto(store.HeardAll)),
			On: edges(hearing("start"), flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				takeResult(c, e)
				c.Memory.Page = 0
			}, Go: flows.To("values")}),
		},
		{
			Name: "values", Title: "A value, with what is usual", Over: true,
			Say: tellValue,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "next-value", Say: prompts.ResultsNextValue, If: anotherValue},
				{Class: "clear", Say: prompts.ResultsClear},
				{Class: "unclear", Say: prompts.ResultsUnclear},
				{Class: "repeat", Say: prompts.ResultsRepeat},
			}},
			On: append(aboutResult(), flows.Edge{On: "next-value", Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory.Page++
			}, Go: flows.Same()}),
			Resume: "start",
		},
		{
			Name: "explain", Title: "What is the test for?",
			Ask: flows.Ask(func(v flows.View) store.ExplainTest { return store.ExplainTest{Test: theResult(v).Test} }),
			On: []flows.Edge{
				{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Explanation = e.Outcome.Explanation
				}, Go: flows.To("explained")},
				saying(none, flows.To("more"), prompts.ResultsNoExplanation),
				saying(unavailable, flows.Call(person, "start"), prompts.TroubleRecord),
			},
		},
		{
			Name: "explained", Title: "What the test is for", Over: true,
			Say: func(v flows.View) []prompts.Line {
				if v.Memory.Explanation == nil {
					return nil
				}
				return []prompts.Line{prompts.Say(prompts.ResultsExplanation, prompts.Text("Words", inLanguage(v, v.Memory.Explanation.Text)))}
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "repeat", Say: prompts.ResultsRepeat},
				{Class: "clear", Say: prompts.ResultsClear},
				{Class: "unclear", Say: prompts.ResultsUnclear},
			}},
			On:     aboutResult(),
			Resume: "start",
		},
		{
			Name: "understood", Title: "It was understood",
			Ask: flows.Ask(hearUpto(store.Understood)),
			On:  edges(hearing("start"), on(done, flows.To("next"))),
		},
		{
			Name: "talk", Title: "For a talk alone", Over: true,
			Say: flows.Says(prompts.ResultsTalk),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "book", Say: prompts.MainBook, If: mayBook},
				{Class: "ring-me", Say: prompts.ChoiceRingMe},
				{Class: "another", Say: prompts.ResultsAnother},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("book", flows.Begin(booking)),
				on("ring-me", flows.Call(person, "next")),
				on("another", flows.To("start")),
				on("menu", flows.Home()),
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "next", Title: "Another?", Over: true,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "another", Say: prompts.ResultsAnother},
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
				{Class: "text-me", Say: prompts.ResultsTextMe, If: mayNote},
			}},
			On: []flows.Edge{
				on("another", flows.To("start")),
				on("menu", flows.Home()),
				on("goodbye", flows.Close(after, "goodbye")),
				on("text-me", flows.To("text-me")),
			},
			Resume: "start",
		},
		{
			Name: "text-me", Title: "Text them that it is there",
			Ask: flows.Ask(func(flows.View) store.TextMe { return store.TextMe{} }),
			On: []flows.Edge{
				saying(done, flows.To("next"), prompts.ResultsTextSent),
				saying(none, flows.To("next"), prompts.ResultsTextNone),
				saying(refused, flows.To("next"), prompts.TroubleRefused),
				// They have heard it: nobody need look whether the text was sent.
				saying(unavailable, flows.To("next"), prompts.ResultsTextDoubt),
				saying(unknown, flows.To("next"), prompts.ResultsTextDoubt),
			},
		},
	},
}

// moreOfResult are the choices behind the key for more.
var moreOfResult = []flows.Choice{
	{Class: "values", Say: prompts.ResultsEach, If: hasValues},
	{Class: "explain", Say: prompts.ResultsExplain, If: hasTest},
	{Class: "wrong", Say: prompts.WrongHere},
}

// aboutResult is where the choices about a result lead.
func aboutResult() []flows.Edge {
	return []flows.Edge{
		on("clear", flows.To("understood")),
		saying("unclear", flows.Call(person, "next"), prompts.ResultsToSomebody),
		on("values", flows.To("hear-values")),
		on("explain", flows.To("explain")),
		on("repeat", flows.To("told")),
		on("wrong", flows.Call(amiss, "next")),
		on(flows.Back, flows.To("start")),
	}
}

// hearing are the edges of whatever opens a result but that of done. Nothing is
// told where it is not known whether that was noted: there is nothing for staff
// to put right.
func hearing(then flows.StateName) []flows.Edge {
	return append(failing(then),
		saying(none, flows.To("start"), prompts.ResultsGone),
		saying(unknown, flows.Call(person, then), prompts.TroubleRecord))
}

func hearUpto(h store.Hearing) func(flows.View) store.HearResult {
	return func(v flows.View) store.HearResult {
		return store.HearResult{Result: theResult(v).ID, Upto: h}
	}
}

func takeResult(c *flows.Conversation, e flows.Event) {
	if len(e.Outcome.Results) > 0 {
		c.Memory.Result = &e.Outcome.Results[0]
	}
}

func theResult(v flows.View) store.Result {
	if v.Memory.Result == nil {
		return store.Result{}
	}
	return *v.Memory.Result
}

func whoseResults(v flows.View) []prompts.Line {
	if v.Charge == nil {
		return []prompts.Line{prompts.Say(prompts.ResultsIntro)}
	}
	return []prompts.Line{prompts.Say(prompts.ResultsIntroFor, charge(v)...)}
}

// named are the arguments of a line that names a result.
func named(v flows.View, r store.Result) []prompts.Arg {
	return []prompts.Arg{
		prompts.Text("What", inLanguage(v, r.Name)), prompts.Date("Date", r.Taken.Start(v.Zone())),
	}
}

func resultItem(v flows.View, r store.Result) prompts.Line {
	switch {
	case r.InPerson:
		return prompts.Say(prompts.ResultsItemTalk)
	case r.Heard == store.NotHeard:
		return prompts.Say(prompts.ResultsItemNew, named(v, r)...)
	}
	return prompts.Say(prompts.ResultsItem, named(v, r)...)
}

// tellResult says what was tested, when, and what the clinician says of it.
func tellResult(v flows.View) []prompts.Line {
	r := theResult(v)
	if r.Taken.IsZero() { // a conversation that forgot it
		return []prompts.Line{prompts.Say(prompts.ResultsGone)}
	}
	lines := []prompts.Line{prompts.Say(prompts.ResultsTold, named(v, r)...)}
	switch words := prompts.Text("Comment", inLanguage(v, revealed(r.Comment))); {
	case len(r.Comment) > 0 && r.Clinician.Name != "":
		return append(lines, prompts.Say(prompts.ResultsComment, prompts.Text("Who", r.Clinician.Name), words))
	case len(r.Comment) > 0:
		return append(lines, prompts.Say(prompts.ResultsCommentTeam, words))
	case r.Normal && !r.Abnormal:
		return append(lines, prompts.Say(prompts.ResultsNormal))
	}
	return append(lines, prompts.Say(prompts.ResultsNoComment))
}

// tellValue says one value, with its usual range: with the choices that is
// as much as a prompt may hold.
func tellValue(v flows.View) []prompts.Line {
	all := theResult(v).Values
	if v.Memory.Page < 0 || v.Memory.Page >= len(all) {
		return nil
	}
	m := all[v.Memory.Page]
	value := m.Value
	if unit := inLanguage(v, m.Unit); unit != "" {
		value += " " + unit
	}
	lines := []prompts.Line{prompts.Say(prompts.ResultsValue, prompts.Text("What", inLanguage(v, m.Name)), prompts.Text("Value", value))}
	switch m.Range {
	case store.RangeUsual:
		lines = append(lines, prompts.Say(prompts.ResultsRangeUsual))
	case store.RangeLow:
		lines = append(lines, prompts.Say(prompts.ResultsRangeLow))
	case store.RangeHigh:
		lines = append(lines, prompts.Say(prompts.ResultsRangeHigh))
	}
	switch low, high := prompts.Text("Low", m.Low), prompts.Text("High", m.High); {
	case m.Low != "" && m.High != "":
		return append(lines, prompts.Say(prompts.ResultsSpan, low, high))
	case m.Low != "":
		return append(lines, prompts.Say(prompts.ResultsSpanFrom, low))
	case m.High != "":
		return append(lines, prompts.Say(prompts.ResultsSpanUpto, high))
	}
	return lines
}

var (
	hasValues = &flows.Fact{Name: "the result has values", Of: func(v flows.View) bool { return len(theResult(v).Values) > 0 }}
	// A text that something is there is for who rings, and for their own.
	mayNote = &flows.Fact{Name: "may have a text", Of: func(v flows.View) bool { return v.Charge == nil && v.Channel == store.Voice }}
	hasTest = &flows.Fact{Name: "the kind of test is known", Of: func(v flows.View) bool { return theResult(v).Test != "" }}
	// It hangs on what came back, not on what the list said: the clinician may
	// have thought again.
	onlyTalk     = &flows.Fact{Name: "for a talk alone", Of: func(v flows.View) bool { return theResult(v).InPerson }}
	anotherValue = &flows.Fact{Name: "another value follows", Of: func(v flows.View) bool {
		return v.Memory.Page+1 < len(theResult(v).Values)
	}}
	laterResults = &flows.Fact{Name: "a later page of the results", Of: func(v flows.View) bool {
		return v.Memory.ResultCursor != store.ResultCursor{}
	}}
)
