package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// messagesJourney takes a message for the care team, spoken or texted, and tells
// what they answered. Leaving one needs no PIN; hearing an answer does.
var messagesJourney = flows.Journey{
	Name: messages, Title: "Messages", Start: "start", Needs: store.ByBirthday,
	States: []flows.State{
		{
			Name: "start", Title: "From the beginning",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Message: &flows.MessageMemory{}}
			}, Go: flows.To("which")}},
		},
		{
			Name: "which", Title: "Leave one, or hear an answer?", Over: true,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "leave", Say: prompts.MessagesLeave},
				{Class: "hear", Say: prompts.MessagesHear},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("leave", flows.To("words")),
				on("hear", flows.To("list")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "words", Title: "The message",
			Say:   then(with(prompts.MessagesReadBy, readBy), flows.Says(prompts.MessagesNotUrgent, prompts.MessagesSpeak)),
			Short: flows.Says(prompts.MessagesSpeakShort),
			Wait:  flows.Recording{MaxSeconds: store.MaxRecording, MaxLetters: store.MaxMessage},
			On: []flows.Edge{
				{On: flows.Given, If: byText, Do: func(c *flows.Conversation, e flows.Event) {
					message(c).Words = e.Match.Words
				}, Go: flows.To("sure")},
				{On: flows.Given, Do: takeRecording, Go: flows.To("sure")},
				on(flows.Back, flows.To("which")),
			},
		},
		{
			Name: "sure", Title: "Send it?",
			Say: flows.Says(prompts.MessagesSure), Short: flows.Says(prompts.MessagesSureShort),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "send", Say: prompts.MessagesSend},
				{Class: "again", Say: prompts.MessagesAnew},
				{Class: "drop", Say: prompts.MessagesDrop},
			}},
			On: []flows.Edge{
				on("send", flows.To("leave")),
				on("again", flows.To("words")),
				saying("drop", flows.To("start"), prompts.MessagesDropped),
				on(flows.Back, flows.To("words")),
			},
		},
		{
			Name: "leave", Title: "Keep it",
			Ask: flows.Ask(func(v flows.View) store.LeaveMessage {
				m := theMessage(v)
				return store.LeaveMessage{Words: m.Words, Recording: m.Recording}
			}),
			On: edges(changing("start"), flows.Edge{On: done, Do: func(c *flows.Conversation, _ flows.Event) {
				*message(c) = flows.MessageMemory{}
			}, Say: with(prompts.MessagesLeft, readBy), Go: flows.Close(after, "else")}),
		},
		{
			Name: "list", Title: "What was answered?", Needs: store.ByPIN,
			Ask: flows.Ask(func(v flows.View) store.ListMessages {
				return store.ListMessages{After: theMessage(v).Cursor, Limit: flows.PageSize}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					message(c).Offered, c.Memory.More = e.Outcome.Messages, e.Outcome.More
				}, Go: flows.To("choose")},
				saying(none, flows.To("start"), prompts.MessagesNone),
			),
		},
		{
			Name: "choose", Title: "Choose one", Needs: store.ByPIN, Over: true,
			Say: flows.Says(prompts.MessagesIntro),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, m := range theMessage(v).Offered {
						key := prompts.MessagesItem
						if m.Heard == store.NotHeard {
							key = prompts.MessagesItemNew
						}
						lines = append(lines, prompts.Say(key, answerArgs(v, m)...))
					}
					return lines
				},
				More: func(v flows.View) bool { return v.Memory.More },
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					m := message(c)
					if e.Match.Index < len(m.Offered) {
						one := m.Offered[e.Match.Index]
						m.Told = &one
					}
				}, Go: flows.To("open")},
				{On: flows.More, Do: func(c *flows.Conversation, _ flows.Event) {
					m := message(c)
					if n := len(m.Offered); n > 0 {
						m.Cursor = store.BehindMessage(m.Offered[n-1])
					}
				}, Go: flows.To("list")},
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "open", Title: "Open it", Needs: store.ByPIN,
			Ask: flows.Ask(hearMessage(store.HeardTold)),
			On:  edges(hearing("start"), flows.Edge{On: done, Do: takeMessage, Go: flows.To("told")}),
		},
		{
			Name: "told", Title: "What it says, and is that clear?", Needs: store.ByPIN, Over: true,
			Say: tellMessage,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "clear", Say: prompts.ResultsClear},
				{Class: "unclear", Say: prompts.ResultsUnclear},
				{Class: "leave", Say: prompts.MessagesReply},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("clear", flows.To("understood")),
				saying("unclear", flows.Call(person, "start"), prompts.ResultsToSomebody),
				on("leave", flows.To("words")),
				on("menu", flows.Home()),
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "understood", Title: "It was understood", Needs: store.ByPIN,
			Ask: flows.Ask(hearMessage(store.Understood)),
			On:  edges(hearing("start"), on(done, flows.Close(after, "else"))),
		},
	},
}

func message(c *flows.Conversation) *flows.MessageMemory {
	m := flows.MessageMemory{}
	if c.Memory.Message != nil {
		m = *c.Memory.Message
	}
	c.Memory.Message = &m
	return &m
}

func theMessage(v flows.View) flows.MessageMemory {
	if v.Memory.Message == nil {
		return flows.MessageMemory{}
	}
	return *v.Memory.Message
}

// takeRecording takes the name of a recording; words said in its place are none.
func takeRecording(c *flows.Conversation, e flows.Event) {
	m := message(c)
	m.Words, m.Recording = "", e.Match.Words.Reveal()
}

func takeMessage(c *flows.Conversation, e flows.Event) {
	if len(e.Outcome.Messages) > 0 {
		message(c).Told = &e.Outcome.Messages[0]
	}
}

func hearMessage(h store.Hearing) func(flows.View) store.HearMessage {
	return func(v flows.View) store.HearMessage {
		told := theMessage(v).Told
		if told == nil {
			return store.HearMessage{Upto: h}
		}
		return store.HearMessage{Message: told.ID, Upto: h}
	}
}

func readBy(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Date("Date", v.Practice.ReadBy(v.Now).Start(v.Zone()))}
}

func answerArgs(v flows.View, m store.Message) []prompts.Arg {
	return []prompts.Arg{prompts.Text("Who", m.Staff), prompts.Date("Date", m.At.In(v.Zone()))}
}

func tellMessage(v flows.View) []prompts.Line {
	told := theMessage(v).Told
	if told == nil { // a conversation that forgot it
		return []prompts.Line{prompts.Say(prompts.MessagesNone)}
	}
	return []prompts.Line{prompts.Say(prompts.MessagesTold, append(answerArgs(v, *told), prompts.Text("Words", told.Words.Reveal()))...)}
}
