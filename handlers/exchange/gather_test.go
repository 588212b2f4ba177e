package exchange_test

import (
	"strings"
	"testing"
	"time"

	"landline/handlers/exchange"
)

// What a Gather does, fact by fact: the document, what the caller does, and
// what then reaches the action, or is heard instead.
func TestGather(t *testing.T) {
	const after = `<Say>Nothing came.</Say>`
	silence := func(c *exchange.Call) { c.Silence() }
	press := func(keys string) func(*exchange.Call) { return func(c *exchange.Call) { c.Press(keys) } }
	say := func(words string) func(*exchange.Call) { return func(c *exchange.Call) { c.Say(words) } }
	both := func(steps ...func(*exchange.Call)) func(*exchange.Call) {
		return func(c *exchange.Call) {
			for _, s := range steps {
				s(c)
			}
		}
	}
	tests := []struct {
		fact   string
		gather string
		caller func(*exchange.Call)
		action string // Digits, SpeechResult and FinishedOnKey, or "" if not asked
		hears  string
	}{
		{"numDigits submits at once", `<Gather action="/next" numDigits="4"/>`, press("4071"), "Digits=4071", ""},
		{"fewer digits wait", `<Gather action="/next" numDigits="4"/>`, press("407"), "", ""},
		{"fewer digits go when time is up", `<Gather action="/next" numDigits="4"/>`, both(press("407"), silence), "Digits=407", ""},
		{"Settle lets the time between keys run out", `<Gather action="/next"/>`, both(press("12"), (*exchange.Call).Settle), "Digits=12", ""},
		{"Settle without keys does nothing", `<Gather action="/next"/>` + after, (*exchange.Call).Settle, "", ""},
		{"# ends by default and is not a digit", `<Gather action="/next"/>`, press("12#"), "Digits=12 FinishedOnKey=#", ""},
		{"another finishOnKey makes # a digit", `<Gather action="/next" finishOnKey="*"/>`, press("1#2*"), "Digits=1#2 FinishedOnKey=*", ""},
		{"empty finishOnKey makes all keys digits", `<Gather action="/next" finishOnKey="" numDigits="3"/>`, press("#*0"), "Digits=#*0", ""},
		{"nothing keyed falls through", `<Gather action="/next"/>` + after, silence, "", "Nothing came."},
		{"# alone falls through", `<Gather action="/next"/>` + after, press("#"), "", "Nothing came."},
		{"actionOnEmptyResult asks all the same", `<Gather action="/next" actionOnEmptyResult="true"/>` + after, silence, "Digits=", ""},
		{"actionOnEmptyResult and # alone", `<Gather action="/next" actionOnEmptyResult="true"/>` + after, press("#"), "Digits= FinishedOnKey=#", ""},
		{"speech is not heard unless asked for", `<Gather action="/next"/>` + after, say("one"), "", ""},
		{"speech comes first", `<Gather input="dtmf speech" action="/next"/>`, say("one"), "SpeechResult=one", ""},
		{"keys come first", `<Gather input="dtmf speech" action="/next"/>`, both(press("1"), say("two"), silence), "Digits=1", ""},
		{"speech alone takes no keys", `<Gather input="speech" action="/next"/>` + after, both(press("1"), silence), "", "Nothing came."},
		{"silence for speech falls through", `<Gather input="speech" action="/next"/>` + after, silence, "", "Nothing came."},
		{"the carrier cannot hear Welsh", `<Gather input="dtmf speech" language="cy-GB" action="/next"/>` + after, both(say("un"), silence), "", "Nothing came."},
		{"names are case-sensitive", `<gather action="/next"/>` + after, nil, "", "Nothing came."},
		{"an unknown input is no input", `<Gather input="telepathy" action="/next"/>` + after, both(press("1"), silence), "", "Nothing came."},
		{"relative action counts from the document", `<Gather action="next?n=2" numDigits="1"/>`, press("5"), "Digits=5", ""},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.twiml("/voice", test.gather)
			g.twiml("/next", "<Pause/><Gather/>")
			call := dial(t, g.build(), tom)
			if test.caller != nil {
				test.caller(call)
			}
			var got []string
			for _, a := range g.to("/next") {
				for _, name := range []string{"Digits", "SpeechResult", "FinishedOnKey"} {
					if a.form.Has(name) {
						got = append(got, name+"="+a.form.Get(name))
					}
				}
				if a.form.Get("SpeechResult") != "" && a.form.Get("Confidence") == "" {
					t.Error("speech came without Confidence")
				}
			}
			expect(t, "action", strings.Join(got, " "), test.action)
			expect(t, "heard", heard(call), test.hears)
		})
	}
}

// Without an action the same document is asked for again, with the digits.
func TestAGatherWithoutActionLoops(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather numDigits="1"><Say>Press a key.</Say></Gather>`)
	call := dial(t, g.build(), mary)
	call.Press("7")
	expect(t, "heard", heard(call), "Press a key. / Press a key.")
	expect(t, "digits", g.last("/voice").form.Get("Digits"), "7")
}

// Whether Digits comes with an empty result is unknown: both can be had.
func TestAnEmptyResultWithoutDigits(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather action="/next" actionOnEmptyResult="true"/>`)
	x := g.build(func(c *exchange.Config) { c.OmitEmptyDigits = true })
	dial(t, x, mary).Silence()
	if g.last("/next").form.Has("Digits") {
		t.Error("Digits came all the same")
	}
}

// The wait begins when the nested verbs end, or with the first key, which also
// stops the voice.
func TestWhenTheWaitBegins(t *testing.T) {
	const doc = `<Gather action="/next" timeout="3"><Say>one two three four five six seven</Say><Pause length="2"/><Say>more</Say></Gather><Say>Nothing came.</Say>`
	speech := 7 * time.Minute / 140
	t.Run("when the nested verbs end", func(t *testing.T) {
		g := newGateway(t)
		g.twiml("/voice", doc)
		call := dial(t, g.build(still), mary)
		expect(t, "heard", heard(call), "one two three four five six seven")
		call.Advance(speech + 2*time.Second)
		expect(t, "heard", heard(call), "more")
		call.Advance(time.Minute/140 + 3*time.Second - time.Millisecond)
		expect(t, "heard", heard(call), "")
		call.Advance(time.Millisecond)
		expect(t, "heard", heard(call), "Nothing came.")
	})
	t.Run("at the first key", func(t *testing.T) {
		g := newGateway(t)
		g.twiml("/voice", doc)
		call := dial(t, g.build(still), mary)
		call.Advance(time.Second)
		call.Press("4")
		call.Advance(2 * time.Second)
		call.Press("2")
		call.Advance(3*time.Second - time.Millisecond)
		if len(g.to("/next")) > 0 {
			t.Error("too early")
		}
		call.Advance(time.Millisecond)
		expect(t, "digits", g.last("/next").form.Get("Digits"), "42")
		expect(t, "heard", heard(call), "one two three four five six seven")
	})
	t.Run("not with bargeIn=false", func(t *testing.T) {
		g := newGateway(t)
		g.twiml("/voice", strings.Replace(doc, "<Gather", `<Gather bargeIn="false" numDigits="1"`, 1))
		call := dial(t, g.build(still), mary)
		call.Press("4")
		if len(g.to("/next")) > 0 {
			t.Error("a key interrupted the voice")
		}
	})
}

// Each complaint that the carrier would make of a Gather.
func TestComplaintsAboutAGather(t *testing.T) {
	for doc, want := range map[string]string{
		`<Gather><Gather/></Gather>`:                                                           "12200",
		`<Gather><Redirect>/x</Redirect></Gather>`:                                             "12200",
		`<Gather input="speech" language="cy-GB"/>`:                                            "13335",
		`<Gather input="speech" speechTimeout="auto" speechModel="phone_call"/>`:               "13337",
		`<Gather input="speech" hints="` + strings.Repeat("a,", 501) + `"/>`:                   "13336",
		`<Gather input="speech" hints="` + strings.Repeat("a", 101) + `"/>`:                    "13336",
		`<Gather input="dtmf speech" language="en-GB" speechTimeout="auto" hints="one, two"/>`: "",
	} {
		g := newGateway(t)
		g.twiml("/voice", doc)
		x := g.build()
		dial(t, x, mary)
		expect(t, doc, codes(x), want)
	}
}
