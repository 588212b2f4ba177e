package journeys

import (
	"slices"
	"strings"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// mycarersJourney tells somebody who may act for them, and takes that back.
var mycarersJourney = flows.Journey{
	Name: mycarers, Title: "Who may act for me", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "Who may?",
			Ask: flows.Ask(func(flows.View) store.ListGrants { return store.ListGrants{} }),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory = flows.Memory{Carers: e.Outcome.Carers}
				}, Go: flows.To("who")},
				on(none, flows.To("nobody")),
			),
		},
		{
			Name: "who", Title: "These people may act for you", Over: true,
			Say: func(v flows.View) []prompts.Line {
				if slices.ContainsFunc(v.Memory.Carers, func(c store.Carer) bool { return c.Asked != nil }) {
					return []prompts.Line{prompts.Say(prompts.MycarersWhoAsked)}
				}
				return []prompts.Line{prompts.Say(prompts.MycarersWho)}
			},
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, c := range page(v.Memory.Carers, v.Memory.Page) {
						lines = append(lines, carerItem(c))
					}
					return lines
				},
				More: another(carersOf),
				Also: []flows.Choice{{Class: "name", Say: prompts.MycarersName}},
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(c.Memory.Carers, c.Memory.Page); e.Match.Index < len(list) {
						one := list[e.Match.Index]
						c.Memory.Carer = &one
					}
				}, Go: flows.To("one")},
				{On: flows.More, Do: turnPage(carersOf), Go: flows.Same()},
				on("name", flows.Begin(naming)),
				toFirstPage,
			},
			Resume: "start",
		},
		{
			Name: "one", Title: "What they may do, until when, and who set it", Over: true,
			Say: tellCarer,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "stop", Say: prompts.MycarersStop, If: endsOnAKey},
				{Class: "forget", Say: prompts.MycarersForget, If: overAndDone},
				{Class: "did", Say: prompts.MycarersDid, If: mayAct},
				{Class: "others", Say: prompts.MycarersOthers, If: roomForOthers},
				{Class: "copy", Say: prompts.MycarersCopy, If: mayBeTold},
				{Class: "copy-no-more", Say: prompts.MycarersUncopy, If: toldToo},
				{Class: "menu", Say: prompts.ChoiceMenu, If: roomForMenu},
			}},
			On: []flows.Edge{
				on("stop", flows.To("sure")),
				on("forget", flows.To("sure")),
				on("did", flows.Call(visits, "start")),
				on("others", flows.To("start")),
				on("copy", flows.To("copy-sure")),
				on("copy-no-more", flows.To("copy-sure")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "sure", Title: "Stop it?",
			Say:   then(ofCarer(prompts.MycarersReadback, prompts.MycarersReadbackAsked), flows.Says(prompts.AnswerYesNo)),
			Short: then(ofCarer(prompts.MycarersReadbackShort, prompts.MycarersReadbackAskedShort), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("end")),
				on(flows.No, flows.To("one")),
				on(flows.Back, flows.To("one")),
			},
			Resume: "start",
		},
		{
			Name: "end", Title: "Stop it",
			Ask: flows.Ask(func(v flows.View) store.EndGrant {
				if asked := theCarer(v).Asked; asked != nil {
					return store.EndGrant{Asked: asked.ID}
				}
				return store.EndGrant{Carer: theCarer(v).ID}
			}),
			On: edges(changing("start"),
				flows.Edge{On: done, Say: ofCarer(prompts.MycarersEnded, prompts.MycarersEndedAsked), Go: flows.Close(after, "else")},
				saying(none, flows.Close(after, "else"), prompts.MycarersGone),
			),
		},
		{
			Name: "copy-sure", Title: "Have them told, too, or no more?",
			Say:   then(ofMark(prompts.MycarersCopyReadback, prompts.MycarersUncopyReadback), flows.Says(prompts.AnswerYesNo)),
			Short: then(ofMark(prompts.MycarersCopyReadbackShort, prompts.MycarersUncopyReadbackShort), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("mark")),
				on(flows.No, flows.To("one")),
				on(flows.Back, flows.To("one")),
			},
			Resume: "start",
		},
		{
			Name: "mark", Title: "Have them told, too, or no more",
			Ask: flows.Ask(func(v flows.View) store.CopyCarer {
				return store.CopyCarer{Carer: theCarer(v).ID, Copied: !theCarer(v).Copied}
			}),
			On: edges(changing("start"),
				flows.Edge{On: done, Say: ofMark(prompts.MycarersCopied, prompts.MycarersUncopied), Go: flows.Close(after, "else")},
				saying(none, flows.Close(after, "else"), prompts.MycarersGone),
			),
		},
		{
			Name: "nobody", Title: "Nobody may", Over: true,
			Say: flows.Says(prompts.MycarersNone),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "name", Say: prompts.MycarersNameFirst},
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "goodbye", Say: prompts.ChoiceGoodbye},
			}},
			On: []flows.Edge{
				on("name", flows.Begin(naming)),
				on("menu", flows.Home()),
				on("goodbye", flows.Close(after, "goodbye")),
			},
			Resume: "start",
		},
	},
}

func carersOf(c flows.Conversation) []store.Carer { return c.Memory.Carers }

func theCarer(v flows.View) store.Carer {
	if v.Memory.Carer == nil {
		return store.Carer{}
	}
	return *v.Memory.Carer
}

// carerItem names somebody; who was asked, by their number.
func carerItem(c store.Carer) prompts.Line {
	if c.Asked != nil {
		return prompts.Say(prompts.MycarersItemAsked, lastDigits(c.Asked.Number))
	}
	return prompts.Say(prompts.MycarersItem, carerName(c))
}

// lastDigits are enough to tell one number from another, and soon said.
func lastDigits(n store.Number) prompts.Arg {
	e164 := n.E164()
	return prompts.Text("Digits", strings.Join(strings.Split(e164[max(0, len(e164)-3):], ""), " "))
}

func carerName(c store.Carer) prompts.Arg {
	return prompts.Text("Name", c.Given.Reveal()+" "+c.Family.Reveal())
}

// ofCarer says one thing of who may act, and another of who was asked.
func ofCarer(may, asked prompts.Key) flows.Speech {
	return func(v flows.View) []prompts.Line {
		if theCarer(v).Asked != nil {
			return []prompts.Line{prompts.Say(asked)}
		}
		return []prompts.Line{prompts.Say(may, carerName(theCarer(v)))}
	}
}

// ofMark says one thing of who is to be told, too, and another of who is told so far.
func ofMark(from, no prompts.Key) flows.Speech {
	return func(v flows.View) []prompts.Line {
		if theCarer(v).Copied {
			return []prompts.Line{prompts.Say(no, carerName(theCarer(v)))}
		}
		return []prompts.Line{prompts.Say(from, carerName(theCarer(v)))}
	}
}

// What the practice set, somebody does not end alone.
var endsOnAKey = &flows.Fact{Name: "the person named them", Of: func(v flows.View) bool {
	return !theCarer(v).ByStaff() && !overAndDone.Of(v)
}}

// overAndDone is an invitation that nothing will come of.
var overAndDone = &flows.Fact{Name: "said no, or nothing", Of: func(v flows.View) bool {
	asked := theCarer(v).Asked
	return asked != nil && asked.State != store.Checking && !asked.Open(v.Now)
}}

// scopeWords say each thing that a carer may do, and both of the first two in one.
var scopeWords = map[store.Scope]prompts.Key{
	bothOfAppointments:     prompts.MycarersAppointments,
	store.HearAppointments: prompts.MycarersAppointmentsHear,
	store.BookAppointments: prompts.MycarersAppointmentsBook,
	store.HearResults:      prompts.MycarersResults,
	store.UseMessages:      prompts.MycarersMessages,
	store.SendReadings:     prompts.MycarersReadings,
	store.AnswerQuestions:  prompts.MycarersQuestions,
	store.HearSummary:      prompts.MycarersSummary,
}

var setBy = map[store.GrantKind]prompts.Key{
	store.Named:    prompts.MycarersNamed,
	store.Attorney: prompts.MycarersAttorney,
	store.Parent:   prompts.MycarersParent,
}

func tellCarer(v flows.View) []prompts.Line {
	c := theCarer(v)
	if c.Asked != nil {
		return append([]prompts.Line{
			prompts.Say(whatBecame(v, *c.Asked)),
			prompts.Say(prompts.MycarersWouldUntil, untilArgs(v, c.Until)...),
		}, mayDo(c.Scopes)...)
	}
	lines := []prompts.Line{prompts.Say(prompts.MycarersUntil, append(untilArgs(v, c.Until), carerName(c))...)}
	lines = append(lines, mayDo(c.Scopes)...)
	if k, known := setBy[c.Kind]; known {
		lines = append(lines, prompts.Say(k))
	}
	return lines
}

// mayDo says what somebody may do; all that there is in one sentence.
func mayDo(scopes []store.Scope) []prompts.Line {
	if !slices.ContainsFunc(store.Scopes(), func(s store.Scope) bool { return !slices.Contains(scopes, s) }) {
		return []prompts.Line{prompts.Say(prompts.MycarersEverything)}
	}
	return scopeLines(scopeWords, scopes)
}

// whatBecame says how far an invitation is.
func whatBecame(v flows.View, i store.Invitation) prompts.Key {
	switch {
	case i.State == store.Declined:
		return prompts.MycarersDeclined
	case i.State == store.Checking:
		return prompts.MycarersChecking
	case i.Open(v.Now):
		return prompts.MycarersWaiting
	}
	return prompts.MycarersNoAnswer
}

// mayBeCopied is a carer who may be told, too.
func mayBeCopied(v flows.View) bool { return mayAct.Of(v) && theCarer(v).May(store.HearAppointments) }

func amongOthers(v flows.View) bool { return len(v.Memory.Carers) > 1 }

// A menu has four places: of who may be told, too, it leads to the list where there are
// others on it, and else to the main menu.
var (
	mayAct    = &flows.Fact{Name: "may act already", Of: func(v flows.View) bool { return v.Memory.Carer != nil && v.Memory.Carer.Asked == nil }}
	mayBeTold = &flows.Fact{Name: "may be told, too", Of: func(v flows.View) bool { return mayBeCopied(v) && !theCarer(v).Copied }}
	toldToo   = &flows.Fact{Name: "is told, too", Of: func(v flows.View) bool { return mayBeCopied(v) && theCarer(v).Copied }}

	roomForOthers = &flows.Fact{Name: "there are others, or room", Of: func(v flows.View) bool { return amongOthers(v) || !mayBeCopied(v) }}
	roomForMenu   = &flows.Fact{Name: "there are no others, or room", Of: func(v flows.View) bool { return !amongOthers(v) || !mayBeCopied(v) }}
)
