package twilio

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// someResponse makes a response at random, of every verb and attribute.
func someResponse(r *rand.Rand) Response {
	var out Response
	for range 1 + r.IntN(4) {
		switch r.IntN(8) {
		case 0:
			out = append(out, somePrompt(r))
		case 1, 2:
			g := Gather{
				Input: pick(r, "", InputKeys, InputSpeech, InputKeysAndSpeech), Action: pick(r, "", "/turn?t=1&l=cy", "https://x.example/#a"),
				Method: pick(r, "", "POST", "GET"), Timeout: time.Duration(r.IntN(9)) * time.Second,
				SpeechTimeout: pick(r, 0, Auto, 3*time.Second), NumDigits: r.IntN(3), FinishOnKey: pick(r, "", NoKey, "#", "*"),
				Language: pick(r, "", "en-GB"), Hints: pick(r, nil, []string{"one"}, []string{"dau", "tri & \"pedwar\""}),
				ActionOnEmptyResult: r.IntN(2) == 0,
			}
			for range r.IntN(3) {
				g.Prompts = append(g.Prompts, somePrompt(r))
			}
			out = append(out, g)
		case 3:
			out = append(out, Record{Action: pick(r, "", "/r"), MaxLength: time.Duration(r.IntN(100)) * time.Second, FinishOnKey: pick(r, "", NoKey, "1#"), NoBeep: r.IntN(2) == 0})
		case 4:
			d := Dial{Action: pick(r, "", "/d"), AnswerOnBridge: r.IntN(2) == 0, CallerID: pick[store.Number](r, "", "+441632960000")}
			for range 1 + r.IntN(2) {
				d.Numbers = append(d.Numbers, DialNumber{Number: "+441632960001", URL: pick(r, "", "/w"), CallbackEvents: pick(r, nil, []string{"ringing", "answered"})})
			}
			out = append(out, d)
		case 5:
			out = append(out, Redirect{URL: "/x?a=1&b=2", Method: pick(r, "", "GET")})
		case 6:
			out = append(out, Enqueue{Queue: someText(r) + "q", WaitURL: pick(r, "", "/w")})
		case 7:
			out = append(out, Hangup{})
		}
	}
	return out
}

func somePrompt(r *rand.Rand) Prompt {
	switch r.IntN(4) {
	case 0:
		return Play{URL: "https://x.example/a.mp3", Loop: r.IntN(3)}
	case 1:
		return Pause{Length: time.Duration(r.IntN(4)) * time.Second}
	}
	return Say{Voice: pick(r, "", "Polly.Amy-Neural"), Language: pick(r, "", "cy-GB"), Loop: r.IntN(2), Content: someSpeech(r, 0, false, false)}
}

func someSpeech(r *rand.Rand, level int, inS, inP bool) []Speech {
	var out []Speech
	for range r.IntN(4) {
		if n := len(out); n == 0 || out[n-1] != nil {
			if _, text := last(out).(Text); !text { // two texts in a row are read as one
				out = append(out, Text(someText(r)+"."))
			}
		}
		if level > 3 {
			continue
		}
		switch k := r.IntN(7); {
		case k == 0:
			out = append(out, Break{Time: time.Duration(r.IntN(900)) * time.Millisecond, Strength: pick(r, "", "weak")})
		case k == 1:
			out = append(out, Prosody{Rate: pick(r, "", "85%"), Pitch: pick(r, "", "low"), Content: someSpeech(r, level+1, inS, inP)})
		case k == 2:
			out = append(out, SayAs{As: "digits", Format: pick(r, "", "dmy"), Text: someText(r)})
		case k == 3:
			out = append(out, Sub{Alias: someText(r), Text: someText(r)})
		case k == 4 && !inS && level == 0:
			out = append(out, S{someSpeech(r, level+1, true, inP)})
		case k == 5 && !inS && !inP && level == 0:
			out = append(out, P{someSpeech(r, level+1, inS, true)})
		case k == 6:
			out = append(out, Lang{Language: "en-GB", Content: someSpeech(r, level+1, inS, inP)})
		}
	}
	return out
}

func last(parts []Speech) Speech {
	if len(parts) == 0 {
		return nil
	}
	return parts[len(parts)-1]
}

func someText(r *rand.Rand) string {
	alphabet := []rune("ab <>&'\"]\t\n\rŵক😀\u00a0\u2028é")
	out := make([]rune, r.IntN(6))
	for i := range out {
		out[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(out)
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// What is written is read back as it was.
func FuzzRoundTrip(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed*7)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		response := someResponse(rand.New(rand.NewPCG(a, b)))
		doc, err := response.TwiML()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadTwiML(doc)
		if err != nil {
			t.Fatalf("%v\n%s", err, doc)
		}
		if diff := cmp.Diff(response, back, revealNumbers); diff != "" {
			t.Fatalf("%s\n%s", diff, doc)
		}
	})
}

// Whatever can be read is written and read as the same.
func FuzzReadTwiML(f *testing.F) {
	for _, response := range calls {
		doc, err := response.TwiML()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Add([]byte(`<Response><Say>a<![CDATA[b]]>&#x41;</Say></Response>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		ReadMessages(doc)
		response, err := ReadTwiML(doc)
		if err != nil {
			return
		}
		written, err := response.TwiML()
		if err != nil {
			return // the carrier's other rules: an empty Redirect, a Say too long
		}
		back, err := ReadTwiML(written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		again, err := back.TwiML()
		if err != nil || !bytes.Equal(written, again) {
			t.Fatalf("%v\n%s\n%s", err, written, again)
		}
	})
}

// Whatever is to be said comes out whole and within the limits.
func FuzzSplit(f *testing.F) {
	f.Add("Hello. How are you? ", 400)
	f.Add("ক্ষমা ", 300)
	f.Add("\u200d\u0300", 900)
	f.Fuzz(func(t *testing.T, text string, times int) {
		if times < 1 || times > 2000 || len(text) == 0 || len(text)*times > 40000 {
			return
		}
		text = legal(text)
		say := Say{Voice: "Polly.Amy", Content: []Speech{Text(repeated(text, times))}}
		parts, err := say.Split()
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, part := range parts {
			if _, err := (Response{part}).TwiML(); err != nil {
				t.Fatal(err)
			}
			all += plainly(part.Content)
		}
		if all != repeated(text, times) {
			t.Fatal("words are lost or changed")
		}
	})
}

func repeated(s string, n int) string { return string(bytes.Repeat([]byte(s), n)) }
