package console

import (
	"encoding/json"
	"strings"

	"landline/store"
)

// The pages about settings, summaries and questionnaires.

// wish is a setting that somebody chose, in words.
type wish struct{ What, How string }

// wishes are what somebody chose about how they are reached, and what they need.
func wishes(v settingsView) []wish {
	var out []wish
	for _, s := range store.Settings() {
		if o := v.Settings[s]; o != store.Options(s)[0] {
			out = append(out, wish{settingWords[s], plain(o)})
		}
	}
	return out
}

var settingWords = map[store.Setting]string{
	store.ReachBy: "Reach them by", store.ReachHours: "When to reach them", store.Voicemail: "Leave a machine", store.TextRelay: "Their calls come by",
	store.InFormat: "Inform them in", store.Professional: "Have there when they come", store.Aids: "They need", store.Listening: "Whether anybody listens",
}

var careDeeds = []deed{
	{
		op: "changeSetting", path: "/people/{person}/settings/{setting}", title: "How they are reached, and what they need",
		ask: about("details", settingForm), body: given("option"), then: toPerson("details"), said: "setting",
	},
	{
		op: "addEntry", path: "/people/{person}/entries/new", title: "Add to the summary",
		ask:  about("entries", func(v *visit, _ personView) (form, error) { return entryForm(v, entryView{}), nil }),
		body: entryBodyOf, then: toPerson("entries"), said: "entry",
	},
	{
		op: "correctEntry", path: "/people/{person}/entries/{entry}", title: "Correct an entry",
		ask: about("entries", correctForm), body: entryBodyOf, then: toPerson("entries"), said: "entry-corrected",
	},
	{
		op: "endEntry", path: "/people/{person}/entries/{entry}/end", title: "It holds no more",
		ask: about("entries", endForm), body: given("from"), then: toPerson("entries"), said: "entry-ended",
	},
	{
		op: "askQuestionnaire", path: "/people/{person}/questionnaires", title: "Ask a questionnaire",
		ask: about("questionnaires", askingForm), body: askingBody, then: toPerson("questionnaires"), said: "asked",
	},
	{
		op: "withdrawQuestionnaire", path: "/people/{person}/questionnaires/{ask}/withdraw", title: "Take back a questionnaire",
		ask: about("questionnaires", func(*visit, personView) (form, error) {
			return form{Intro: []string{"They are asked it no more, and what they have answered of it goes."}, Button: "Take it back", Danger: true}, nil
		}),
		then: toPerson("questionnaires"), said: "withdrawn-ask",
	},
}

func settingForm(v *visit, _ personView) (form, error) {
	setting := store.Setting(v.gin.Param("setting"))
	if settingWords[setting] == "" {
		return form{}, notFound
	}
	read, err := v.readSettings()
	if err != nil {
		return form{}, err
	}
	f := form{
		Intro: []string{"As they asked for. They may change it by telephone and by text, too."}, Button: "Save",
		Fields: []field{{Name: "option", Label: settingWords[setting], Kind: "one", Value: string(read.(settingsView).Settings[setting])}},
	}
	for _, o := range store.Options(setting) {
		f.Fields[0].Options = append(f.Fields[0].Options, option{string(o), plain(o)})
	}
	return f, nil
}

func entryForm(v *visit, e entryView) form {
	recorded := e.Recorded
	if recorded.IsZero() {
		recorded = store.DayOf(v.now)
	}
	f := form{Button: "Save", Fields: []field{
		{Name: "kind", Label: "What it is", Kind: "one", Value: string(e.Kind), Options: []option{{string(store.Medicine), "A medicine"}, {string(store.Allergy), "An allergy"}, {string(store.Condition), "A condition"}}},
		{Name: "name.en", Label: "Its name, in public words", Kind: "text", Value: e.Name["en"], Lang: "en", Hint: "It is read out. Name, detail and source have 120 characters together at most."},
		{Name: "detail.en", Label: "Detail", Kind: "text", Value: e.Detail["en"], Lang: "en", Hint: "Such as “one tablet in the morning”."},
		{Name: "source.en", Label: "Where it came from", Kind: "text", Value: e.Source["en"], Lang: "en", Hint: "Such as “Riverside Surgery”."},
		{Name: "name.cy", Label: "Its name in Welsh", Kind: "text", Value: e.Name["cy"], Lang: "cy"},
		{Name: "detail.cy", Label: "Detail in Welsh", Kind: "text", Value: e.Detail["cy"], Lang: "cy"},
		{Name: "source.cy", Label: "Where it came from, in Welsh", Kind: "text", Value: e.Source["cy"], Lang: "cy"},
		{Name: "recorded", Label: "Written down on", Kind: "date", Value: recorded.String()},
		{Name: "labels", Label: "Labels", Kind: "text", Value: labelsOf(e.Labels), Hint: "With one such as PSY or R a professional alone tells them of it. Leave it empty otherwise."},
	}}
	if e.ID != "" {
		f.Fields[0] = field{Name: "kind", Kind: "hidden", Value: string(e.Kind)}
		f.Fields = append(f.Fields, field{Name: "match", Kind: "hidden", Value: `"` + e.Version + `"`}, field{Name: "ended", Kind: "hidden", Value: e.Ended.String()})
	}
	return f
}

func labelsOf(labels []store.Label) string {
	var out []string
	for _, l := range labels {
		out = append(out, string(l))
	}
	return strings.Join(out, " ")
}

func entryBodyOf(v *visit) (any, error) {
	body := map[string]any{"kind": v.form.Get("kind"), "recorded": v.form.Get("recorded")}
	for _, name := range []string{"name", "detail", "source"} {
		if words := spokenForm(v.form, name); words != nil {
			body[name] = words
		}
	}
	if ended := v.form.Get("ended"); ended != "" {
		body["ended"] = ended
	}
	if labels := strings.Fields(strings.ReplaceAll(v.form.Get("labels"), ",", " ")); len(labels) > 0 {
		body["labels"] = labels
	}
	return body, nil
}

// entryNow is the entry in the address.
func (v *visit) entryNow() (entryView, error) {
	list := store.ReadEntries{Limit: 10}
	for more := true; more; {
		out, err := v.ask(v.person(), list)
		if err != nil {
			return entryView{}, err
		}
		for _, n := range out.Noted {
			if n.Entry.ID == v.entryID() {
				return entryOf(n), nil
			}
			list.After = store.BehindNoted(n)
		}
		more = out.More
	}
	return entryView{}, notFound
}

func correctForm(v *visit, _ personView) (form, error) {
	e, err := v.entryNow()
	return entryForm(v, e), err
}

func endForm(v *visit, _ personView) (form, error) {
	e, err := v.entryNow()
	return form{
		Intro: []string{capital(e.Name["en"]) + ". They hear of it no more from that day on."}, Button: "End it",
		Fields: []field{
			{Name: "from", Label: "From", Kind: "date", Value: store.DayOf(v.now).String()},
			{Name: "match", Kind: "hidden", Value: `"` + e.Version + `"`},
		},
	}, err
}

func askingForm(v *visit, _ personView) (form, error) {
	read, err := v.listForms()
	if err != nil {
		return form{}, err
	}
	f := form{
		Intro: []string{"They are told that questions wait for them. One questionnaire is asked once for a day."}, Button: "Ask it",
		Fields: []field{
			{Name: "questionnaire", Label: "Questionnaire", Kind: "one"},
			{Name: "on", Label: "For the day", Kind: "date", Hint: "Such as that of a visit. Today, if you leave it empty."},
		},
	}
	for _, q := range read.(formsView).Questionnaires {
		label := q.Title["en"] + " (" + q.ID
		if !q.ByText {
			label += ", by telephone alone, after the PIN"
		}
		label += ")"
		f.Fields[0].Options = append(f.Fields[0].Options, option{q.ID, label})
	}
	return f, nil
}

func askingBody(v *visit) (any, error) {
	return given("questionnaire", "on")(v)
}

// answered is a FHIR QuestionnaireResponse, as much of it as is shown.
type answered struct {
	Status string
	Item   []answeredItem
}

type answeredItem struct {
	Text   string
	Answer []struct {
		ValueBoolean *bool
		ValueInteger json.Number
		ValueDecimal json.Number
		ValueDate    string
		ValueString  string
		ValueCoding  *struct{ Code, Display string }
		Item         []answeredItem
	}
	Item []answeredItem
}

// qa is a question, and what was answered; neither: a heading.
type qa struct {
	Question string
	Answers  []string
}

// flat are the questions in their order.
func flat(items []answeredItem) []qa {
	var out []qa
	for _, it := range items {
		one := qa{Question: it.Text}
		var below []answeredItem
		for _, a := range it.Answer {
			var word string
			switch {
			case a.ValueBoolean != nil && *a.ValueBoolean:
				word = "Yes"
			case a.ValueBoolean != nil:
				word = "No"
			case a.ValueCoding != nil && a.ValueCoding.Display != "":
				word = a.ValueCoding.Display
			case a.ValueCoding != nil:
				word = a.ValueCoding.Code
			default:
				word = a.ValueInteger.String() + a.ValueDecimal.String() + a.ValueDate + a.ValueString
			}
			if word == "" {
				word = "Spoken"
			}
			one.Answers, below = append(one.Answers, word), append(below, a.Item...)
		}
		out = append(out, one)
		out = append(out, flat(append(it.Item, below...))...)
	}
	return out
}

func (v *visit) answersPage() (view, error) {
	var a answered
	shown, d, err := v.apart("answers", "Answers", v.readAnswers)
	if err != nil {
		return view{}, err
	}
	if err := json.Unmarshal(d.Own.(document).body, &a); err != nil {
		return view{}, err
	}
	d.Own = map[string]any{"Completed": a.Status == "completed", "Asked": flat(a.Item)}
	return shown, nil
}
