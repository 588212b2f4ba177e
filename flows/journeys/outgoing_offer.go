package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// offerStates offer an earlier time that is kept for them. To take it needs the
// date of birth, and is read back as any booking is; to refuse it by text needs
// nothing.
var offerStates = []flows.State{
	{
		Name: "offer", Title: "An earlier time", Over: true,
		Say: then(fromUs, earlier), Last: flows.Says(prompts.OutgoingNine),
		Wait: flows.Menu{Choices: offerChoices},
		On:   append(offerAnswers("prove"), on(flows.Again, flows.To("sure"))),
	},
	{
		Name: "offered", Title: "Did they say that they want it?", Needs: store.ByBirthday,
		On: []flows.Edge{
			{On: flows.Always, If: byText, Go: flows.To("take")},
			on(flows.Always, flows.To("offer-told")),
		},
	},
	{
		Name: "offer-told", Title: "An earlier time, by telephone", Needs: store.ByBirthday, PINIf: sensitiveOffer, Over: true,
		Say:  earlier,
		Wait: flows.Menu{Choices: offerChoices},
		On:   offerAnswers("take"),
	},
	{
		Name: "take", Title: "Is it still kept for them?", Needs: store.ByBirthday, PINIf: sensitiveOffer,
		Ask: flows.Ask(answer(store.TakeOffer)),
		On: edges(answering("prove"),
			flows.Edge{On: done, Do: toOffered, Go: flows.Close(booking, "hold")},
			saying(none, flows.Close(after, "else"), prompts.OfferGone),
		),
	},
	{
		Name: "decline", Title: "They do not want it",
		Ask: flows.Ask(answer(store.NoThanks)),
		On: edges(answering("start"),
			saying(done, flows.Close(after, "else"), prompts.OfferDeclined),
			saying(none, flows.Close(after, "else"), prompts.OfferGone),
		),
	},
	{
		Name: "ask-no-more", Title: "They want no earlier time",
		Ask: flows.Ask(answer(store.AskNoMore)),
		On: edges(answering("start"),
			saying(done, flows.Close(after, "else"), prompts.OfferStopped),
			saying(none, flows.Close(after, "else"), prompts.OfferGone),
		),
	},
}

var offerChoices = []flows.Choice{
	{Class: "take", Say: prompts.OfferTake},
	{Class: "decline", Say: prompts.OfferDecline},
	{Class: "ask-no-more", Say: prompts.OfferStop},
}

// offerAnswers are where the choices lead; take is where whoever wants it goes.
func offerAnswers(take flows.StateName) []flows.Edge {
	return []flows.Edge{
		on("take", flows.To(take)), on("decline", flows.To("decline")), on("ask-no-more", flows.To("ask-no-more")),
	}
}

// earlier says the time and how long it is kept; of a sensitive clinic only when.
func earlier(v flows.View) []prompts.Line {
	out := theOutgoing(v)
	a, key := out.Appointment, prompts.OfferEarlier
	args := details(v, a.Clinic, a.Slot)
	if a.Clinic.Sensitive && v.Level < store.ByPIN {
		key, args = prompts.OfferEarlierPlain, args[1:]
	}
	return []prompts.Line{
		prompts.Say(key, args...),
		prompts.Say(prompts.OfferKept, prompts.Clock("Time", out.Until.In(v.Zone()))),
	}
}

// toOffered has the booking journey hold the slot and read it back, in the place
// of a later appointment if they have one.
func toOffered(c *flows.Conversation, e flows.Event) {
	if len(e.Outcome.Slots) == 0 || len(e.Outcome.Clinics) == 0 {
		return
	}
	c.Memory = flows.Memory{Slot: &e.Outcome.Slots[0], Clinic: &e.Outcome.Clinics[0], Offered: true}
	if later := slices.Clone(e.Outcome.Appointments); len(later) > 0 {
		c.Memory.Appointment, c.Memory.Moving = &later[0], true
	}
}

var (
	offersSlot     = &flows.Fact{Name: "an offer", Of: func(v flows.View) bool { return theOutgoing(v).Kind == store.Offered }}
	offerByText    = &flows.Fact{Name: "an offer by text", Of: func(v flows.View) bool { return v.Channel == store.Text && offersSlot.Of(v) }}
	wasOffered     = &flows.Fact{Name: "it was offered", Of: func(v flows.View) bool { return v.Memory.Offered }}
	sensitiveOffer = &flows.Fact{Name: "of a sensitive clinic", Of: func(v flows.View) bool { return theOutgoing(v).Appointment.Clinic.Sensitive }}
)
