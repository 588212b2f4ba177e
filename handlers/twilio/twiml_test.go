package twilio

import (
	"encoding/xml"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"landline/handlers/twilio/twimltest"
	"landline/store"
)

// Read the difference before you keep it: go test ./handlers/twilio -update
var update = flag.Bool("update", false, "write the golden documents anew")

func says(text string) Say {
	return Say{Voice: "Polly.Amy-Neural", Language: "en-GB", Content: []Speech{Text(text)}}
}

// calls are documents of every kind, by the name of their golden file.
var calls = map[string]Response{
	"empty": nil,
	"menu": {
		Gather{
			Input: InputKeys, Action: "https://landline.example/twilio/voice/turn?t=1&l=en#rp=all&rc=2&rt=4500",
			Timeout: 5 * time.Second, NumDigits: 1, FinishOnKey: NoKey,
			Prompts: []Prompt{says("To book an appointment, press 1. For a person, press 0."), Pause{Length: 3 * time.Second}},
		},
		Redirect{URL: "https://landline.example/twilio/voice/turn?t=1&l=en&s=1#rp=all&rc=2&rt=4500", Method: "POST"},
	},
	"speech": {
		Gather{
			Input: InputKeysAndSpeech, Action: "/turn", Method: "POST", Timeout: 8 * time.Second, SpeechTimeout: Auto,
			FinishOnKey: "#", Language: "en-GB", Hints: []string{"book", "cancel it", "dŵr"}, ActionOnEmptyResult: true,
			Prompts: []Prompt{Play{URL: "https://landline.example/sounds/ur/welcome.mp3", Loop: 2}, Play{Digits: "ww12#"}},
		},
		Gather{Input: InputSpeech, SpeechTimeout: 2 * time.Second, SpeechModel: "phone_call"},
	},
	"ssml": {
		Say{Voice: "Polly.Gwyneth", Language: "cy-GB", Loop: 2, Content: []Speech{
			P{[]Speech{S{[]Speech{Text("Mae eich apwyntiad am "), SayAs{As: "time", Format: "hms24", Text: "9:40"}, Text(".")}}}},
			Break{Time: 400 * time.Millisecond},
			Prosody{Rate: "85%", Pitch: "low", Volume: "loud", Content: []Speech{
				Text("Gyda Dr "), Sub{Alias: "Meddyg Teulu", Text: "GP"}, Text(" yn "),
				Lang{Language: "en-GB", Content: []Speech{Text("Riverside "), Prosody{Rate: "slow", Content: []Speech{Text("Surgery")}}}},
			}},
			Break{Strength: "x-strong"},
			Text(" Text after an element."),
		}},
	},
	"escapes": {
		Say{Content: []Speech{Text(`Tom & "Mary's" <b>5 > 4</b> ]]>` + "\ttab\nline\rreturn \u00a0 dŵr 😀"), Sub{Alias: `a"b<c>&'` + "\n", Text: "&"}}},
		Redirect{URL: "https://landline.example/x?a=1&b='2'"},
	},
	"record": {
		Record{Action: "/turn", Timeout: 4 * time.Second, MaxLength: 2 * time.Minute, FinishOnKey: "#", NoBeep: true,
			Trim: "trim-silence", RecordingCallback: "/recorded"},
		Record{FinishOnKey: NoKey},
	},
	"transfer": {
		Dial{
			Action: "/turn?t=7", Timeout: 25 * time.Second, TimeLimit: time.Hour, CallerID: "+441632960000",
			AnswerOnBridge: true, HangupOnStar: true, Sequential: true,
			Numbers: []DialNumber{
				{Number: "+441632960001", URL: "https://landline.example/twilio/voice/whisper", SendDigits: "w2",
					CallbackEvents: []string{"answered", "completed"}, StatusCallback: "/status"},
				{Number: "+441632960002"},
			},
		},
		Hangup{},
	},
	"reject":  {Reject{Reason: "busy"}},
	"enqueue": {Enqueue{Queue: "reception", Action: "/left", WaitURL: "/music"}},
	"pauses":  {Pause{}, Pause{Length: 2 * time.Second}},
}

var texts = map[string]Messages{
	"sms-empty":   nil,
	"sms-one":     {{Body: "Mary, your appointment is on Monday 3 March at 9.40am. Reply 1 to keep it, 2 to move it."}},
	"sms-options": {{Body: "Dŵr & \"bara\"\n<1>", To: "+447700900102", From: "+441632960000", Action: "/sent", Method: "POST", StatusCallback: "/status?d=1&x=2"}, {Body: "two"}},
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "twiml", name+".xml")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestEachDocumentIsWrittenToTheLetterAndReadBack(t *testing.T) {
	for name, response := range calls {
		t.Run(name, func(t *testing.T) {
			doc, err := response.TwiML()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, doc)
			back, err := ReadTwiML(doc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(response, back, revealNumbers); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, messages := range texts {
		t.Run(name, func(t *testing.T) {
			doc, err := messages.TwiML()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, doc)
			back, err := ReadMessages(doc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(messages, back, revealNumbers); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// revealNumbers makes a difference between two numbers of these tests legible.
var revealNumbers = cmp.Transformer("E164", func(n store.Number) string { return n.E164() })

func TestTheDocumentsKeepToTheCarriersSchema(t *testing.T) {
	var docs [][]byte
	for _, response := range calls {
		doc, err := response.TwiML()
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for len(docs) < 300 {
		if doc, err := someResponse(random).TwiML(); err == nil {
			docs = append(docs, doc)
		}
	}
	twimltest.Validate(t, docs...)
}

func TestAnAttributeIsAlwaysInItsPlace(t *testing.T) {
	first, err := calls["speech"].TwiML()
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if again, _ := calls["speech"].TwiML(); string(again) != string(first) {
			t.Fatal("the same response gives another document")
		}
	}
}

func TestWhatXMLCannotHoldIsLeftOut(t *testing.T) {
	doc, err := Response{Say{Content: []Speech{Text("a\x00b\x08c\x1b\uFFFEd\xffe\uFFFFf\u0085g")}}, Redirect{URL: "/x\x00y"}}.TwiML()
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Say      string
		Redirect string
	}
	if err := xml.Unmarshal(doc, &all); err != nil {
		t.Fatal(err)
	}
	if all.Say != "abcdef\u0085g" || all.Redirect != "/xy" {
		t.Errorf("%q %q", all.Say, all.Redirect)
	}
}

func TestWhatTheCarrierWouldRefuseIsNotWritten(t *testing.T) {
	hints := make([]string, 501)
	for i := range hints {
		hints[i] = "x"
	}
	long := func(voice string, n int) Response {
		return Response{Say{Voice: voice, Content: []Speech{Text(strings.Repeat("a", n))}}}
	}
	inGather := func(g Gather) Response { return Response{g} }
	for name, c := range map[string]struct {
		response Response
		verb     string
	}{
		"a Say too long for the basic voice":         {long("", 4097), "Say"},
		"a Say too long for Polly":                   {long("Polly.Amy", 3001), "Say"},
		"a Say too long for Google":                  {long("Google.en-GB-Standard-A", 4501), "Say"},
		"a Say too long for a voice unknown here":    {long("New.Voice", 3001), "Say"},
		"a Say too long in a URL, in Bengali":        {Response{Say{Content: []Speech{Text(strings.Repeat("ক", 501))}}}, "Say"},
		"a Say too long in a URL, in Arabic":         {Response{Say{Content: []Speech{Text(strings.Repeat("ب", 751))}}}, "Say"},
		"a Say within a Gather is held to it too":    {inGather(Gather{Prompts: []Prompt{long("", 4097)[0].(Say)}}), "Say"},
		"a document too long":                        {repeat(says(strings.Repeat("a", 2900)), 22), "Response"},
		"too many hints":                             {inGather(Gather{Hints: hints}), "Gather"},
		"a hint too long":                            {inGather(Gather{Hints: []string{strings.Repeat("ŵ", 101)}}), "Gather"},
		"a hint that is two":                         {inGather(Gather{Hints: []string{"a,b"}}), "Gather"},
		"half a second of timeout":                   {inGather(Gather{Timeout: 500 * time.Millisecond}), "Gather"},
		"a timeout before it began":                  {inGather(Gather{Timeout: -time.Second}), "Gather"},
		"auto with a model":                          {inGather(Gather{SpeechTimeout: Auto, SpeechModel: "phone_call"}), "Gather"},
		"an input that nobody knows":                 {inGather(Gather{Input: "smell"}), "Gather"},
		"a key that no telephone has":                {inGather(Gather{FinishOnKey: "x"}), "Gather"},
		"a method that nobody knows":                 {inGather(Gather{Method: "PATCH"}), "Gather"},
		"a nil prompt":                               {inGather(Gather{Prompts: []Prompt{nil}}), "Gather"},
		"a nil verb":                                 {Response{nil}, "Response"},
		"a nil part of speech":                       {Response{Say{Content: []Speech{nil}}}, "Say"},
		"a Reject that comes too late":               {Response{says("hello"), Reject{}}, "Reject"},
		"a reason that nobody knows":                 {Response{Reject{Reason: "tired"}}, "Reject"},
		"a Redirect to nowhere":                      {Response{Redirect{}}, "Redirect"},
		"a Play of nothing":                          {Response{Play{}}, "Play"},
		"a Dial to nobody":                           {Response{Dial{}}, "Dial"},
		"a Dial to a withheld number":                {Response{Dial{Numbers: []DialNumber{{}}}}, "Number"},
		"a queue without a name":                     {Response{Enqueue{}}, "Enqueue"},
		"a sentence in a sentence":                   {Response{Say{Content: []Speech{S{[]Speech{Prosody{Content: []Speech{S{}}}}}}}}, "s"},
		"a paragraph in a sentence":                  {Response{Say{Content: []Speech{S{[]Speech{P{}}}}}}, "p"},
		"a break of eleven seconds":                  {Response{Say{Content: []Speech{Break{Time: 11 * time.Second}}}}, "break"},
		"a say-as without what":                      {Response{Say{Content: []Speech{SayAs{Text: "1"}}}}, "say-as"},
		"a language without which":                   {Response{Say{Content: []Speech{Lang{}}}}, "lang"},
		"an SSML element counts in the URL":          {Response{Say{Voice: "Polly.Amy", Content: []Speech{Text(strings.Repeat("a", 2990)), Prosody{Rate: "slow", Content: manyBreaks(30)}}}}, "Say"},
		"a Pause that is not a whole second":         {Response{Pause{Length: time.Millisecond}}, "Pause"},
		"a recording trimmed some other way":         {Response{Record{Trim: "all"}}, "Record"},
		"a callback event that nobody ever heard of": {Response{Dial{Numbers: []DialNumber{{Number: "+441632960001", CallbackEvents: []string{"dreamt"}}}}}, "Number"},
	} {
		_, err := c.response.TwiML()
		var fault *TwiMLError
		if !errors.As(err, &fault) || fault.Verb != c.verb {
			t.Errorf("%s: got %v, want a fault in %s", name, err, c.verb)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("%s: the error shows what was to be said", name)
		}
	}
	for _, fits := range []Response{long("", 4096), long("Polly.Amy", 3000), long("Google.en-GB", 4500),
		{Say{Content: []Speech{Text(strings.Repeat("ক", 500))}}}, {Say{Content: []Speech{Text(strings.Repeat("ب", 750))}}}} {
		if _, err := fits.TwiML(); err != nil {
			t.Errorf("refused at the limit: %v", err)
		}
	}
	for _, body := range []string{"", strings.Repeat("ŵ", 1601)} {
		if _, err := (Messages{{Body: body}}).TwiML(); err == nil {
			t.Errorf("a text of %d characters is written", utf8.RuneCountInString(body))
		}
	}
}

func repeat(v Verb, n int) Response {
	var out Response
	for range n {
		out = append(out, v)
	}
	return out
}

func manyBreaks(n int) []Speech {
	var out []Speech
	for range n {
		out = append(out, Break{Time: 250 * time.Millisecond, Strength: "medium"})
	}
	return out
}

// plainly gives all text of a content, in order.
func plainly(content []Speech) string {
	var out strings.Builder
	for _, part := range content {
		switch p := part.(type) {
		case Text:
			out.WriteString(string(p))
		case SayAs:
			out.WriteString(p.Text)
		case Sub:
			out.WriteString(p.Text)
		case Prosody:
			out.WriteString(plainly(p.Content))
		case S:
			out.WriteString(plainly(p.Content))
		case P:
			out.WriteString(plainly(p.Content))
		case Lang:
			out.WriteString(plainly(p.Content))
		}
	}
	return out.String()
}

func TestALongSayIsDividedWhereASpeakerWouldBreathe(t *testing.T) {
	sentence := "Mae eich apwyntiad ddydd Llun am ugain munud i ddeg. "
	short := says("Hello. ")
	if parts, err := short.Split(); err != nil || len(parts) != 1 {
		t.Errorf("what fits becomes %d: %v", len(parts), err)
	}
	for name, content := range map[string][]Speech{
		"sentences":            {Text(strings.Repeat(sentence, 150))},
		"words only":           {Text(strings.Repeat("bore da ", 1000))},
		"one endless word":     {Text(strings.Repeat("ŵ", 5000))},
		"Bengali":              {Text(strings.Repeat("ক্ষমা করবেন। ", 100))},
		"within slow speech":   {Prosody{Rate: "slow", Content: []Speech{Text(strings.Repeat(sentence, 90)), Break{Time: time.Second}, Text(sentence)}}},
		"within three of them": {P{[]Speech{S{[]Speech{Lang{Language: "en-GB", Content: []Speech{Text(strings.Repeat(sentence, 90))}}}}}}},
		"many parts":           {Text(strings.Repeat(sentence, 40)), SayAs{As: "digits", Text: "12"}, Text(strings.Repeat(sentence, 40)), Break{}, Text(sentence)},
	} {
		say := Say{Voice: "Polly.Gwyneth", Language: "cy-GB", Content: content}
		if _, err := (Response{say}).TwiML(); err == nil {
			t.Errorf("%s: is not too long to begin with", name)
		}
		parts, err := say.Split()
		if err != nil || len(parts) < 2 {
			t.Errorf("%s: %d parts, %v", name, len(parts), err)
			continue
		}
		var all string
		for i, part := range parts {
			if _, err := (Response{part}).TwiML(); err != nil {
				t.Errorf("%s, part %d: %v", name, i, err)
			}
			if part.Voice != say.Voice || part.Language != say.Language {
				t.Errorf("%s, part %d: another voice", name, i)
			}
			all += plainly(part.Content)
			if name == "sentences" && !strings.HasSuffix(plainly(part.Content), ". ") {
				t.Errorf("part %d does not end with a sentence", i)
			}
		}
		if all != plainly(content) {
			t.Errorf("%s: words are lost or changed", name)
		}
	}
	if _, err := (Say{Content: []Speech{SayAs{As: "digits", Text: strings.Repeat("1", 5000)}}}).Split(); err == nil {
		t.Error("digits are torn in two")
	}
}

func TestADocumentThatTheCarrierWouldNotUnderstandIsNotRead(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":                     ``,
		"no Response":                 `<Reply/>`,
		"a name in the wrong case":    `<Response><say>hi</say></Response>`,
		"two Responses":               `<Response/><Response/>`,
		"an unknown verb":             `<Response><Sing/></Response>`,
		"text between verbs":          `<Response>hello<Hangup/></Response>`,
		"text around it":              `hello<Response/>`,
		"a Dial in a Gather":          `<Response><Gather><Dial>+441632960001</Dial></Gather></Response>`,
		"text in a Gather":            `<Response><Gather>press 1</Gather></Response>`,
		"an unknown element in a Say": `<Response><Say><blink>hi</blink></Say></Response>`,
		"the misspelt say-as":         `<Response><Say><SayAs interpretAs="digits">1</SayAs></Say></Response>`,
		"not closed":                  `<Response><Say>hi</Response>`,
		"a timeout that is no number": `<Response><Gather timeout="soon"/></Response>`,
		"a negative timeout":          `<Response><Gather timeout="-1"/></Response>`,
		"a flag that is none":         `<Response><Dial answerOnBridge="perhaps">+441632960001</Dial></Response>`,
		"a document type":             `<!DOCTYPE x [<!ENTITY a "b">]><Response/>`,
		"an entity from nowhere":      `<Response><Say>&a;</Say></Response>`,
		"too deep":                    strings.Repeat("<Response>", 40) + strings.Repeat("</Response>", 40),
		"too long":                    `<Response><Say>` + strings.Repeat("a", MaxDocument) + `</Say></Response>`,
		"a namespace":                 `<Response xmlns="https://x.example"><Hangup/></Response>`,
	} {
		if _, err := ReadTwiML([]byte(doc)); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
	if _, err := ReadMessages([]byte(`<Response><Say>hi</Say></Response>`)); err == nil {
		t.Error("a text is spoken")
	}
	if _, err := ReadTwiML([]byte(`<Response><Message>hi</Message></Response>`)); err == nil {
		t.Error("a call is texted")
	}
}

func TestAttributesNobodyKnowsAndOtherSpellingsAreRead(t *testing.T) {
	doc := `<?xml version="1.0"?><!-- a remark --><Response>
  <Gather input="speech dtmf" hints="one, two" bargeIn="true" enhanced="true"><Say>a<!-- b -->c</Say></Gather>
  <Dial record="do-not-record"> +441632960001 </Dial>
</Response>`
	got, err := ReadTwiML([]byte(doc))
	want := Response{
		Gather{Input: InputKeysAndSpeech, Hints: []string{"one", "two"}, Prompts: []Prompt{Say{Content: []Speech{Text("ac")}}}},
		Dial{Numbers: []DialNumber{{Number: "+441632960001"}}},
	}
	if diff := cmp.Diff(want, got, revealNumbers); diff != "" || err != nil {
		t.Error(diff, err)
	}
	messages, err := ReadMessages([]byte(`<Response><Message><Body>Hello</Body></Message></Response>`))
	if err != nil || len(messages) != 1 || messages[0].Body != "Hello" {
		t.Error(messages, err)
	}
}

func BenchmarkTwiML(b *testing.B) {
	for _, name := range []string{"menu", "ssml"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := calls[name].TwiML(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadTwiML(b *testing.B) {
	doc, err := calls["menu"].TwiML()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadTwiML(doc); err != nil {
			b.Fatal(err)
		}
	}
}
