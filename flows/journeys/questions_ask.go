package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// skip leaves a question out that need not be answered.
func skip(if_ *flows.Fact) *flows.Choice {
	return &flows.Choice{Class: flows.Skipped, Say: prompts.QuestionsSkip, If: if_}
}

// asksAgain are the edges of every state that waits for an answer.
func asksAgain(edges ...flows.Edge) []flows.Edge {
	return append(edges,
		flows.Edge{On: flows.Skipped, Do: func(c *flows.Conversation, _ flows.Event) { asking(c).Given = nil }, Go: flows.To("keep")},
		on(flows.Back, flows.To("previous")))
}

// give makes an edge that takes an answer.
func give(on flows.Class, answer func(flows.Event) store.Answer) flows.Edge {
	return flows.Edge{On: on, Do: func(c *flows.Conversation, e flows.Event) { addAnswer(c, answer(e)) }, Go: flows.To("given")}
}

// addAnswer adds an answer to those given for the question. One that stands alone,
// or has to, takes the place of the others.
func addAnswer(c *flows.Conversation, a store.Answer) {
	m := asking(c)
	alone := func(o store.Answer) bool {
		return m.Question != nil && slices.ContainsFunc(m.Question.Options, func(p store.AnswerOption) bool { return p.Alone && p.Answer.Equal(o) })
	}
	if m.Question == nil || !m.Question.Repeats || alone(a) {
		m.Given = nil
	}
	kept := slices.DeleteFunc(slices.Clone(m.Given), func(o store.Answer) bool { return o.Equal(a) || alone(o) })
	m.Given, c.Memory.Page = append(kept, a), 0
}

// askingStates ask one question, each kind in its way.
var askingStates = []flows.State{
	{
		Name: "again", Title: "From its first answer on",
		On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
			asking(c).Given, c.Memory.Page = nil, 0
		}, Go: flows.To("ask")}},
	},
	{
		Name: "ask", Title: "How is it answered?",
		On: []flows.Edge{
			{On: flows.Always, If: asksYesNo, Go: flows.To("yes-no")},
			{On: flows.Always, If: asksOptions, Go: flows.To("options")},
			{On: flows.Always, If: asksBeforeKeying, Go: flows.To("gate")},
			on(flows.Always, flows.To("open")),
		},
	},
	{
		Name: "open", Title: "What is keyed, said or typed?",
		On: []flows.Edge{
			{On: flows.Always, If: asksNumber, Go: flows.To("number")},
			{On: flows.Always, If: asksDate, Go: flows.To("date")},
			{On: flows.Always, If: byText, Go: flows.To("type")},
			on(flows.Always, flows.To("speak")),
		},
	},
	{
		Name: "yes-no", Title: "Yes, or no?", PINIf: privateAsk,
		Say: then(askQuestion, flows.Says(prompts.AnswerYesNo)), Short: then(askShort, flows.Says(prompts.AnswerYesNo)),
		Wait: flows.YesNo{}, Skip: skip(optional),
		On: asksAgain(
			give(flows.Yes, func(flows.Event) store.Answer { return store.OfBool(true) }),
			give(flows.No, func(flows.Event) store.Answer { return store.OfBool(false) }),
		),
		Resume: "next",
	},
	{
		Name: "options", Title: "Which option?", PINIf: privateAsk,
		Say: askOptions, Short: askShort,
		Wait: flows.Pick{
			Items: offerOptions, Aka: optionNames, Rest: restNames, More: moreOptions, Most: mostOptions,
			Also: []flows.Choice{{Class: "own-words", Say: prompts.QuestionsOwnWords, If: ownWords}},
		},
		Skip: skip(optional),
		On: asksAgain(
			flows.Edge{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
				if page, rest := optionsOf(e.View); e.Match.Index < len(page)+len(rest) {
					addAnswer(c, append(page, rest...)[e.Match.Index].Answer)
				}
			}, Go: flows.To("given")},
			flows.Edge{On: flows.More, Do: func(c *flows.Conversation, e flows.Event) {
				c.Memory.Page++
				if !moreOptionsFrom(e.View, c.Memory.Page) {
					c.Memory.Page = 0
				}
			}, Go: flows.Same()},
			flows.Edge{On: "own-words", If: byText, Go: flows.To("type")},
			on("own-words", flows.To("speak")),
			toFirstPage,
		),
		Resume: "next",
	},
	{
		// On a telephone # alone cannot be told from nothing while digits are keyed,
		// or words recorded: so it is asked before, where one key is an answer.
		Name: "gate", Title: "Answer it, or leave it out?", PINIf: privateAsk,
		Say: askQuestion, Short: askShort,
		Wait:   flows.Menu{Choices: []flows.Choice{{Class: "answer", Say: prompts.QuestionsAnswer}}},
		Skip:   skip(optional),
		On:     asksAgain(on("answer", flows.To("open"))),
		Resume: "next",
	},
	{
		Name: "number", Title: "The number?", PINIf: privateAsk,
		Say: then(askUngated, sayHowToKey), Short: then(askShort, sayHowToKey),
		Wait: flows.NumberAnswer{Of: theQuestion}, Skip: skip(optionalByText),
		On:     asksAgain(give(flows.Given, func(e flows.Event) store.Answer { return e.Match.Answer })),
		Resume: "next",
	},
	{
		Name: "date", Title: "The date?", PINIf: privateAsk,
		Say: then(askUngated, flows.Says(prompts.QuestionsDate)), Short: then(askShort, flows.Says(prompts.QuestionsDate)),
		Wait: flows.DateAnswer{Of: theQuestion}, Skip: skip(optionalByText),
		On:     asksAgain(give(flows.Given, func(e flows.Event) store.Answer { return e.Match.Answer })),
		Resume: "next",
	},
	{
		Name: "type", Title: "In their own words, by text", PINIf: privateAsk,
		Say: then(askQuestion, flows.Says(prompts.QuestionsType)), Short: then(askShort, flows.Says(prompts.QuestionsType)),
		Wait: flows.FreeWords{Max: store.MaxMessage}, Skip: skip(optional),
		On:     asksAgain(give(flows.Given, func(e flows.Event) store.Answer { return store.OfWords(e.Match.Words) })),
		Resume: "next",
	},
	{
		Name: "speak", Title: "In their own words, spoken", PINIf: privateAsk,
		Say: then(askUngated, flows.Says(prompts.QuestionsSpeak)), Short: then(askShort, flows.Says(prompts.QuestionsSpeak)),
		Wait: flows.Recording{MaxSeconds: store.MaxRecording},
		On: asksAgain(give(flows.Given, func(e flows.Event) store.Answer {
			return store.Answer{Kind: store.ShortWords, Recording: e.Match.Words.Reveal()}
		}))[:2],
		Resume: "next",
	},
}

// moreStates take several answers to one question.
var moreStates = []flows.State{
	{
		Name: "given", Title: "Is that all?",
		On: []flows.Edge{
			{On: flows.Always, If: fewerThanWanted, Say: flows.Says(prompts.QuestionsOneMore), Go: flows.To("ask")},
			{On: flows.Always, If: mayGiveMore, Go: flows.To("more")},
			{On: flows.Always, Say: sayHeard, Go: flows.To("keep")},
		},
	},
	{
		Name: "more", Title: "Another answer?", PINIf: privateAsk,
		Say: sayGiven,
		Wait: flows.Menu{Choices: []flows.Choice{
			{Class: "enough", Say: prompts.QuestionsEnough},
			{Class: "another", Say: prompts.QuestionsAnother},
		}},
		On: []flows.Edge{
			on("enough", flows.To("keep")),
			on("another", flows.To("ask")),
			on(flows.Back, flows.To("again")),
		},
		Resume: "next",
	},
}

// optionsOf are the options of the page that is offered now, and the others.
func optionsOf(v flows.View) (page, rest []store.AnswerOption) {
	q := theQuestion(v)
	size := max(1, q.Page)
	from := min(max(0, v.Memory.Page)*size, len(q.Options))
	to := min(from+size, len(q.Options))
	return slices.Clone(q.Options[from:to]), slices.Concat(q.Options[:from], q.Options[to:])
}

func moreOptionsFrom(v flows.View, page int) bool {
	return page*max(1, theQuestion(v).Page) < len(theQuestion(v).Options)
}

func moreOptions(v flows.View) bool {
	return len(theQuestion(v).Options) > max(1, theQuestion(v).Page)
}

// mostOptions may be offered at a time: the record has seen that they are short.
const mostOptions = 4

func ofKind(name string, kinds ...store.AnswerKind) *flows.Fact {
	return &flows.Fact{Name: name, Of: func(v flows.View) bool { return slices.Contains(kinds, theQuestion(v).Kind) }}
}

var (
	asksYesNo   = ofKind("asks for yes or no", store.YesOrNo)
	asksNumber  = ofKind("asks for a number", store.WholeNumber, store.AnyNumber)
	asksDate    = ofKind("asks for a date", store.ADate)
	ownWords    = ofKind("asks for options or own words", store.OneOfOrOwn)
	asksOptions = &flows.Fact{Name: "asks for an option", Of: func(v flows.View) bool { return len(theQuestion(v).Options) > 0 }}
	optional    = &flows.Fact{Name: "may be left out", Of: func(v flows.View) bool {
		return !theQuestion(v).Required && len(theAsking(v).Given) == 0
	}}
	optionalByText   = &flows.Fact{Name: "may be left out, by text", Of: func(v flows.View) bool { return optional.Of(v) && byText.Of(v) }}
	asksBeforeKeying = &flows.Fact{Name: "may be left out, by telephone", Of: func(v flows.View) bool { return optional.Of(v) && !byText.Of(v) }}
	fewerThanWanted  = &flows.Fact{Name: "fewer answers than are wanted", Of: func(v flows.View) bool {
		q, n := theQuestion(v), len(theAsking(v).Given)
		return q.Repeats && n < q.Fewest && !givenAlone(v)
	}}
	mayGiveMore = &flows.Fact{Name: "there may be another answer", Of: func(v flows.View) bool {
		q, n := theQuestion(v), len(theAsking(v).Given)
		room := len(q.Options) == 0 || q.Kind == store.OneOfOrOwn || n < len(q.Options)
		return q.Repeats && room && (q.Most == 0 || n < q.Most) && !givenAlone(v)
	}}
)

// givenAlone: the answer that was given has no other beside it.
func givenAlone(v flows.View) bool {
	return slices.ContainsFunc(theAsking(v).Given, func(a store.Answer) bool {
		return slices.ContainsFunc(theQuestion(v).Options, func(o store.AnswerOption) bool { return o.Alone && o.Answer.Equal(a) })
	})
}
