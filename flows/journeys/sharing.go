package journeys

import (
	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// sharingJourney tells who may see what of the person's record, and changes it.
// It tells what differs from what people expect, not a table of everything. It is
// for the person alone, after the PIN, and never in a text.
var sharingJourney = flows.Journey{
	Name: sharing, Title: "What I share", Start: "start", Needs: store.ByPIN,
	States: []flows.State{
		{
			Name: "start", Title: "What was chosen?",
			Ask: flows.Ask(func(flows.View) store.ListChoices { return store.ListChoices{} }),
			On: edges(failing("start"), flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				c.Memory = flows.Memory{Sharing: &flows.SharingMemory{Choices: e.Outcome.Choices}}
			}, Go: flows.To("told")}),
		},
		{
			Name: "told", Title: "What differs", Over: true,
			Say: tellChoices,
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "change", Say: prompts.SharingChange},
				{Class: "extras", Say: prompts.SharingExtras},
				{Class: "law", Say: prompts.SharingLaw},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("change", flows.To("audience")),
				on("extras", flows.To("extras")),
				on("law", flows.To("law")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "law", Title: "What can not be refused", Over: true,
			Say: flows.Says(prompts.SharingLawSays),
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "back", Say: prompts.SharingOther},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On:     []flows.Edge{on("back", flows.To("told")), on(flows.Back, flows.To("told")), on("menu", flows.Home())},
			Resume: "start",
		},
		{
			Name: "audience", Title: "With whom?", Over: true,
			Say:    flows.Says(prompts.SharingWithWhom),
			Wait:   flows.Menu{Choices: audienceChoices[:4], More: audienceChoices[4:]},
			On:     append(ofAudiences(), on(flows.More, flows.To("more-audiences")), on(flows.Back, flows.To("told"))),
			Resume: "start",
		},
		{
			Name: "more-audiences", Title: "With whom else?", Over: true,
			Wait:   flows.Menu{Choices: audienceChoices[4:]},
			On:     append(ofAudiences(), on(flows.Back, flows.To("audience"))),
			Resume: "start",
		},
		{
			Name: "category", Title: "What?", Over: true,
			Say:    with(prompts.SharingWhat, sharedWith),
			Wait:   flows.Menu{Choices: categoryChoices[:4], More: categoryChoices[4:]},
			On:     append(ofCategories(categoryChoices), on(flows.More, flows.To("more-categories")), on(flows.Back, flows.To("audience"))),
			Resume: "start",
		},
		{
			Name: "more-categories", Title: "What else?", Over: true,
			Wait:   flows.Menu{Choices: categoryChoices[4:]},
			On:     append(ofCategories(categoryChoices), on(flows.Back, flows.To("category"))),
			Resume: "start",
		},
		{
			Name: "extras", Title: "Which extra?", Over: true,
			Say:  flows.Says(prompts.SharingExtrasAsk),
			Wait: flows.Menu{Choices: extraChoices},
			On: append(ofCategories(extraChoices, func(c *flows.Conversation) {
				chosenSharing(c).Audience = store.Extras
			}), on(flows.Back, flows.To("told"))),
			Resume: "start",
		},
		{
			Name: "now", Title: "As it is now", Over: true,
			Say: func(v flows.View) []prompts.Line {
				return []prompts.Line{sharingLine(v, isShared.Of(v), prompts.SharingNowYes, prompts.SharingNowNo, prompts.SharingExtraOn, prompts.SharingExtraOff)}
			},
			Wait: flows.Menu{Choices: []flows.Choice{
				{Class: "stop", Say: prompts.SharingStop, If: isShared},
				{Class: "allow", Say: prompts.SharingAllow, If: notShared},
				{Class: "back", Say: prompts.SharingOther},
				{Class: "menu", Say: prompts.ChoiceMenu},
			}},
			On: []flows.Edge{
				on("stop", flows.To("sure")),
				on("allow", flows.To("sure")),
				on("back", flows.To("told")),
				on(flows.Back, flows.To("told")),
				on("menu", flows.Home()),
			},
			Resume: "start",
		},
		{
			Name: "sure", Title: "Is that right?",
			Say: func(v flows.View) []prompts.Line {
				return []prompts.Line{
					sharingLine(v, notShared.Of(v), prompts.SharingSureYes, prompts.SharingSureNo, prompts.SharingSureExtraOn, prompts.SharingSureExtraOff),
					prompts.Say(prompts.AnswerYesNo),
				}
			},
			Short: func(v flows.View) []prompts.Line {
				return []prompts.Line{
					sharingLine(v, notShared.Of(v), prompts.SharingSureYesShort, prompts.SharingSureNoShort, prompts.SharingSureExtraOnShort, prompts.SharingSureExtraOffShort),
					prompts.Say(prompts.AnswerYesNo),
				}
			},
			Wait: flows.YesNo{},
			On: []flows.Edge{
				on(flows.Yes, flows.To("set")),
				saying(flows.No, flows.To("now"), prompts.SharingKept),
				on(flows.Back, flows.To("now")),
			},
			Resume: "start",
		},
		{
			Name: "set", Title: "Change it",
			Ask: flows.Ask(func(v flows.View) store.SetChoice {
				s := theSharing(v)
				return store.SetChoice{Audience: s.Audience, Category: s.Category, Share: notShared.Of(v)}
			}),
			On: edges(changing("start"), flows.Edge{On: done, Do: func(c *flows.Conversation, e flows.Event) {
				chosenSharing(c).Choices = e.Outcome.Choices
			}, Say: flows.Says(prompts.SharingDone), Go: flows.To("told")}),
		},
	},
}

var audienceChoices = []flows.Choice{
	{Class: flows.Class(store.Hospitals), Say: prompts.SharingHospitals},
	{Class: flows.Class(store.Pharmacies), Say: prompts.SharingPharmacies},
	{Class: flows.Class(store.CommunityCare), Say: prompts.SharingCommunity},
	{Class: flows.Class(store.MentalHealthOrg), Say: prompts.SharingMentalHealthServices},
	{Class: flows.Class(store.SocialCare), Say: prompts.SharingSocialCare},
	{Class: flows.Class(store.CareHomes), Say: prompts.SharingCareHomes},
	{Class: flows.Class(store.Research), Say: prompts.SharingResearch},
}

var categoryChoices = []flows.Choice{
	{Class: flows.Class(store.Everything), Say: prompts.SharingEverything},
	{Class: flows.Class(store.Medicines), Say: prompts.SharingMedicines},
	{Class: flows.Class(store.TestResults), Say: prompts.SharingResults},
	{Class: flows.Class(store.MentalHealth), Say: prompts.SharingMentalHealth},
	{Class: flows.Class(store.SexualHealth), Say: prompts.SharingSexualHealth},
}

var extraChoices = []flows.Choice{
	{Class: flows.Class(store.ClinicalTrials), Say: prompts.SharingTrials},
	{Class: flows.Class(store.Surveys), Say: prompts.SharingSurveys},
	{Class: flows.Class(store.HealthNews), Say: prompts.SharingNews},
}

// ofAudiences leads from each audience to what may be chosen for it.
func ofAudiences() []flows.Edge {
	var edges []flows.Edge
	for _, choice := range audienceChoices {
		audience := store.Audience(choice.Class)
		to := flows.To("category")
		if len(store.Categories(audience)) == 1 {
			to = flows.To("now")
		}
		edges = append(edges, flows.Edge{On: choice.Class, Do: func(c *flows.Conversation, _ flows.Event) {
			s := chosenSharing(c)
			s.Audience, s.Category = audience, store.Everything
		}, Go: to})
	}
	return edges
}

func ofCategories(choices []flows.Choice, also ...func(*flows.Conversation)) []flows.Edge {
	var edges []flows.Edge
	for _, choice := range choices {
		edges = append(edges, flows.Edge{On: choice.Class, Do: func(c *flows.Conversation, _ flows.Event) {
			for _, do := range also {
				do(c)
			}
			chosenSharing(c).Category = store.Category(choice.Class)
		}, Go: flows.To("now")})
	}
	return edges
}

// chosenSharing is what is looked at; a copy of its own, as nothing that was
// kept changes.
func chosenSharing(c *flows.Conversation) *flows.SharingMemory {
	s := flows.SharingMemory{}
	if c.Memory.Sharing != nil {
		s = *c.Memory.Sharing
	}
	c.Memory.Sharing = &s
	return &s
}

func theSharing(v flows.View) flows.SharingMemory {
	if v.Memory.Sharing == nil {
		return flows.SharingMemory{Audience: store.Hospitals, Category: store.Everything}
	}
	return *v.Memory.Sharing
}

// toldAtOnce is how many choices are told before the menu: more would be a
// prompt that nobody remembers.
const toldAtOnce = 3

// tellChoices tells the choices that make a difference, the newest first.
func tellChoices(v flows.View) []prompts.Line {
	differing := store.Differing(theSharing(v).Choices)
	if len(differing) == 0 {
		return []prompts.Line{prompts.Say(prompts.SharingNothingChosen)}
	}
	lines := []prompts.Line{prompts.Say(prompts.SharingIntro)}
	for _, c := range differing[:min(len(differing), toldAtOnce)] {
		one := v
		one.Memory.Sharing = &flows.SharingMemory{Audience: c.Audience, Category: c.Category}
		lines = append(lines, sharingLine(one, c.Share, prompts.SharingNowYes, prompts.SharingNowNo, prompts.SharingExtraOn, prompts.SharingExtraOff))
	}
	return lines
}

// sharingLine picks the words for what is looked at.
func sharingLine(v flows.View, yes bool, sharedKey, refusedKey, on, off prompts.Key) prompts.Line {
	s := theSharing(v)
	what := prompts.Nested("What", categoryNames[s.Category])
	if s.Audience == store.Extras {
		if yes {
			return prompts.Say(on, what)
		}
		return prompts.Say(off, what)
	}
	if yes {
		return prompts.Say(sharedKey, append(sharedWith(v), what)...)
	}
	return prompts.Say(refusedKey, append(sharedWith(v), what)...)
}

func sharedWith(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Nested("Who", audienceNames[theSharing(v).Audience])}
}

var audienceNames = map[store.Audience]prompts.Key{
	store.Hospitals: prompts.SharingNameHospitals, store.Pharmacies: prompts.SharingNamePharmacies,
	store.CommunityCare: prompts.SharingNameCommunity, store.MentalHealthOrg: prompts.SharingNameMentalHealthServices,
	store.SocialCare: prompts.SharingNameSocialCare, store.CareHomes: prompts.SharingNameCareHomes,
	store.Research: prompts.SharingNameResearch,
}

var categoryNames = map[store.Category]prompts.Key{
	store.Everything: prompts.SharingNameEverything, store.Medicines: prompts.SharingNameMedicines,
	store.TestResults: prompts.SharingNameResults, store.MentalHealth: prompts.SharingNameMentalHealth,
	store.SexualHealth: prompts.SharingNameSexualHealth, store.ClinicalTrials: prompts.SharingNameTrials,
	store.Surveys: prompts.SharingNameSurveys, store.HealthNews: prompts.SharingNameNews,
}

var (
	isShared = &flows.Fact{Name: "shared now", Of: func(v flows.View) bool {
		s := theSharing(v)
		return store.Shares(s.Choices, s.Audience, s.Category)
	}}
	notShared = &flows.Fact{Name: "not shared now", Of: func(v flows.View) bool { return !isShared.Of(v) }}
)
