package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"landline/store"
)

var conversationTests = map[string]func(*world){
	"New": newTurn, "Again": turnAgain, "TakenOver": turnTakenOver, "Busy": turnBusy, "Stale": turnStale,
	"LostState": turnLostState, "OldText": turnOldText, "OtherContent": turnOtherContent, "Load": loadTurn,
	"Forgotten": turnForgotten, "Replayed": turnReplayed, "KnownForLong": turnKnownForLong, "TwoAtOnce": turnTwoAtOnce, "JumpsBack": turnJumpsBack,
}

// claim claims turn n of the call for the nth input, or the given text for any.
func (w *world) claim(id store.ConversationID, input store.InputID, turn int, want store.ClaimState) store.Turn {
	w.Helper()
	t, err := w.Conversations.ClaimTurn(w.ctx, store.TurnClaim{Conversation: id, Input: input, Turn: turn, Content: "said " + string(input), Now: w.now})
	if err != nil {
		w.Fatal(err)
	}
	if t.State != want {
		w.Fatalf("%s: state %s, want %s", input, t.State, want)
	}
	return t
}

func (w *world) save(id store.ConversationID, input store.InputID, n int, want error) {
	w.Helper()
	err := w.Conversations.SaveTurn(w.ctx, store.TurnSave{
		Conversation: id, Input: input, Number: n, Now: w.now,
		State: fmt.Appendf(nil, "state after %s", input), Reply: fmt.Appendf(nil, "reply to %s", input),
	})
	if !errors.Is(err, want) {
		w.Fatalf("saving %s: %v, want %v", input, err, want)
	}
}

func (w *world) holds(t store.Turn, number int, state, reply string) {
	w.Helper()
	if t.Number != number || string(t.Conversation) != state || string(t.Reply) != reply {
		w.Errorf("turn %d, %q, %q; want %d, %q, %q", t.Number, t.Conversation, t.Reply, number, state, reply)
	}
}

func newTurn(w *world) {
	t := w.claim("call-1", "in-0", 0, store.ClaimTaken)
	w.holds(t, 0, "", "")
	if t.Conversation != nil || !t.Now.Equal(w.now) {
		w.Errorf("a new turn: %+v", t)
	}
	w.save("call-1", "in-0", 0, nil)
	w.now = w.now.Add(time.Minute)
	t = w.claim("call-1", "in-1", 1, store.ClaimTaken)
	w.holds(t, 1, "state after in-0", "reply to in-0")
	if !t.Saved.Equal(w.now.Add(-time.Minute)) {
		w.Errorf("saved at %v", t.Saved)
	}
	w.holds(w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken), 0, "", "")
}

// The same input again gets the same reply.
func turnAgain(w *world) {
	w.claim("call-1", "in-0", 0, store.ClaimTaken)
	w.save("call-1", "in-0", 0, nil)
	w.holds(w.claim("call-1", "in-0", 0, store.ClaimAnswered), 0, "state after in-0", "reply to in-0")
	w.save("call-1", "in-0", 0, store.ErrLost)
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken)
	w.save("text-1", "sm-0", 0, nil)
	w.holds(w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimAnswered), 0, "state after sm-0", "reply to sm-0")
}

// A retry takes the turn over from a process that died, with the time at which
// it began; whoever saves first has it.
func turnTakenOver(w *world) {
	w.claim("call-1", "in-0", 0, store.ClaimTaken)
	began := w.now
	w.now = w.now.Add(20*time.Second + time.Nanosecond)
	if t := w.claim("call-1", "in-0", 0, store.ClaimTaken); !t.Now.Equal(began) {
		w.Errorf("taken over at %v, want %v", t.Now, began)
	}
	w.save("call-1", "in-0", 0, nil)
	w.save("call-1", "in-0", 0, store.ErrLost)
}

func turnTwoAtOnce(w *world) {
	for n := range 20 {
		input := store.InputID(fmt.Sprint("in-", n))
		var saved, lost int
		var mu sync.Mutex
		var claimed, done sync.WaitGroup
		claimed.Add(2)
		for range 2 {
			done.Go(func() {
				t, err := w.Conversations.ClaimTurn(w.ctx, store.TurnClaim{Conversation: "call-1", Input: input, Turn: n, Now: w.now})
				claimed.Done()
				claimed.Wait()
				if err != nil || t.State != store.ClaimTaken || !t.Now.Equal(w.now) {
					w.Errorf("%+v, %v", t, err)
				}
				err = w.Conversations.SaveTurn(w.ctx, store.TurnSave{Conversation: "call-1", Input: input, Number: n, Now: w.now})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					saved++
				case errors.Is(err, store.ErrLost):
					lost++
				default:
					w.Error(err)
				}
			})
		}
		done.Wait()
		if saved != 1 || lost != 1 {
			w.Fatalf("turn %d: %d saved, %d lost", n, saved, lost)
		}
	}
}

// Another input waits for its own turn, until the claim is given up.
func turnBusy(w *world) {
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken)
	w.now = w.now.Add(store.ClaimFor - time.Millisecond)
	w.claim("text-1", "sm-1", store.AnyTurn, store.ClaimBusy)
	w.save("text-1", "sm-1", 0, store.ErrLost)
	w.now = w.now.Add(time.Millisecond)
	w.claim("text-1", "sm-1", store.AnyTurn, store.ClaimTaken)
	w.save("text-1", "sm-0", 0, store.ErrLost)
	w.save("text-1", "sm-1", 0, nil)
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken) // it was never answered
}

func turnStale(w *world) {
	for n := range 3 {
		input := store.InputID(fmt.Sprint("in-", n))
		w.claim("call-1", input, n, store.ClaimTaken)
		w.save("call-1", input, n, nil)
	}
	w.holds(w.claim("call-1", "in-1", 1, store.ClaimStale), 3, "state after in-2", "reply to in-2")
	w.holds(w.claim("call-1", "never-seen", 2, store.ClaimStale), 3, "state after in-2", "reply to in-2")
	w.holds(w.claim("call-1", "in-2", 2, store.ClaimAnswered), 2, "state after in-2", "reply to in-2")
	// Also while the next turn is under way.
	w.claim("call-1", "in-3", 3, store.ClaimTaken)
	w.claim("call-1", "in-0", 0, store.ClaimStale)
	w.claim("call-1", "in-2", 2, store.ClaimAnswered)
}

// The caller is further than we remember: begin anew, where they are.
func turnLostState(w *world) {
	w.claim("call-1", "in-0", 0, store.ClaimTaken)
	w.save("call-1", "in-0", 0, nil)
	w.claim("call-1", "in-1", 1, store.ClaimTaken)
	t := w.claim("call-1", "in-4", 4, store.ClaimTaken)
	if t.Conversation != nil || t.Number != 4 {
		w.Errorf("turn %d, %q", t.Number, t.Conversation)
	}
	w.save("call-1", "in-1", 1, store.ErrLost)
	w.save("call-1", "in-4", 4, nil)
	w.holds(w.claim("call-1", "in-5", 5, store.ClaimTaken), 5, "state after in-4", "reply to in-4")
	if t := w.claim("call-2", "in-7", 7, store.ClaimTaken); t.Conversation != nil || t.Number != 7 {
		w.Errorf("turn %d of an unknown call, %q", t.Number, t.Conversation)
	}
}

// A text that comes late once more is no new turn.
func turnOldText(w *world) {
	for n := range 20 {
		input := store.InputID(fmt.Sprint("sm-", n))
		w.claim("text-1", input, store.AnyTurn, store.ClaimTaken)
		w.save("text-1", input, n, nil)
	}
	for n := range 19 {
		w.holds(w.claim("text-1", store.InputID(fmt.Sprint("sm-", n)), store.AnyTurn, store.ClaimStale), 20, "state after sm-19", "reply to sm-19")
	}
	w.claim("text-1", "sm-19", store.AnyTurn, store.ClaimAnswered)
}

// An input that comes again with other content is never performed.
func turnOtherContent(w *world) {
	other := func(want store.ClaimState) {
		w.Helper()
		t, err := w.Conversations.ClaimTurn(w.ctx, store.TurnClaim{Conversation: "call-1", Input: "in-0", Content: "another", Now: w.now})
		if err != nil || t.State != want {
			w.Errorf("%s, %v, want %s", t.State, err, want)
		}
	}
	w.claim("call-1", "in-0", 0, store.ClaimTaken)
	other(store.ClaimStale)
	w.save("call-1", "in-0", 0, nil)
	other(store.ClaimStale)
}

func loadTurn(w *world) {
	if _, err := w.Conversations.LoadConversation(w.ctx, "call-1"); !errors.Is(err, store.ErrNotFound) {
		w.Error(err)
	}
	w.claim("call-1", "in-0", 0, store.ClaimTaken)
	if _, err := w.Conversations.LoadConversation(w.ctx, "call-1"); !errors.Is(err, store.ErrNotFound) {
		w.Error("claimed and not saved:", err)
	}
	w.save("call-1", "in-0", 0, nil)
	t, err := w.Conversations.LoadConversation(w.ctx, "call-1")
	if err != nil {
		w.Fatal(err)
	}
	w.holds(t, 1, "state after in-0", "reply to in-0")
	if !t.Saved.Equal(w.now) {
		w.Errorf("saved at %v", t.Saved)
	}
}

// A conversation that was left for too long begins anew, by our clock.
func turnForgotten(w *world) {
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken)
	w.save("text-1", "sm-0", 0, nil)
	w.now = w.now.Add(store.ConversationKept)
	w.claim("text-1", "sm-1", store.AnyTurn, store.ClaimTaken)
	w.save("text-1", "sm-1", 1, nil)
	w.now = w.now.Add(store.ConversationKept + time.Millisecond)
	w.holds(w.claim("text-1", "sm-2", store.AnyTurn, store.ClaimTaken), 0, "", "")
}

// What was answered is no new input once the conversation is forgotten: who
// kept an old text does not have it acted on again.
func turnReplayed(w *world) {
	for n := range 3 {
		input := store.InputID(fmt.Sprint("sm-", n))
		w.claim("text-1", input, store.AnyTurn, store.ClaimTaken)
		w.save("text-1", input, n, nil)
	}
	for _, later := range []time.Duration{store.ConversationKept + time.Hour, 24 * time.Hour, store.InputsKept - 30*time.Hour} {
		w.now = w.now.Add(later)
		for n := range 3 {
			w.holds(w.claim("text-1", store.InputID(fmt.Sprint("sm-", n)), store.AnyTurn, store.ClaimStale), 0, "", "")
		}
	}
	// Another conversation's inputs are its own, and new ones are welcome.
	w.claim("text-2", "sm-0", store.AnyTurn, store.ClaimTaken)
	w.holds(w.claim("text-1", "sm-9", store.AnyTurn, store.ClaimTaken), 0, "", "")
	w.save("text-1", "sm-9", 0, nil)
	w.holds(w.claim("text-1", "sm-1", store.AnyTurn, store.ClaimStale), 1, "state after sm-9", "reply to sm-9")
	w.claim("text-1", "sm-9", store.AnyTurn, store.ClaimAnswered)
}

// A text is known for longer than the rest.
func turnKnownForLong(w *world) {
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimTaken)
	err := w.Conversations.SaveTurn(w.ctx, store.TurnSave{Conversation: "text-1", Input: "sm-0", Known: store.TextsKept, Now: w.now})
	if err != nil {
		w.Fatal(err)
	}
	w.now = w.now.Add(store.TextsKept - time.Hour)
	w.claim("text-1", "sm-0", store.AnyTurn, store.ClaimStale)
}

// ledger lines

func (w *world) leave(id store.ConversationID, n int, subjects ...store.PersonID) {
	w.Helper()
	input := store.InputID(fmt.Sprint("in-", n))
	w.claim(id, input, n, store.ClaimTaken)
	s := store.TurnSave{Conversation: id, Input: input, Number: n, Now: w.now}
	for i, p := range subjects {
		s.Lines = append(s.Lines, store.LedgerLine{
			ID: fmt.Sprint(id, "-", n, "-", i), At: w.now, Conversation: id, Actor: p, Subject: p, What: "book-slot", Verdict: store.Done,
		})
	}
	if err := w.Conversations.SaveTurn(w.ctx, s); err != nil {
		w.Fatal(err)
	}
}

func (w *world) chain(limit, want int) {
	w.Helper()
	if n, err := w.Ledger.Chain(w.ctx, limit); err != nil || n != want {
		w.Fatalf("chained %d, %v, want %d", n, err, want)
	}
}

func (w *world) lines(p store.PersonID, limit int) []string {
	w.Helper()
	lines, err := w.Ledger.Lines(w.ctx, p, limit)
	if err != nil {
		w.Fatal(err)
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.ID
		if l.Subject != p || !l.At.Equal(Now) {
			w.Errorf("a line of %s: %+v", p, l)
		}
	}
	return out
}
