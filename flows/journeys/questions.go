package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// questionsJourney asks any questionnaire, question by question: the record says
// what comes next, and keeps each answer as it is given. So it can be left at any
// question, and gone on with another day, by another channel. What is private is
// asked after the PIN alone.
var questionsJourney = flows.Journey{
	Name: questions, Title: "Questions from the care team", Start: "start", Needs: store.ByBirthday,
	States: append(append([]flows.State{
		{
			Name: "start", Title: "From the beginning",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Questions: &flows.QuestionsMemory{}}
			}, Go: flows.To("list")}},
		},
		{
			Name: "list", Title: "What waits?",
			Ask: flows.Ask(func(flows.View) store.ListQuestionnaires { return store.ListQuestionnaires{} }),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					asking(c).Waiting = e.Outcome.Asks
				}, Go: flows.To("listed")},
				saying(none, flows.Close(after, "else"), prompts.QuestionsNone),
			),
		},
		{
			Name: "listed", Title: "One, or several?",
			On: []flows.Edge{
				{On: flows.Always, If: severalWait, Go: flows.To("choose")},
				{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) { chooseAsk(c, 0) }, Go: flows.To("next")},
			},
		},
		{
			Name: "choose", Title: "Which?", Over: true,
			Say:  flows.Says(prompts.QuestionsWhich),
			Wait: flows.Pick{Items: offerAsks, More: another(waitingAsks)},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					chooseAsk(c, c.Memory.Page*flows.PageSize+e.Match.Index)
				}, Go: flows.To("next")},
				{On: flows.More, Do: turnPage(waitingAsks), Go: flows.Same()},
				toFirstPage,
			},
			Resume: "start",
		},
		{
			Name: "next", Title: "With which question to go on?", PINIf: privateAsk,
			Ask: findQuestion(store.FirstUnanswered),
			On: edges(findingQuestion(),
				flows.Edge{On: done, Do: takeFound, Go: flows.To("found")},
			),
		},
		{
			Name: "found", Title: "Is there one?",
			On: []flows.Edge{
				{On: flows.Always, If: haveQuestion, Go: flows.To("ready")},
				on(flows.Always, flows.To("finished")),
			},
		},
		{
			Name: "ready", Title: "Begin?", PINIf: privateAsk, Over: true,
			Say: sayReady, Short: flows.Says(prompts.QuestionsReadyShort),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "begin", Say: prompts.QuestionsBegin},
				{Class: "later", Say: prompts.QuestionsLater},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("begin", flows.To("ask")),
				saying("later", flows.Close(after, "anything"), prompts.QuestionsKept),
				on("menu", flows.Home()),
			},
			Resume: "next",
		},
		{
			Name: "keep", Title: "Keep the answer",
			Ask: flows.Ask(func(v flows.View) store.AnswerQuestion {
				m := theAsking(v)
				return store.AnswerQuestion{Ask: theAsk(v), Item: theQuestion(v).Item, Answers: m.Given}
			}),
			On: edges(changing("next"),
				flows.Edge{On: done, Do: takeKept, Go: flows.To("kept")},
				saying(wrong, flows.To("again"), prompts.QuestionsWrong),
				saying(none, flows.Close(after, "else"), prompts.QuestionsGone),
			),
		},
		{
			Name: "kept", Title: "A danger? Another question?",
			On: []flows.Edge{
				{On: flows.Always, If: urgentAnswer, Say: flows.Says(prompts.QuestionsDangerTold), Go: flows.To("danger")},
				on(flows.Always, flows.To("on")),
			},
		},
		{
			Name: "on", Title: "Another question?",
			On: []flows.Edge{
				{On: flows.Always, If: haveQuestion, Go: flows.To("ask")},
				on(flows.Always, flows.To("finished")),
			},
		},
		{
			// Staff were told before the answer was kept, also if nobody hears this.
			Name: "danger", Title: "Whom to ring now", PINIf: privateAsk,
			Say: flows.Says(prompts.QuestionsDanger, prompts.QuestionsDangerHelp), Short: flows.Says(prompts.QuestionsDangerHelp),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "person", Say: prompts.QuestionsPerson},
				{Class: "go-on", Say: prompts.QuestionsGoOnNow},
			}},
			On: []flows.Edge{
				on("person", flows.Call(person, "next")),
				on("go-on", flows.To("on")),
				on(flows.Back, flows.To("next")),
			},
			Resume: "next",
		},
		{
			Name: "finished", Title: "Send them?", PINIf: privateAsk,
			Say: flows.Says(prompts.QuestionsFinished), Short: flows.Says(prompts.QuestionsFinishedShort),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "send", Say: prompts.QuestionsSend},
				{Class: "check", Say: prompts.QuestionsCheck},
				{Class: "later", Say: prompts.QuestionsLater},
			}},
			On: []flows.Edge{
				on("send", flows.To("send")),
				on("check", flows.To("review")),
				saying("later", flows.Close(after, "anything"), prompts.QuestionsKept),
				on(flows.Back, flows.To("review")),
			},
			Resume: "next",
		},
		{
			Name: "review", Title: "The first answer", PINIf: privateAsk,
			Ask: findQuestion(store.FirstQuestion),
			On:  edges(findingQuestion(), flows.Edge{On: done, Do: takeFound, Go: flows.To("reviewed")}),
		},
		{
			Name: "review-next", Title: "The next answer", PINIf: privateAsk,
			Ask: findQuestion(store.QuestionAfter),
			On:  edges(findingQuestion(), flows.Edge{On: done, Do: takeFound, Go: flows.To("reviewed")}),
		},
		{
			Name: "reviewed", Title: "Is there one?",
			On: []flows.Edge{
				{On: flows.Always, If: haveQuestion, Go: flows.To("told")},
				on(flows.Always, flows.To("next")),
			},
		},
		{
			Name: "told", Title: "What was answered", PINIf: privateAsk,
			Say: tellAnswer, Short: tellAnswerShort,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "next", Say: prompts.QuestionsNext},
				{Class: "change", Say: prompts.QuestionsChange},
				{Class: "send", Say: prompts.QuestionsSend},
			}},
			On: []flows.Edge{
				on("next", flows.To("review-next")),
				on("change", flows.To("again")),
				on("send", flows.To("send")),
				on(flows.Back, flows.To("review")),
			},
			Resume: "next",
		},
		{
			Name: "previous", Title: "The question before", PINIf: privateAsk,
			Ask: findQuestion(store.QuestionBefore),
			On:  edges(findingQuestion(), flows.Edge{On: done, Do: takeFound, Go: flows.To("back")}),
		},
		{
			Name: "back", Title: "Is there one?",
			On: []flows.Edge{
				{On: flows.Always, If: haveQuestion, Go: flows.To("ask")},
				on(flows.Always, flows.To("next")),
			},
		},
		{
			Name: "send", Title: "Send them", PINIf: privateAsk,
			Ask: flows.Ask(func(v flows.View) store.SendAnswers { return store.SendAnswers{Ask: theAsk(v)} }),
			On: edges(changing("next"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, _ flows.Event) {
					c.Memory = flows.Memory{}
				}, Say: flows.Says(prompts.QuestionsSent), Go: flows.Close(after, "else")},
				saying(wrong, flows.To("still-open"), prompts.QuestionsStillOpen),
				saying(none, flows.Close(after, "else"), prompts.QuestionsGone),
			),
		},
		{
			Name: "still-open", Title: "Find it", PINIf: privateAsk,
			Ask: findQuestion(store.FirstUnanswered),
			On:  edges(findingQuestion(), flows.Edge{On: done, Do: takeFound, Go: flows.To("on")}),
		},
	}, askingStates...), moreStates...),
}

// findQuestion asks for the question at a place, or at a place beside the one that
// is asked now.
func findQuestion(place store.QuestionPlace) *flows.Asking {
	return flows.Ask(func(v flows.View) store.FindQuestion {
		return store.FindQuestion{Ask: theAsk(v), Place: place, Item: theQuestion(v).Item}
	})
}

func findingQuestion() []flows.Edge {
	return append(failing("start"), saying(none, flows.Close(after, "else"), prompts.QuestionsGone))
}

// asking is the questionnaire on its way; a copy of its own, as nothing that was
// kept changes.
func asking(c *flows.Conversation) *flows.QuestionsMemory {
	m := flows.QuestionsMemory{}
	if c.Memory.Questions != nil {
		m = *c.Memory.Questions
	}
	c.Memory.Questions = &m
	return &m
}

func theAsking(v flows.View) flows.QuestionsMemory {
	if v.Memory.Questions == nil {
		return flows.QuestionsMemory{}
	}
	return *v.Memory.Questions
}

func theAsk(v flows.View) store.Ask {
	if a := theAsking(v).Ask; a != nil {
		return *a
	}
	return store.Ask{}
}

func theQuestion(v flows.View) store.Question {
	if q := theAsking(v).Question; q != nil {
		return *q
	}
	return store.Question{}
}

func waitingAsks(c flows.Conversation) []store.Ask {
	if c.Memory.Questions == nil {
		return nil
	}
	return c.Memory.Questions.Waiting
}

func chooseAsk(c *flows.Conversation, n int) {
	m := asking(c)
	if n < len(m.Waiting) {
		m.Ask = &m.Waiting[n]
	}
	m.Waiting, c.Memory.Page = nil, 0
}

// takeFound takes the question that was found, from its first option on.
func takeFound(c *flows.Conversation, e flows.Event) {
	m := asking(c)
	if len(e.Outcome.Asks) > 0 {
		m.Ask = &e.Outcome.Asks[0]
	}
	m.Question, m.Given, m.Urgent, c.Memory.Page = e.Outcome.Question, nil, false, 0
}

// takeKept takes the question that comes next.
func takeKept(c *flows.Conversation, e flows.Event) {
	m := asking(c)
	m.Urgent = e.Outcome.Urgent
	m.Question, m.Given, c.Memory.Page = e.Outcome.Question, nil, 0
}

var (
	severalWait  = &flows.Fact{Name: "several questionnaires wait", Of: func(v flows.View) bool { return len(theAsking(v).Waiting) > 1 }}
	privateAsk   = &flows.Fact{Name: "a private questionnaire", Of: func(v flows.View) bool { return theAsk(v).Private }}
	haveQuestion = &flows.Fact{Name: "a question is there", Of: func(v flows.View) bool { return theAsking(v).Question != nil }}
	urgentAnswer = &flows.Fact{Name: "an answer concerns a danger", Of: func(v flows.View) bool { return theAsking(v).Urgent }}
	mayQuestions = &flows.Fact{Name: "may answer questions", Of: func(v flows.View) bool {
		return v.Charge == nil || v.Charge.May(store.AnswerQuestions)
	}}
)
