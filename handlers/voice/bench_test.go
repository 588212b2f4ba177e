package voice_test

import (
	"net/http/httptest"
	"testing"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
)

// BenchmarkTurn is a webhook from its bytes to its document, but for the turn
// itself: form, signature, words, TwiML.
func BenchmarkTurn(b *testing.B) {
	reply := flows.Reply{
		Language: "en", Then: flows.Wait, Collect: flows.Collect{OneKey: true, Speech: true, Hints: []string{"book", "cancel"}},
		Lines: []prompts.Line{prompts.Say("hello"), prompts.Say("named", prompts.Text("Name", "Mary")), prompts.Say("welsh")},
	}
	l := newLine(b, takes(func() (runner.Taken, error) { return runner.Taken{Reply: reply, Next: 4}, nil }))
	f := form("Digits", "1")
	body, signature := f.Encode(), signed("/twilio/voice/turn?t=3&l=en", f).Header
	b.ReportAllocs()
	for b.Loop() {
		r := signedAs(body, signature)
		w := httptest.NewRecorder()
		l.router.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
