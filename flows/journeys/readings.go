package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// readingsJourney takes what somebody measured of themselves, reads it back, and
// says what to do about it once it is kept. Sending needs no PIN; what was sent
// before is told only with it.
var readingsJourney = flows.Journey{
	Name: readings, Title: "Your readings", Start: "start", Needs: store.ByBirthday,
	States: []flows.State{
		{
			Name: "start", Title: "A fresh one",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Reading: &flows.ReadingMemory{}}
			}, Go: flows.To("kind")}},
		},
		{
			Name: "kind", Title: "What was measured?", Over: true,
			Say:    flows.Says(prompts.ReadingsWhat),
			Wait:   flows.Menu{Choices: kindChoices[:4], More: append(kindChoices[4:len(kindChoices):len(kindChoices)], compareChoice), Readings: kindChoices},
			On:     append(ofKinds(), on("trend", flows.To("of-what")), on(flows.More, flows.To("more"))),
			Resume: "start",
		},
		{
			Name: "more", Title: "What else was measured?", Over: true,
			Wait:   flows.Menu{Choices: kindChoices[4:], More: []flows.Choice{compareChoice}, Readings: kindChoices},
			On:     append(ofKinds(), on("trend", flows.To("of-what")), on(flows.More, flows.To("of-what")), on(flows.Back, flows.To("kind"))),
			Resume: "start",
		},
		{
			// Whoever has nothing to send may hear how it goes all the same.
			Name: "of-what", Title: "Hear how which goes?", Over: true,
			Say: flows.Says(prompts.ReadingsOfWhat),
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, c := range page(kindChoices, v.Memory.Page) {
						lines = append(lines, prompts.Say(c.Say))
					}
					return lines
				},
				More: another(func(flows.Conversation) []flows.Choice { return kindChoices }),
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(kindChoices, c.Memory.Page); e.Match.Index < len(list) {
						*reading(c) = flows.ReadingMemory{Kind: store.ReadingKind(list[e.Match.Index].Class)}
					}
				}, Go: flows.To("list")},
				{On: flows.More, Do: turnPage(func(flows.Conversation) []flows.Choice { return kindChoices }), Go: flows.Same()},
				toFirstPage,
				on(flows.Back, flows.To("start")),
			},
			Resume: "start",
		},
		{
			// So that 0 is the person here as everywhere.
			Name: "any-pain", Title: "Any pain?",
			Say: flows.Says(prompts.ReadingsAnyPain, prompts.AnswerYesNo), Short: flows.Says(prompts.ReadingsAnyPainShort, prompts.AnswerYesNo),
			Wait: flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("value")),
				{On: flows.No, Do: func(c *flows.Conversation, _ flows.Event) { reading(c).Values = []store.Tenths{0} }, Go: flows.To("check")},
				on(flows.Back, flows.To("kind")),
			},
		},
		{
			Name: "value", Title: "The number?",
			Say: askValue, Short: flows.Says(prompts.ReadingsValueShort),
			Wait: flows.Quantity{Of: func(v flows.View) (store.Measure, int) { return measureOf(v), 0 }},
			On: []flows.Edge{
				{On: flows.Given, Do: takeValues, Go: flows.To("check")},
				on(flows.Back, flows.To("kind")),
			},
		},
		{
			Name: "second", Title: "The lower number?",
			Say: flows.Says(prompts.ReadingsLower), Short: flows.Says(prompts.ReadingsLowerShort),
			Wait: flows.Quantity{Of: func(v flows.View) (store.Measure, int) { return measureOf(v), 1 }},
			On: []flows.Edge{
				{On: flows.Given, Do: takeValues, Go: flows.To("check")},
				on(flows.Back, flows.To("again")),
			},
		},
		{
			Name: "check", Title: "Is it whole, and possible?",
			On: []flows.Edge{
				{On: flows.Always, If: oneOfTwo, Go: flows.To("second")},
				{On: flows.Always, If: possible, Go: flows.To("sure")},
				saying(flows.Always, flows.To("again"), prompts.ReadingsUpsideDown),
			},
		},
		{
			Name: "again", Title: "From the first number on",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) { reading(c).Values = nil }, Go: flows.To("value")}},
		},
		{
			Name: "sure", Title: "Is that right?",
			Say:   then(whose(prompts.ReadingsReadback, prompts.ReadingsReadbackFor, readingArgs), flows.Says(prompts.AnswerYesNo)),
			Short: then(with(prompts.ReadingsReadbackShort, readingArgs), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("send")),
				{On: flows.No, If: ofPain, Go: flows.To("any-pain")},
				on(flows.No, flows.To("again")),
				on(flows.Back, flows.To("again")),
			},
		},
		{
			Name: "send", Title: "Keep it",
			Ask: flows.Ask(func(v flows.View) store.SendReading {
				r := theReading(v)
				return store.SendReading{Kind: r.Kind, Values: r.Values}
			}),
			On: edges(changing("kind"), flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				for _, r := range e.Outcome.Readings {
					reading(c).Severity = r.Severity
				}
			}, Say: sayKept, Go: flows.To("kept")}),
		},
		{
			Name: "kept", Title: "What now?", Over: true,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "another", Say: prompts.ReadingsAnother},
				{Class: "trend", Say: prompts.ReadingsTrend},
				{Class: "book", Say: prompts.MainBook, If: mayBook},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}, Readings: kindChoices},
			On: []flows.Edge{
				{On: flows.WholeReading, Do: takeWhole, Go: flows.To("check")},
				on("another", flows.To("start")),
				on("trend", flows.To("list")),
				on("book", flows.Begin(booking)),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "list", Title: "How does it go?", Needs: store.ByPIN,
			Ask: flows.Ask(func(v flows.View) store.ListReadings {
				return store.ListReadings{Kind: theReading(v).Kind, Limit: readingsCompared}
			}),
			On: edges(failing("start"),
				flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
					if list := e.Outcome.Readings; len(list) > 0 {
						r := reading(c)
						r.Newest, r.Trend = &list[0], store.TrendOf(list)
					}
				}, Go: flows.To("told")},
				saying(none, flows.To("start"), prompts.ReadingsNone),
			),
		},
		{
			Name: "told", Title: "How it goes", Needs: store.ByPIN, Over: true,
			Say: tellTrend,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "another", Say: prompts.ReadingsAnother},
				{Class: "wrong", Say: prompts.WrongHere},
				{Class: "book", Say: prompts.MainBook, If: mayBook},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("another", flows.To("start")),
				on("wrong", flows.Call(amiss, "start")),
				on("book", flows.Begin(booking)),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
	},
}

// compareChoice has the one who asks hear how readings go, with nothing to send.
var compareChoice = flows.Choice{Class: "trend", Say: prompts.ReadingsTrend}

// readingsCompared is how many readings a trend looks at: two a day for a month.
const readingsCompared = 60

// kindChoices are the kinds of reading, those that are asked for most first.
var kindChoices = []flows.Choice{
	{Class: flows.Class(store.BloodPressure), Say: prompts.ReadingsBloodPressure},
	{Class: flows.Class(store.Glucose), Say: prompts.ReadingsGlucose},
	{Class: flows.Class(store.Weight), Say: prompts.ReadingsWeight},
	{Class: flows.Class(store.Oxygen), Say: prompts.ReadingsOxygen},
	{Class: flows.Class(store.Pulse), Say: prompts.ReadingsPulse},
	{Class: flows.Class(store.Temperature), Say: prompts.ReadingsTemperature},
	{Class: flows.Class(store.PeakFlow), Say: prompts.ReadingsPeakFlow},
	{Class: flows.Class(store.Pain), Say: prompts.ReadingsPain},
}

// ofKinds leads from each kind to its number.
func ofKinds() []flows.Edge {
	edges := []flows.Edge{{On: flows.WholeReading, Do: takeWhole, Go: flows.To("check")}}
	for _, c := range kindChoices {
		to := flows.To("value")
		if c.Class == flows.Class(store.Pain) {
			to = flows.To("any-pain")
		}
		edges = append(edges, flows.Edge{On: c.Class, Do: func(m *flows.Conversation, _ flows.Event) {
			*reading(m) = flows.ReadingMemory{Kind: store.ReadingKind(c.Class)}
		}, Go: to})
	}
	return edges
}

// reading is the one on its way; there is one, also in a conversation that forgot
// it. It is a copy of its own: nothing that was kept changes.
func reading(c *flows.Conversation) *flows.ReadingMemory {
	r := flows.ReadingMemory{}
	if c.Memory.Reading != nil {
		r = *c.Memory.Reading
	}
	c.Memory.Reading = &r
	return &r
}

func theReading(v flows.View) flows.ReadingMemory {
	if v.Memory.Reading == nil {
		return flows.ReadingMemory{}
	}
	return *v.Memory.Reading
}

// measureOf is how the kind is measured; one that is not known is asked for as a
// pulse, and refused by the record.
func measureOf(v flows.View) store.Measure {
	if m, ok := store.MeasureOf(theReading(v).Kind); ok {
		return m
	}
	m, _ := store.MeasureOf(store.Pulse)
	return m
}

// takeWhole takes a reading that was given in one go, so that nothing of it is
// asked for again.
func takeWhole(c *flows.Conversation, e flows.Event) {
	*reading(c) = flows.ReadingMemory{Kind: e.Match.Kind, Values: e.Match.Tenths}
}

func takeValues(c *flows.Conversation, e flows.Event) {
	r := reading(c)
	r.Values = append(r.Values[:len(r.Values):len(r.Values)], e.Match.Tenths...)
}

// askValue asks for the number, or the upper one.
func askValue(v flows.View) []prompts.Line {
	switch r := theReading(v); {
	case r.Kind == store.BloodPressure:
		return []prompts.Line{prompts.Say(prompts.ReadingsUpper)}
	case r.Kind == store.Pain:
		return []prompts.Line{prompts.Say(prompts.ReadingsHowMuchPain)}
	case measureOf(v).Decimal:
		return []prompts.Line{prompts.Say(prompts.ReadingsDecimal, readingName(r.Kind))}
	default:
		return []prompts.Line{prompts.Say(prompts.ReadingsWhole, readingName(r.Kind))}
	}
}

var readingNames = map[store.ReadingKind]prompts.Key{
	store.BloodPressure: prompts.ReadingsNameBloodPressure, store.Pulse: prompts.ReadingsNamePulse,
	store.Glucose: prompts.ReadingsNameGlucose, store.Weight: prompts.ReadingsNameWeight,
	store.PeakFlow: prompts.ReadingsNamePeakFlow, store.Temperature: prompts.ReadingsNameTemperature,
	store.Oxygen: prompts.ReadingsNameOxygen, store.Pain: prompts.ReadingsNamePain,
}

func readingName(k store.ReadingKind) prompts.Arg {
	return prompts.Nested("What", readingNames[k])
}

// readingArgs name the reading and its numbers as people say them.
func readingArgs(v flows.View) []prompts.Arg {
	r := theReading(v)
	return valueArgs(v, r.Kind, r.Values)
}

func valueArgs(v flows.View, k store.ReadingKind, values []store.Tenths) []prompts.Arg {
	between := " over "
	switch {
	case v.Channel == store.Text:
		between = "/"
	case v.Language == prompts.Welsh:
		between = " dros "
	}
	return []prompts.Arg{readingName(k), prompts.Text("Value", store.RevealTenths(values, between))}
}

// severe are the lines that name whom to ring.
var severe = map[prompts.Key]store.Severity{
	prompts.ReadingsRingPractice: store.RingPractice,
	prompts.ReadingsRing111:      store.Ring111,
	prompts.ReadingsRing999:      store.Ring999,
}

// whose says a line of one's own, or that of whom one acts for.
func whose(own, theirs prompts.Key, args func(flows.View) []prompts.Arg) flows.Speech {
	return func(v flows.View) []prompts.Line {
		if v.Charge == nil {
			return []prompts.Line{prompts.Say(own, args(v)...)}
		}
		return []prompts.Line{prompts.Say(theirs, append(args(v), charge(v)...)...)}
	}
}

// sayKept says that it was kept, and what to do now.
func sayKept(v flows.View) []prompts.Line {
	lines := []prompts.Line{prompts.Say(prompts.ReadingsKept)}
	for key, severity := range severe {
		if severity == theReading(v).Severity {
			lines = append(lines, prompts.Say(key))
		}
	}
	return lines
}

var trends = map[store.Trend]prompts.Key{
	store.TooFew: prompts.ReadingsTrendTooFew, store.Same: prompts.ReadingsTrendSame,
	store.Higher: prompts.ReadingsTrendHigher, store.MuchHigher: prompts.ReadingsTrendMuchHigher,
	store.Lower: prompts.ReadingsTrendLower, store.MuchLower: prompts.ReadingsTrendMuchLower,
}

// tellTrend says the newest, and how it compares with those before it.
func tellTrend(v flows.View) []prompts.Line {
	newest := theReading(v).Newest
	if newest == nil { // a conversation that forgot it
		return []prompts.Line{prompts.Say(prompts.ReadingsNone)}
	}
	told := whose(prompts.ReadingsNewest, prompts.ReadingsNewestFor, func(v flows.View) []prompts.Arg {
		return append(valueArgs(v, newest.Kind, newest.Values), prompts.Date("Date", newest.Taken.In(v.Zone())))
	})
	return append(told(v), prompts.Say(trends[theReading(v).Trend]))
}

var (
	ofPain   = &flows.Fact{Name: "of pain", Of: func(v flows.View) bool { return theReading(v).Kind == store.Pain }}
	oneOfTwo = &flows.Fact{Name: "one of two numbers", Of: func(v flows.View) bool {
		return len(theReading(v).Values) == 1 && len(measureOf(v).Parts) == 2
	}}
	possible = &flows.Fact{Name: "a possible reading", Of: func(v flows.View) bool {
		return measureOf(v).Possible(theReading(v).Values)
	}}
	mayReadings = &flows.Fact{Name: "may send readings", Of: func(v flows.View) bool {
		return v.Charge == nil || v.Charge.May(store.SendReadings)
	}}
)
