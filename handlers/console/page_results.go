package console

import (
	"strings"

	"landline/store"
)

var resultDeeds = []deed{
	{
		op: "reviseResult", path: "/people/{person}/results/{result}", title: "What they may hear of a result",
		ask:  about("results", reviseForm),
		body: reviseBody, then: toPerson("results"), said: "revised",
	},
	{
		op: "addResult", path: "/people/{person}/results/new", title: "Add a result",
		ask:  about("results", addForm),
		body: addBody, then: toPerson("results"), said: "added",
	},
	{
		op: "orderTest", path: "/people/{person}/ordered-tests/new", title: "Wait for the result of a test",
		ask:  about("tests", orderForm),
		body: orderBody, then: toPerson("tests"), said: "ordered",
	},
	{
		op: "withdrawTest", path: "/people/{person}/ordered-tests/{test}/withdraw", title: "Wait for it no more",
		ask: about("tests", func(*visit, personView) (form, error) {
			return form{Intro: []string{"They are not told that its result is late, and nor are you. A result that comes all the same is told as any."}, Button: "Wait for it no more", Danger: true}, nil
		}),
		then: toPerson("tests"), said: "withdrawn-test",
	},
}

// Who tells somebody that a result is late.
const (
	saidByUs    = "landline"
	saidByStaff = "staff"
)

func orderForm(v *visit, _ personView) (form, error) {
	return form{
		Intro:  []string{"When the day has passed without its result they are told, and you have a task."},
		Button: "Wait for it", Fields: []field{
			{Name: "name.en", Label: "What is tested", Kind: "text", Hint: "In public words, as the result will be called: “kidney test”.", Lang: "en"},
			{Name: "name.cy", Label: "The same in Welsh", Kind: "text", Lang: "cy"},
			{Name: "ordered", Label: "Ordered on", Kind: "date", Value: store.DayOf(v.now).String()},
			{Name: "due", Label: "Last day on which its result is not late", Kind: "date"},
			{Name: "private", Label: "If it is late", Kind: "one", Value: saidByUs, Options: []option{
				{saidByUs, "They may be told by telephone or text which test it is"}, {saidByStaff, "They are told only that there is something to talk about"},
			}},
		},
	}, nil
}

func orderBody(v *visit) (any, error) {
	body := map[string]any{"name": spokenForm(v.form, "name")}
	for _, name := range []string{"ordered", "due"} {
		if is := v.form.Get(name); is != "" {
			body[name] = is
		}
	}
	if v.form.Get("private") == saidByStaff {
		body["private"] = true
	}
	return body, nil
}

// What a form asks about telling.
const (
	tellAll  = "all"
	tellTalk = "talk"
	holdIt   = "hold"
)

var tellingOptions = []option{
	{tellAll, "Let it go: they hear all of it, with your comment"},
	{tellTalk, "In person only: they hear that the team wants to talk, and are offered an appointment"},
	{holdIt, "Hold it: they hear nothing, not even that it is there"},
}

func reviseForm(v *visit, _ personView) (form, error) {
	read, err := v.readResult()
	if err != nil {
		return form{}, err
	}
	r := read.(resultView)
	now := map[store.Telling]string{store.Told: tellAll, store.TalkOnly: tellTalk, store.NotTold: holdIt}[r.Telling]
	return form{
		Intro:  []string{capital(r.Name["en"]) + " of " + dayWords(r.Taken) + ". Now: " + tellingWords[r.Telling] + "."},
		Button: "Save", Fields: append(commentFields(r.Comment),
			field{Name: "telling", Label: "What they may hear", Kind: "one", Value: now, Options: tellingOptions},
			field{Name: "match", Kind: "hidden", Value: `"` + r.Version + `"`}),
	}, nil
}

func commentFields(now map[store.Language]string) []field {
	return []field{
		{
			Name: "comment.en", Label: "What it means, in plain words", Kind: "area", Value: now["en"], Lang: "en",
			Hint: "At most 160 characters: it is read out, with your name.",
		},
		{Name: "comment.cy", Label: "The same in Welsh", Kind: "area", Value: now["cy"], Lang: "cy", Hint: "If they are spoken to in Welsh."},
	}
}

func reviseBody(v *visit) (any, error) {
	body := map[string]any{}
	if comment := spokenForm(v.form, "comment"); comment != nil {
		body["comment"] = comment
	}
	switch v.form.Get("telling") {
	case tellAll:
		body["released"], body["inPerson"] = true, false
	case tellTalk:
		body["released"], body["inPerson"] = true, true
	case holdIt:
		body["released"] = false
	}
	return body, nil
}

func addForm(*visit, personView) (form, error) {
	return form{Button: "Add the result", Fields: append([]field{
		{Name: "name.en", Label: "What was tested", Kind: "text", Hint: "In public words, such as “kidney test”.", Lang: "en"},
		{Name: "name.cy", Label: "The same in Welsh", Kind: "text", Lang: "cy"},
		{Name: "taken", Label: "Day of the test", Kind: "date"},
		{Name: "clinician", Label: "Who says what it means", Kind: "text", Hint: "As they will hear it: Dr Sarah Owen."},
		{Name: "finding", Label: "What was found", Kind: "one", Options: []option{{"", "Nobody has looked yet"}, {normal, "All is as it should be"}, {abnormal, "Something is not as it should be"}}},
	}, append(commentFields(nil),
		field{Name: "telling", Label: "What they may hear", Kind: "one", Value: holdIt, Options: tellingOptions})...)}, nil
}

// addBody adds a final result that is held until somebody lets it go, or one that
// may be told at once.
func addBody(v *visit) (any, error) {
	body := map[string]any{"status": store.Final, "taken": v.form.Get("taken"), "name": spokenForm(v.form, "name"), "release": store.ReleaseNever}
	for _, name := range []string{"clinician", "finding"} {
		if is := strings.TrimSpace(v.form.Get(name)); is != "" {
			body[name] = is
		}
	}
	if comment := spokenForm(v.form, "comment"); comment != nil {
		body["comment"] = comment
	}
	if telling := v.form.Get("telling"); telling == tellAll || telling == tellTalk {
		body["release"], body["inPerson"] = store.ReleaseNow, telling == tellTalk
	}
	return body, nil
}
