package journeys

import (
	"slices"
	"strconv"
	"time"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// namingJourney has somebody asked whether they will act for the person. They are
// pointed at by their telephone number: whether anybody is known by it is not
// told.
var namingJourney = flows.Journey{
	Name: naming, Title: "Naming somebody who may act for me", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "From the beginning",
			On: []flows.Edge{{On: flows.Always, Do: func(c *flows.Conversation, _ flows.Event) {
				c.Memory = flows.Memory{Naming: &flows.NamingMemory{}}
			}, Go: flows.To("number")}},
		},
		{
			Name: "number", Title: "On which number?",
			Say: flows.Says(prompts.NamingNumber), Short: flows.Says(prompts.NamingNumberShort),
			Wait: flows.Telephone{Region: "GB"},
			On: []flows.Edge{
				{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
					beingNamed(c).Number = e.Match.Number
				}, Go: flows.To("what")},
				on(flows.Back, flows.Begin(mycarers)),
			},
			Resume: "start",
		},
		{
			Name: "what", Title: "What may they do?",
			Say:    flows.Says(prompts.NamingWhat),
			Wait:   flows.Menu{Choices: scopeChoices[:4], More: scopeChoices[4:]},
			On:     append(ofScopes(), on(flows.More, flows.To("what-more")), on(flows.Back, flows.To("number"))),
			Resume: "start",
		},
		{
			Name: "what-more", Title: "What else may they do?",
			Wait:   flows.Menu{Choices: scopeChoices[4:]},
			On:     append(ofScopes(), on(flows.Back, flows.To("what"))),
			Resume: "start",
		},
		{
			Name: "so-far", Title: "Is that all?",
			Say: then(flows.Says(prompts.NamingSoFar), func(v flows.View) []prompts.Line { return scopeLines(scopeWords, theNaming(v).Scopes) }),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "enough", Say: prompts.NamingEnough},
				{Class: "add", Say: prompts.NamingAdd},
			}},
			On: []flows.Edge{
				on("enough", flows.To("until")),
				on("add", flows.To("what")),
				{On: flows.Back, Do: forgetScopes, Go: flows.To("what")},
			},
			Resume: "start",
		},
		{
			Name: "until", Title: "Until when?",
			Say: flows.Says(prompts.NamingUntil),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "months", Say: prompts.NamingMonths},
				{Class: "year", Say: prompts.NamingYear},
				{Class: "day", Say: prompts.NamingDay},
			}},
			On: []flows.Edge{
				{On: "months", Do: until(0, 3), Go: flows.To("sure")},
				{On: "year", Do: until(1, 0), Go: flows.To("sure")},
				on("day", flows.To("day")),
				{On: flows.Back, Do: forgetScopes, Go: flows.To("what")},
			},
			Resume: "start",
		},
		{
			Name: "day", Title: "Until which day?",
			Say: flows.Says(prompts.NamingWhichDay), Short: flows.Says(prompts.NamingWhichDayShort),
			Wait: flows.ADay{},
			On: []flows.Edge{
				// Who says today names a grant that is as good as over.
				{On: flows.Given, Do: func(c *flows.Conversation, e flows.Event) {
					beingNamed(c).Until = e.Match.Day
					if today := store.DayOf(e.View.Now); !today.Before(e.Match.Day) {
						beingNamed(c).Until = today.AddDays(1)
					}
				}, Go: flows.To("sure")},
				on(flows.Back, flows.To("until")),
			},
			Resume: "start",
		},
		{
			Name: "sure", Title: "Is that right?",
			Say: then(with(prompts.NamingReadback, namingArgs), func(v flows.View) []prompts.Line {
				return scopeLines(scopeWords, theNaming(v).Scopes)
			}, flows.Says(prompts.NamingRight, prompts.AnswerYesNo)),
			Short: then(with(prompts.NamingReadbackShort, namingArgs), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("ask")),
				saying(flows.No, flows.To("start"), prompts.NamingAnew),
				on(flows.Back, flows.To("until")),
			},
			Resume: "start",
		},
		{
			Name: "ask", Title: "Have them asked",
			Ask: flows.Ask(func(v flows.View) store.NameCarer {
				n := theNaming(v)
				return store.NameCarer{Number: n.Number, Scopes: n.Scopes, Until: n.Until}
			}),
			On: edges(changing("start"),
				saying(done, flows.Close(after, "else"), prompts.NamingAsked),
				saying(wait, flows.Close(after, "else"), prompts.NamingTooMany),
			),
		},
	},
}

// scopesOf are what each choice allows: who books must hear what is booked.
var scopesOf = map[flows.Class][]store.Scope{
	"appointments": {store.HearAppointments, store.BookAppointments},
	"results":      {store.HearResults},
	"messages":     {store.UseMessages},
	"readings":     {store.SendReadings},
	"summary":      {store.HearSummary},
	"everything":   store.Scopes(),
}

var scopeChoices = []flows.Choice{
	{Class: "appointments", Say: prompts.NamingAppointments},
	{Class: "results", Say: prompts.NamingResults},
	{Class: "messages", Say: prompts.NamingMessages},
	{Class: "everything", Say: prompts.NamingEverything},
	{Class: "readings", Say: prompts.NamingReadings},
	{Class: "summary", Say: prompts.NamingSummary},
}

func ofScopes() []flows.Edge {
	var edges []flows.Edge
	for _, choice := range scopeChoices {
		to := flows.StateName("so-far")
		if choice.Class == "everything" {
			to = "until"
		}
		edges = append(edges, flows.Edge{On: choice.Class, Do: func(c *flows.Conversation, _ flows.Event) {
			n := beingNamed(c)
			n.Scopes = slices.DeleteFunc(store.Scopes(), func(s store.Scope) bool {
				return !slices.Contains(n.Scopes, s) && !slices.Contains(scopesOf[choice.Class], s)
			})
		}, Go: flows.To(to)})
	}
	return edges
}

// until is so many years and months from today: the day of that number, or the
// first of the next month where there is none.
func until(years, months int) func(*flows.Conversation, flows.Event) {
	return func(c *flows.Conversation, e flows.Event) {
		d := store.DayOf(e.View.Now)
		beingNamed(c).Until = store.DayOf(store.Day{Year: d.Year + years, Month: d.Month + time.Month(months), Day: d.Day}.Start(time.UTC))
	}
}

func forgetScopes(c *flows.Conversation, _ flows.Event) { beingNamed(c).Scopes = nil }

// beingNamed is what is gathered, to be changed.
func beingNamed(c *flows.Conversation) *flows.NamingMemory {
	n := flows.NamingMemory{}
	if c.Memory.Naming != nil {
		n = *c.Memory.Naming
	}
	c.Memory.Naming = &n
	return &n
}

func theNaming(v flows.View) flows.NamingMemory {
	if v.Memory.Naming == nil {
		return flows.NamingMemory{}
	}
	return *v.Memory.Naming
}

func namingArgs(v flows.View) []prompts.Arg {
	n := theNaming(v)
	return append(untilArgs(v, n.Until), prompts.Digits("Number", n.Number.E164()))
}

// untilArgs are a last day, with its year.
func untilArgs(v flows.View, d store.Day) []prompts.Arg {
	return []prompts.Arg{prompts.Date("Date", d.Start(v.Zone())), prompts.Text("Year", strconv.Itoa(d.Year))}
}

// bothOfAppointments stands for what is said of whoever may hear and book them.
const bothOfAppointments store.Scope = "appointments"

// scopeLines say what somebody may do, in the words for each.
func scopeLines(words map[store.Scope]prompts.Key, scopes []store.Scope) []prompts.Line {
	var lines []prompts.Line
	both := slices.Contains(scopes, store.HearAppointments) && slices.Contains(scopes, store.BookAppointments)
	for _, s := range store.Scopes() {
		switch {
		case both && s == store.HearAppointments:
			continue
		case both && s == store.BookAppointments:
			s = bothOfAppointments
		case !slices.Contains(scopes, s):
			continue
		}
		if k, known := words[s]; known {
			lines = append(lines, prompts.Say(k))
		}
	}
	return lines
}
