package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// invitedJourney asks whoever has a number whether they will act for somebody who
// named them by it. Who that is, only those are told whose number it is, and
// nobody else's, once they have given their date of birth; of others who agree,
// staff find out who they are.
var invitedJourney = flows.Journey{
	Name: invited, Title: "We ask somebody to act for another", Start: "start",
	States: []flows.State{
		{
			Name: "start", Title: "By telephone, or by text?",
			On: []flows.Edge{
				{On: flows.Always, If: byText, Go: flows.To("text")},
				on(flows.Always, flows.To("call")),
			},
		},
		{
			// Who may act for whom does not go into a text.
			Name: "text", Title: "Will they hear more?", Over: true,
			Say: then(with(prompts.OutgoingFrom, practice), flows.Says(prompts.InvitedAsks)),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "ring-me", Say: prompts.InvitedRing},
				{Class: "refuse", Say: prompts.InvitedRefuse},
			}},
			On: []flows.Edge{on("ring-me", flows.To("ring-me")), on("refuse", flows.To("decline"))},
		},
		{
			Name: "ring-me", Title: "Ring them at once",
			Ask: flows.Ask(answer(store.RingNow)),
			On: edges(answering("start"),
				saying(done, flows.To("rung"), prompts.NewsWillRing),
				saying(none, flows.To("goodbye"), prompts.InvitedGone),
			),
		},
		{Name: "rung", Title: "We ring at once", End: true},
		{
			Name: "call", Title: "Will they hear more?", Over: true,
			Say: then(with(prompts.OutgoingFrom, practice), flows.Says(prompts.InvitedAsks)),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "more", Say: prompts.InvitedMore},
				{Class: "not-now", Say: prompts.InvitedNotNow},
				{Class: "refuse", Say: prompts.InvitedRefuse},
			}},
			On: []flows.Edge{
				{On: "more", If: onesOwnNumber, Go: flows.To("prove")},
				on("more", flows.To("stranger")),
				on("not-now", flows.To("another-time")),
				on("refuse", flows.To("decline")),
				on(flows.Stuck, flows.To("another-time")),
			},
		},
		{Name: "another-time", Title: "We ring again", Say: flows.Says(prompts.OutgoingNotNowBye), End: true},
		{
			Name: "prove", Title: "Who they are", Needs: store.ByBirthday,
			On: []flows.Edge{on(flows.Always, flows.To("open"))},
		},
		{
			Name: "open", Title: "Who asks?", Needs: store.ByBirthday,
			Ask: flows.Ask(func(v flows.View) store.HearInvitation {
				return store.HearInvitation{Notice: theOutgoing(v).Notice}
			}),
			On: edges(failing("prove"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Charges = e.Outcome.Charges
				}, Go: flows.To("told")},
				saying(none, flows.Close(after, "else"), prompts.InvitedGone),
			),
		},
		{
			Name: "told", Title: "Will they act for this person?", Needs: store.ByBirthday, Over: true,
			Say:   then(tellInvitation, flows.Says(prompts.InvitedWillYou, prompts.AnswerYesNo)),
			Short: flows.Says(prompts.InvitedWillYouShort, prompts.AnswerYesNo),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("agree")),
				on(flows.No, flows.To("decline")),
				on(flows.Back, flows.To("call")),
			},
		},
		{
			Name: "stranger", Title: "Will they act for somebody?", Over: true,
			Say:   flows.Says(prompts.InvitedStranger, prompts.AnswerYesNo),
			Short: flows.Says(prompts.InvitedStrangerShort, prompts.AnswerYesNo),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("offer")),
				on(flows.No, flows.To("decline")),
				on(flows.Back, flows.To("call")),
				on(flows.Stuck, flows.To("another-time")),
			},
		},
		{
			Name: "agree", Title: "They will",
			Ask: flows.Ask(answerInvitation(true)),
			On: edges(answeringInvitation,
				saying(done, flows.Close(after, "else"), prompts.InvitedAgreed),
				saying(several, flows.To("goodbye"), prompts.InvitedChecking),
			),
		},
		{
			Name: "offer", Title: "They will, whoever they are",
			Ask: flows.Ask(answerInvitation(true)),
			On: edges(answeringInvitation,
				saying(done, flows.To("goodbye"), prompts.InvitedChecking),
				saying(several, flows.To("goodbye"), prompts.InvitedChecking),
			),
		},
		{
			Name: "decline", Title: "They will not",
			Ask: flows.Ask(answerInvitation(false)),
			On: edges(answeringInvitation,
				saying(done, flows.To("goodbye"), prompts.InvitedDeclined),
				on(several, flows.To("goodbye")),
			),
		},
		{Name: "goodbye", Title: "Goodbye", Say: flows.Says(prompts.Goodbye), End: true},
	},
}

var answeringInvitation = []flows.Edge{
	saying(none, flows.To("goodbye"), prompts.InvitedGone),
	saying(refused, flows.Close(after, "else"), prompts.TroubleRefused),
	saying(unavailable, flows.Call(person, "start"), prompts.TroubleRecord),
	saying(unknown, flows.Call(person, "start"), prompts.TroubleRecord),
}

func answerInvitation(agree bool) func(flows.View) store.AnswerInvitation {
	return func(v flows.View) store.AnswerInvitation {
		return store.AnswerInvitation{Notice: theOutgoing(v).Notice, Agree: agree}
	}
}

// tellInvitation says who asks, for what and for how long.
func tellInvitation(v flows.View) []prompts.Line {
	if len(v.Memory.Charges) == 0 {
		return nil
	}
	ch := v.Memory.Charges[0]
	lines := []prompts.Line{prompts.Say(prompts.InvitedTold, append(untilArgs(v, ch.Until), prompts.Text("Name", ch.Given.Reveal()))...)}
	return append(lines, scopeLines(invitedScopes, ch.Scopes)...)
}

var invitedScopes = map[store.Scope]prompts.Key{
	bothOfAppointments:     prompts.InvitedAppointments,
	store.HearAppointments: prompts.InvitedAppointmentsHear,
	store.BookAppointments: prompts.InvitedAppointmentsBook,
	store.HearResults:      prompts.InvitedResults,
	store.UseMessages:      prompts.InvitedMessages,
	store.SendReadings:     prompts.InvitedReadings,
	store.HearSummary:      prompts.InvitedSummary,
}

var (
	invites       = &flows.Fact{Name: "asks to act for another", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.Invited }}
	onesOwnNumber = &flows.Fact{Name: "one person's number", Of: func(v flows.View) bool { return v.Caller.Registered && !v.Caller.Shared }}
)
