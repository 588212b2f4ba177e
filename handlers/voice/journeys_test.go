package voice_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"landline/flows"
	"landline/flows/journeys"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/handlers/twilio/twimltest"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
)

// calls is the world of the journeys with calls alone, and one sample of each
// verdict; of results and questions, which are told in different states, all.
type calls struct{ journeys.Samples }

func (w calls) Starts() []flows.Conversation {
	return slices.DeleteFunc(w.Samples.Starts(), func(c flows.Conversation) bool { return c.Channel != store.Voice })
}

// textAlone are the states that no call comes to.
var textAlone = []flows.Frame{{Journey: "identify", State: "pin-by-text"}, {Journey: "identify", State: "places"},
	{Journey: "person", State: "write"}, {Journey: "person", State: "goodbye-text"},
	{Journey: "outgoing", State: "text"}, {Journey: "outgoing", State: "asks"},
	{Journey: "outgoing", State: "message"}, {Journey: "outgoing", State: "ring-now"}, {Journey: "outgoing", State: "rung"}, {Journey: "outgoing", State: "offer"},
	{Journey: "identify", State: "will-ring"}, {Journey: "invited", State: "text"}, {Journey: "invited", State: "rung"}, {Journey: "questions", State: "type"}}

func (w calls) Outcomes(r store.Request, v flows.View) []store.Outcome {
	switch r.(type) {
	case store.HearResult, store.FindQuestion, store.AnswerNotice, store.HearNews, store.ListGrants:
		return w.Samples.Outcomes(r, v)
	}
	var last []store.Outcome
	for _, o := range w.Samples.Outcomes(r, v) {
		last = slices.DeleteFunc(last, func(l store.Outcome) bool { return l.Verdict == o.Verdict })
		last = append(last, o)
	}
	return last
}

// Every state of every journey that a caller can hear makes a document that
// the carrier's schema allows, in each language.
func TestEveryStateMakesADocumentThatTheCarrierTakes(t *testing.T) {
	t.Parallel()
	if raceDetected {
		t.Skip("walked without the race detector alone")
	}
	words, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	book := journeys.Book()
	walk, err := flows.NewWalk(flows.NewEngine(book, words, journeys.Samples{}.Practice()), calls{})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := twilio.NewVerifier(public, token)
	if err != nil {
		t.Fatal(err)
	}
	links, err := twilio.NewLinks(public)
	if err != nil {
		t.Fatal(err)
	}
	var reply flows.Reply
	speaks := &fake{take: func(a runner.Arrival) (runner.Taken, error) { return runner.Taken{Reply: reply, Next: a.Turn + 1}, nil }}
	h, err := voice.New(voice.Config{
		Runner: speaks, Words: words, Limits: admits(store.Admitted), Verifier: verifier, Links: links, Reception: reception,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, router: twilio.Router(slog.New(slog.DiscardHandler))}
	h.Routes(l.router)

	var docs [][]byte
	seen, heard := map[string]bool{}, map[flows.Frame]bool{}
	for _, s := range walk.Sessions {
		top := s.Conversation.Top()
		id := fmt.Sprint(top, s.Reply.Then, len(s.Reply.Lines), s.Reply.Slow)
		if s.Reply.Then == "" || seen[id] {
			continue
		}
		seen[id], heard[top] = true, true
		for _, lang := range prompts.Languages() {
			reply = s.Reply
			reply.Language = lang
			docs = append(docs, []byte(l.post("/twilio/voice", form())))
		}
	}
	for _, j := range book.Journeys {
		for _, s := range j.States {
			speaks := s.Wait != nil || s.Transfer != nil || s.End
			at := flows.Frame{Journey: j.Name, State: s.Name}
			if speaks && !heard[at] && !slices.Contains(textAlone, at) {
				t.Errorf("%s/%s was not heard", j.Name, s.Name)
			}
		}
	}
	t.Logf("%d documents of %d states", len(docs), len(heard))
	twimltest.Validate(t, docs...)
}
