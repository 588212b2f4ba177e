package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// identifyJourney shows who is speaking, up to the level that is wanted, and
// goes back to what was asked. It never says which part was wrong, and reads
// no name to whoever happens to hold the phone.
var identifyJourney = flows.Journey{
	Name: identify, Title: "Who is calling", Start: "start",
	States: []flows.State{
		{
			Name: "start", Title: "What is still to be shown?",
			On: []flows.Edge{
				{On: flows.Always, If: proved, Go: flows.Return()},
				{On: flows.Always, If: knownPerson, Go: flows.To("step-up")},
				{On: flows.Always, If: registered, Go: flows.To("birth")},
				on(flows.Always, flows.To("nhs")),
			},
		},
		{
			Name: "nhs", Title: "NHS number?",
			Say: flows.Says(prompts.IdentifyNhs), Short: flows.Says(prompts.IdentifyNhsShort),
			Wait: flows.NHS{},
			On: []flows.Edge{
				{On: flows.Given, If: bornKnown, Do: takeNHS, Go: flows.To("check")},
				{On: flows.Given, Do: takeNHS, Go: flows.To("birth")},
			},
		},
		{
			Name: "birth", Title: "Date of birth?",
			Say: flows.Says(prompts.IdentifyBirth), Short: flows.Says(prompts.IdentifyBirthShort),
			Wait: flows.BirthDate{},
			On: []flows.Edge{{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
				c.Memory.Born = store.BornOn(e.Match.Day)
			}, Go: flows.To("check")}},
		},
		{
			Name: "check", Title: "Is there such a person?",
			Ask: flows.Ask(func(v flows.View) store.Identify {
				return store.Identify{NHS: v.Memory.NHS, Born: v.Memory.Born}
			}),
			On: []flows.Edge{
				{On: done, If: namesNobody, Do: recognised, Say: flows.Says(prompts.IdentifyThanksShared), Go: flows.To("proved")},
				{On: done, Do: recognised, Say: with(prompts.IdentifyThanks, func(v flows.View) []prompts.Arg {
					return []prompts.Arg{prompts.Text("Name", v.Given.Reveal())}
				}), Go: flows.To("proved")},
				// Of twins the date was right, and is not asked for again.
				saying(several, flows.To("nhs"), prompts.IdentifyNhsToo),
				{On: wrong, If: lastTry, Do: failed, Say: flows.Says(prompts.IdentifyTooMany), Go: flows.Call(person, "start")},
				{On: wrong, If: registered, Do: failed, Say: flows.Says(prompts.IdentifyNoMatch), Go: flows.To("how")},
				{On: wrong, Do: failed, Say: flows.Says(prompts.IdentifyNoMatch), Go: flows.To("nhs")},
				{On: wait, If: canBeRung, Do: forgetBirth, Go: flows.To("ring-back")},
				{On: wait, Do: forgetBirth, Say: flows.Says(prompts.IdentifyWait), Go: flows.Call(person, "start")},
				{On: unavailable, Do: forgetBirth, Say: flows.Says(prompts.TroubleRecord), Go: flows.Call(person, "start")},
			},
		},
		{
			Name: "how", Title: "Try again, which way?",
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "birth", Say: prompts.IdentifyTryBirth},
				{Class: "nhs", Say: prompts.IdentifyTryNhs},
			}},
			On: []flows.Edge{
				on("birth", flows.To("birth")),
				on("nhs", flows.To("nhs")),
			},
		},
		{
			Name: "proved", Title: "Was something broken off?",
			On: []flows.Edge{
				{On: flows.Always, If: brokenOff, Go: flows.To("resume")},
				on(flows.Always, flows.To("start")),
			},
		},
		{
			Name: "resume", Title: "Take it up again?", Needs: store.ByBirthday,
			Say: flows.Says(prompts.ResumeOffer),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "carry-on", Say: prompts.ResumeCarryOn},
				{Class: "start-again", Say: prompts.ResumeStartAgain},
			}},
			On: []flows.Edge{
				on("carry-on", flows.Resume()),
				{On: "start-again", Do: func(c *flows.Conversation, _ flows.Event) { c.Parked = nil }, Go: flows.To("start")},
			},
		},
		{
			Name: "step-up", Title: "By telephone, or by text?",
			On: []flows.Edge{
				{On: flows.Always, If: byText, Go: flows.To("ask-places")},
				on(flows.Always, flows.To("pin")),
			},
		},
		{
			Name: "pin", Title: "PIN?", Needs: store.ByBirthday,
			Say: flows.Says(prompts.IdentifyPin), Short: flows.Says(prompts.IdentifyPinShort),
			Wait: flows.PIN{},
			On:   []flows.Edge{{On: flows.Given, Do: takePIN, Go: flows.To("check-pin")}},
		},
		{
			Name: "check-pin", Title: "Is the PIN right?",
			Ask: flows.Ask(func(v flows.View) store.CheckPIN { return store.CheckPIN{PIN: v.Memory.PIN} }),
			On:  checked("pin"),
		},
		{
			Name: "ask-places", Title: "Can they only text?", Needs: store.ByBirthday,
			Ask: flows.Ask(func(flows.View) store.AskPlaces { return store.AskPlaces{} }),
			On: []flows.Edge{
				{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					c.Memory.Places = e.Outcome.Places
				}, Go: flows.To("places")},
				on(none, flows.To("pin-by-text")),
				saying(refused, flows.Call(person, "start"), prompts.TroubleRefused),
				saying(unavailable, flows.Call(person, "start"), prompts.TroubleRecord),
			},
		},
		{
			Name: "places", Title: "Two digits of the PIN?", Needs: store.ByBirthday,
			Say: with(prompts.IdentifyPlaces, places), Short: with(prompts.IdentifyPlacesShort, places),
			Wait: flows.Digits{Min: 2, Max: 2},
			On: []flows.Edge{{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
				c.Memory.PIN = store.PIN(e.Match.Digits)
			}, Go: flows.To("check-places")}},
			Resume: "start",
		},
		{
			Name: "check-places", Title: "Are the two digits right?", Needs: store.ByBirthday,
			Ask: flows.Ask(func(v flows.View) store.CheckPIN {
				return store.CheckPIN{PIN: v.Memory.PIN, Places: v.Memory.Places}
			}),
			On: checked("ask-places"),
		},
		{
			Name: "opened", Title: "Is there something to go on with?",
			On: []flows.Edge{
				{On: flows.Always, If: takenUp, Go: flows.Home()},
				on(flows.Always, flows.To("start")),
			},
		},
		{
			// A whole PIN is never asked for by text (needs.md).
			Name: "pin-by-text", Title: "The PIN is for calls only", Needs: store.ByBirthday,
			Say: with(prompts.IdentifyPinByText, lineNumber),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "menu", Say: prompts.ChoiceMenu},
				{Class: "ring-me", Say: prompts.ChoiceRingMe},
			}},
			On: []flows.Edge{on("menu", flows.Home()), on("ring-me", flows.To("ring-me"))},
		},
		{
			// Strangers who guessed must not keep somebody out (needs.md): no wait holds
			// for who is rung back.
			Name: "ring-back", Title: "Shall we ring them back?",
			Say: flows.Says(prompts.IdentifyRingBack),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "ring-me", Say: prompts.ChoiceRingMe},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{on("ring-me", flows.To("ring-me")), on("menu", flows.Home())},
		},
		{
			Name: "ring-me", Title: "Ring them at once",
			Ask: flows.Ask(func(flows.View) store.RingMe { return store.RingMe{} }),
			On: []flows.Edge{
				on(done, flows.To("will-ring")),
				on(refused, flows.Call(person, "start")),
				on(unavailable, flows.Call(person, "start")),
				on(unknown, flows.Call(person, "start")),
			},
		},
		{Name: "will-ring", Title: "They are rung", Say: flows.Says(prompts.IdentifyWillRing), End: true},
	},
}

// checked are the edges of a check of a PIN, or of a part of it: again is where
// it is asked for once more.
func checked(again flows.StateName) []flows.Edge {
	return []flows.Edge{
		{On: done, Do: func(c *flows.Conversation, e flows.Event) {
			c.Open(e.Outcome.Opens)
			c.Level, c.Tries = store.ByPIN, 0
		}, Go: flows.To("opened")},
		{On: wrong, If: lastTryCanBeRung, Do: failed, Go: flows.To("ring-back")},
		{On: wrong, If: lastTry, Do: failed, Say: flows.Says(prompts.IdentifyTooMany), Go: flows.Call(person, "start")},
		{On: wrong, Do: failed, Say: flows.Says(prompts.IdentifyNoMatch), Go: flows.To(again)},
		{On: wait, If: canBeRung, Go: flows.To("ring-back")},
		saying(wait, flows.Call(person, "start"), prompts.IdentifyWait),
		saying(refused, flows.Call(person, "start"), prompts.TroubleRefused),
		saying(unavailable, flows.Call(person, "start"), prompts.TroubleRecord),
	}
}

func places(v flows.View) []prompts.Arg {
	at := func(n int) prompts.Key { return ordinals[min(max(n, 1), len(ordinals))-1] }
	return []prompts.Arg{prompts.Nested("First", at(v.Memory.Places.First)), prompts.Nested("Second", at(v.Memory.Places.Second))}
}

var ordinals = []prompts.Key{
	prompts.IdentifyPlace1, prompts.IdentifyPlace2, prompts.IdentifyPlace3, prompts.IdentifyPlace4, prompts.IdentifyPlace5, prompts.IdentifyPlace6,
}

func takeNHS(c *flows.Conversation, e flows.Event) { c.Memory.NHS = e.Match.NHS }

// recognised takes the person that the outcome names.
func recognised(c *flows.Conversation, e flows.Event) {
	forgetBirth(c, e)
	c.Memory.NHS = ""
	c.Tries = 0
	p := e.Outcome.Person
	if p == nil {
		return
	}
	rang := c.Authority().Notice
	c.Actor, c.Subject, c.Level, c.RingBack = p.ID, p.ID, store.ByBirthday, ""
	if e.Outcome.RungBack {
		c.Level, c.RingBack = store.ByPIN, rang
	}
	c.Given, c.Family, c.TextOnly = p.Given, p.Family, p.TextOnly
	c.Careful = c.Careful || e.Outcome.Preferences.Careful()
	c.Parked = e.Parked
}

func failed(c *flows.Conversation, e flows.Event) {
	forgetBirth(c, e)
	c.Memory.NHS = ""
	c.Tries++
	if c.Tries >= maxTries {
		c.Tries = 0
	}
}

// forgetBirth drops what was given, once it has been checked.
func forgetBirth(c *flows.Conversation, _ flows.Event) { c.Memory.Born = store.Birthday{} }

// maxTries misses end an attempt (needs.md, "Who is speaking").
const maxTries = 3

var (
	proved      = &flows.Fact{Name: "proved enough", Of: func(v flows.View) bool { return v.Actor != "" && v.Level >= v.Want }}
	knownPerson = &flows.Fact{Name: "known, without PIN", Of: func(v flows.View) bool { return v.Actor != "" && v.Level >= store.ByBirthday }}
	bornKnown   = &flows.Fact{Name: "date of birth given", Of: func(v flows.View) bool { return !v.Memory.Born.IsZero() }}
	registered  = &flows.Fact{Name: "registered number", Of: func(v flows.View) bool { return v.Caller.Registered }}
	takenUp     = &flows.Fact{Name: "taken up", Of: func(v flows.View) bool { return v.TakenUp }}
	lastTry     = &flows.Fact{Name: "last try", Of: func(v flows.View) bool { return v.Tries+1 >= maxTries }}
	// Who rings from a telephone of theirs can be rung there; nobody is rung twice.
	canBeRung = &flows.Fact{Name: "can be rung back", Of: func(v flows.View) bool {
		return v.Channel == store.Voice && v.Caller.Registered && v.Outgoing == nil && v.RingBack == ""
	}}
	lastTryCanBeRung = &flows.Fact{Name: "last try, can be rung back", Of: func(v flows.View) bool { return lastTry.Of(v) && canBeRung.Of(v) }}
	brokenOff        = &flows.Fact{Name: "something was broken off", Of: func(v flows.View) bool { return v.Parked != nil }}
	// A text to a number that several people share starts with no name.
	namesNobody = &flows.Fact{Name: "shared number, by text", Of: func(v flows.View) bool {
		return v.Caller.Shared && v.Channel == store.Text
	}}
)
