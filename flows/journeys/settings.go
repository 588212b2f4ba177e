package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// settingsJourney offers what somebody may choose about how they are reached and
// spoken to. Language and speed are the telephone's, and anybody's who holds it;
// all else is told, and changed, after the PIN.
var settingsJourney = flows.Journey{
	Name: settings, Title: "Settings", Start: "menu",
	States: append(pagesTo("menu", "Settings", 1, settingsChoices, append(toSettings(),
		on("needs", flows.To("needs")),
		on("pin", flows.Call(newpin, "menu")),
		on("numbers", flows.Call(numbers, "menu")),
		on("copied", flows.Begin(mycarers)),
		on("speed", flows.Call(slower, "menu")),
		flows.Edge{On: "language", Do: func(c *flows.Conversation, e flows.Event) {
			c.Language = otherLanguage(e.View)
		}, Go: flows.Call(remember, "menu")},
		on("menu", flows.Home()),
	)),
		flows.State{
			// The four kinds of the Accessible Information Standard.
			Name: "needs", Title: "Needs", Over: true,
			Say:  flows.Says(prompts.SettingsNeedsAsk),
			Wait: flows.Menu{Choices: needsChoices},
			On:   append(toSettings(), on(flows.Back, flows.To("menu"))),
		},
	),
}

var settingsChoices = []flows.Choice{
	{Class: flows.Class(store.ReachBy), Say: prompts.SettingsReach},
	{Class: flows.Class(store.ReachHours), Say: prompts.SettingsHours},
	{Class: flows.Class(store.Voicemail), Say: prompts.SettingsVoicemail},
	{Class: "needs", Say: prompts.SettingsNeeds},
	{Class: flows.Class(store.TextRelay), Say: prompts.SettingsRelay},
	{Class: "speed", Say: prompts.SettingsSpeed},
	{Class: "language", Say: prompts.SettingsLanguage, In: otherLanguage},
	{Class: "pin", Say: prompts.SettingsPin, If: byVoice}, // a whole PIN is never texted
	{Class: flows.Class(store.Listening), Say: prompts.SettingsListening},
	{Class: "numbers", Say: prompts.SettingsNumbers},
	{Class: "copied", Say: prompts.SettingsCopied},
}

var needsChoices = []flows.Choice{
	{Class: flows.Class(store.ReachBy), Say: prompts.SettingsReach},
	{Class: flows.Class(store.InFormat), Say: prompts.SettingsFormat},
	{Class: flows.Class(store.Professional), Say: prompts.SettingsProfessional},
	{Class: flows.Class(store.Aids), Say: prompts.SettingsAids},
}

// toSettings leads to each setting.
func toSettings() []flows.Edge {
	var edges []flows.Edge
	for _, s := range store.Settings() {
		edges = append(edges, flows.Edge{On: flows.Class(s), Do: func(c *flows.Conversation, _ flows.Event) {
			c.Memory = flows.Memory{Setting: &flows.SettingMemory{Setting: s}}
		}, Go: flows.Call(setting, "menu")})
	}
	return edges
}

// settingJourney tells what holds of one setting, and changes it.
var settingJourney = flows.Journey{
	Name: setting, Title: "A setting", Start: "open", Needs: store.ByPIN,
	States: append([]flows.State{
		{
			Name: "open", Title: "What was chosen?",
			Ask: flows.Ask(func(flows.View) store.ListSettings { return store.ListSettings{} }),
			On:  edges(failing("open"), toNow()...),
		},
		{
			Name: "set", Title: "Change it",
			Ask: flows.Ask(func(v flows.View) store.ChangeSetting {
				s := theSetting(v)
				return store.ChangeSetting{Setting: s.Setting, Option: s.Wanted}
			}),
			On: edges(changing("open"),
				// A telephone through which somebody calls by a relay is waited for.
				flows.Edge{On: done, If: about[store.TextRelay], Do: func(c *flows.Conversation, e flows.Event) {
					c.Waits = theSetting(e.View).Wanted == store.ThroughRelay
				}, Say: flows.Says(prompts.SettingsDone), Go: flows.To("keep")},
				flows.Edge{On: done, If: about[store.Listening], Do: func(c *flows.Conversation, e flows.Event) {
					c.Careful = theSetting(e.View).Wanted == store.SomebodyListens
				}, Say: flows.Says(prompts.SettingsDone), Go: flows.Close(after, "else")},
				saying(done, flows.Close(after, "else"), prompts.SettingsDone),
			),
		},
		rememberState,
	}, settingStates()...),
}

// about tells which setting is looked at.
var about = func() map[store.Setting]*flows.Fact {
	facts := map[store.Setting]*flows.Fact{}
	for _, s := range store.Settings() {
		facts[s] = &flows.Fact{Name: "about " + string(s), Of: func(v flows.View) bool { return theSetting(v).Setting == s }}
	}
	return facts
}()

func toNow() []flows.Edge {
	var edges []flows.Edge
	take := func(c *flows.Conversation, e flows.Event) { lookedAt(c).Chosen = e.Outcome.Preferences }
	for _, s := range store.Settings() {
		edges = append(edges, flows.Edge{On: done, If: about[s], Do: take, Go: flows.To(flows.StateName(s))})
	}
	return append(edges, flows.Edge{On: done, Go: flows.Home()})
}

// settingStates are two of each setting: how it is, and whether to change it.
func settingStates() []flows.State {
	var states []flows.State
	for _, s := range store.Settings() {
		words, now, sure := settingWords[s], flows.StateName(s), flows.StateName(string(s)+"-sure")
		states = append(states, flows.State{
			Name: now, Title: "As it is: " + string(s), Over: true,
			Say: func(v flows.View) []prompts.Line {
				return []prompts.Line{prompts.Say(words.now, prompts.Nested("What", optionWords[theSetting(v).Chosen.Of(s)]))}
			},
			Wait: flows.Pick{
				Items: func(v flows.View) []prompts.Line {
					var lines []prompts.Line
					for _, o := range page(otherOptions(v.Conversation), v.Memory.Page) {
						lines = append(lines, prompts.Say(prompts.SettingsFor, prompts.Nested("What", optionWords[o])))
					}
					return lines
				},
				More: another(otherOptions),
				Also: []flows.Choice{{Class: "menu", Say: prompts.ChoiceMenu}},
			},
			On: []flows.Edge{
				{On: flows.Picked, Do: func(c *flows.Conversation, e flows.Event) {
					if list := page(otherOptions(*c), c.Memory.Page); e.Match.Index < len(list) {
						lookedAt(c).Wanted = list[e.Match.Index]
					}
				}, Go: flows.To(sure)},
				{On: flows.More, Do: turnPage(otherOptions), Go: flows.Same()},
				on("menu", flows.Home()),
				toFirstPage,
				on(flows.Back, flows.Return()),
			},
			Resume: "open",
		}, flows.State{
			Name: sure, Title: "Is that right?",
			Say:   then(with(words.sure, wantedWords), flows.Says(prompts.AnswerYesNo)),
			Short: then(with(prompts.SettingsSureShort, wantedWords), flows.Says(prompts.AnswerYesNo)),
			Wait:  flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("set")),
				saying(flows.No, flows.To(now), prompts.SettingsKept),
				on(flows.Back, flows.To(now)),
			},
			Resume: "open",
		})
	}
	return states
}

// otherOptions are those of the setting that do not hold now.
func otherOptions(c flows.Conversation) []store.Option {
	if c.Memory.Setting == nil {
		return nil
	}
	s := *c.Memory.Setting
	var others []store.Option
	for _, o := range store.Options(s.Setting) {
		if o != s.Chosen.Of(s.Setting) {
			others = append(others, o)
		}
	}
	return others
}

func theSetting(v flows.View) flows.SettingMemory {
	if v.Memory.Setting == nil {
		return flows.SettingMemory{}
	}
	return *v.Memory.Setting
}

// lookedAt is the setting that is looked at, to be changed.
func lookedAt(c *flows.Conversation) *flows.SettingMemory {
	s := flows.SettingMemory{}
	if c.Memory.Setting != nil {
		s = *c.Memory.Setting
	}
	c.Memory.Setting = &s
	return &s
}

func wantedWords(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Nested("What", optionWords[theSetting(v).Wanted])}
}
