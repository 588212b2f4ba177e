package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// numbersJourney tells somebody their own telephone numbers, by their last digits,
// and changes them. A new one counts once it was proved: see provingJourney.
var numbersJourney = flows.Journey{
	Name: numbers, Title: "My numbers", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "From the beginning",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Numbers: &flows.NumbersMemory{}}
			}, Go: flows.To("list")}},
		},
		{
			Name: "list", Title: "Which are there?",
			Ask: flows.Ask(func(flows.View) store.ListNumbers { return store.ListNumbers{} }),
			On: edges(failing("start"), flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				ofNumbers(c).Offered = e.Outcome.Numbers
			}, Go: flows.To("told")}),
		},
		{
			Name: "told", Title: "The numbers", Over: true,
			Say: func(v flows.View) []prompts.Line {
				var lines []prompts.Line
				for i, n := range theNumbers(v).Offered {
					if i == flows.PageSize {
						return append(lines, prompts.Say(prompts.NumbersMore))
					}
					lines = append(lines, prompts.Say(prompts.NumbersOne, lastDigits(n)))
				}
				if len(lines) == 0 {
					lines = append(lines, prompts.Say(prompts.NumbersNone))
				}
				return lines
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "add", Say: prompts.NumbersAdd},
				{Class: "remove", Say: prompts.NumbersRemove, If: severalNumbers},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("add", flows.To("number")), on("remove", flows.To("which")),
				on("menu", flows.Home()), on(flows.Back, flows.Return()),
			},
			Resume: "start",
		},
		{
			Name: "number", Title: "The new number?",
			Say: flows.Says(prompts.NumbersNew), Short: flows.Says(prompts.NumbersNewShort),
			Wait: flows.Telephone{Region: "GB"},
			On: []flows.Edge{
				{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
					ofNumbers(c).Number = e.Match.Number
				}, Go: flows.To("sure")},
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "sure", Title: "Is that the number?",
			Say: then(with(prompts.NumbersSure, wholeNumber), flows.Says(prompts.AnswerYesNo)), Short: then(with(prompts.NumbersSureShort, wholeNumber), flows.Says(prompts.AnswerYesNo)),
			Wait:   flows.YesNo{},
			On:     []flows.Edge{on(flows.Yes, flows.To("code")), on(flows.No, flows.To("number")), on(flows.Back, flows.To("number"))},
			Resume: "start",
		},
		{
			// It is kept in no conversation.
			Name: "code", Title: "A code to prove it by?",
			Say: flows.Says(prompts.NumbersCode), Short: flows.Says(prompts.NumbersCodeShort),
			Wait:   flows.Digits{Min: 4, Max: 4},
			On:     []flows.Edge{{On: flows.Given, Do: takePIN, Go: flows.To("add")}, on(flows.Back, flows.To("number"))},
			Resume: "start",
		},
		{
			// What was read back is not theirs yet: that takes the code, from there.
			Name: "add", Title: "Have it proved",
			Ask: flows.Ask(func(v flows.View) store.AddNumber {
				return store.AddNumber{Number: theNumbers(v).Number, Code: v.Memory.PIN}
			}),
			On: edges(changing("start"),
				on(done, flows.To("sent")),
				saying(wrong, flows.To("code"), prompts.NewpinWeak),
				saying(taken, flows.To("start"), prompts.NumbersTheirs),
				saying(wait, flows.Call(person, "start"), prompts.NumbersStaff),
			),
		},
		{
			Name: "sent", Title: "It is texted or rung", Over: true,
			Say: func(v flows.View) []prompts.Line {
				how := prompts.NumbersRing
				if theNumbers(v).Number.Mobile() {
					how = prompts.NumbersText
				}
				return []prompts.Line{prompts.Say(how, lastDigits(theNumbers(v).Number))}
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On:     []flows.Edge{on("menu", flows.Home()), on("goodbye", flows.Close(after, "goodbye"))},
			Resume: "start",
		},
		{
			Name: "which", Title: "Which is to go?",
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, n := range page(offeredNumbers(v.Conversation), v.Memory.Page) {
						lines = append(lines, prompts.Say(prompts.NumbersItem, lastDigits(n)))
					}
					return lines
				},
				More: another(offeredNumbers),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(offeredNumbers(*c), c.Memory.Page); e.Match.Index < len(list) {
						ofNumbers(c).Number = list[e.Match.Index]
					}
				}, Go: flows.To("remove-sure")},
				{On: flows.More, Do: turnPage(offeredNumbers), Go: flows.Same()},
				toFirstPage,
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			Name: "remove-sure", Title: "Is it really to go?",
			Say: then(with(prompts.NumbersRemoveSure, itsLast), flows.Says(prompts.AnswerYesNo)), Short: then(with(prompts.NumbersRemoveShort, itsLast), flows.Says(prompts.AnswerYesNo)),
			Wait:   flows.YesNo{},
			On:     []flows.Edge{on(flows.Yes, flows.To("remove")), on(flows.No, flows.To("start")), on(flows.Back, flows.To("start"))},
			Resume: "start",
		},
		{
			Name: "remove", Title: "Take it away",
			Ask: flows.Ask(func(v flows.View) store.RemoveNumber { return store.RemoveNumber{Number: theNumbers(v).Number} }),
			On: edges(changing("start"),
				saying(done, flows.Close(after, "else"), prompts.NumbersGone),
				saying(none, flows.To("start"), prompts.NumbersLast),
				saying(wait, flows.Call(person, "start"), prompts.NumbersStaff),
			),
		},
	},
}

// provingJourney asks whoever has a new number for the code that its owner was
// told. Nobody is named, for it may be anybody's.
var provingJourney = flows.Journey{
	Name: proving, Title: "We prove a new number", Start: "code",
	States: []flows.State{
		{
			Name: "code", Title: "The code?", Over: true,
			Say:   then(with(prompts.OutgoingFrom, practice), flows.Says(prompts.NumbersAsk)),
			Short: flows.Says(prompts.NumbersAskShort),
			Wait:  flows.Digits{Min: 4, Max: 4},
			On: []flows.Edge{
				{On: flows.Given, Do: takePIN, Go: flows.To("check")},
				on(flows.Stuck, flows.To("another-time")),
			},
		},
		{
			Name: "check", Title: "Is it the code?",
			Ask: flows.Ask(func(v flows.View) store.ProveNumber {
				return store.ProveNumber{Notice: theOutgoing(v).Notice, Code: v.Memory.PIN}
			}),
			On: []flows.Edge{
				saying(done, flows.To("goodbye"), prompts.NumbersProved),
				saying(wrong, flows.To("code"), prompts.NumbersWrong),
				saying(none, flows.To("goodbye"), prompts.NumbersLate),
				saying(refused, flows.To("goodbye"), prompts.NumbersLate),
				saying(unavailable, flows.To("code"), prompts.NumbersAgain),
				saying(unknown, flows.To("code"), prompts.NumbersAgain),
			},
		},
		{Name: "another-time", Title: "Perhaps another time", Say: flows.Says(prompts.OutgoingNotNowBye), End: true},
		{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.Goodbye), End: true},
	},
}

// ofNumbers is what is remembered of them, to be changed.
func ofNumbers(c *flows.Conversation) *flows.NumbersMemory {
	n := flows.NumbersMemory{}
	if c.Memory.Numbers != nil {
		n = *c.Memory.Numbers
	}
	c.Memory.Numbers = &n
	return &n
}

func theNumbers(v flows.View) flows.NumbersMemory {
	if v.Memory.Numbers == nil {
		return flows.NumbersMemory{}
	}
	return *v.Memory.Numbers
}

func offeredNumbers(c flows.Conversation) []store.Number {
	if c.Memory.Numbers == nil {
		return nil
	}
	return c.Memory.Numbers.Offered
}

func itsLast(v flows.View) []prompts.Arg { return []prompts.Arg{lastDigits(theNumbers(v).Number)} }

func wholeNumber(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Digits("Number", theNumbers(v).Number.E164())}
}

var (
	severalNumbers = &flows.Fact{Name: "several numbers", Of: func(v flows.View) bool { return len(theNumbers(v).Offered) > 1 }}
	proves         = &flows.Fact{Name: "proves a number", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.CodeAsked }}
)
