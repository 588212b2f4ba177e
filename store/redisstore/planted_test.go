package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// defence is something that a promise of the store rests on.
type defence struct {
	name string
	// holds says what is wrong with the promise, on an empty store.
	holds func(context.Context, *redisstore.Store) error
	// take takes the defence away.
	take func(testing.TB, *redisstore.Store)
}

// defences are those that are the store's.
var defences = []defence{
	{"a turn is saved once", savedOnce, without("save", "if f[2] ~= ARGV[1] or f[1] ~= ARGV[2] then return 0 end", "")},
	{"a turn is saved by whoever has it", savedByWhoHasIt, without("save", "f[2] ~= ARGV[1] or ", "")},
	{"a turn is saved under its number", savedUnderItsNumber, without("save", " or f[1] ~= ARGV[2]", "")},
	{"an input that was answered has a MAC", answeredAsAsked, without("claim", "if f[6] == print then", "if true then")},
	{"an input that is being answered has a MAC", takenAsAsked, without("claim", "if f[8] ~= print then", "if false then")},
	{"a turn that is over stays over", overStaysOver, without("claim", "if turn >= 0 and turn < n then", "if false then")},
	{"what was answered is known", answeredIsKnown, without("claim", "if redis.call('ZSCORE', KEYS[2], input) then", "if false then")},
	{"a write has an id", writtenOnce, without("book", "if was then return was end", "")},
	{"a slot is given once", givenOnce, without("book", "not redis.call('ZSCORE', KEYS[3], ARGV[4])", "false")},
	{"a value opens in its place alone", opensInItsPlace, func(_ testing.TB, s *redisstore.Store) { redisstore.SealAnywhere(s) }},
}

// Each promise is kept, and no longer if the defence behind it is taken away.
func TestADefenceTakenAwayIsNoticed(t *testing.T) {
	for _, d := range defences {
		t.Run(d.name, func(t *testing.T) {
			on(t, func(t *testing.T, url string) {
				keys := newKeyset(t)
				s := openWith(t, url, keys)
				if err := d.holds(t.Context(), s); err != nil {
					t.Errorf("with it: %v", err)
				}
				bare := openWith(t, url, keys)
				if err := bare.Client().FlushDB(t.Context()).Err(); err != nil { // of this test's own
					t.Fatal(err)
				}
				d.take(t, bare)
				if d.holds(t.Context(), bare) == nil {
					t.Error("without it: nobody notices")
				}
			})
		})
	}
}

// without replaces a line of a script, or a part of one, that must be there
// exactly once.
func without(name, part, instead string) func(testing.TB, *redisstore.Store) {
	return func(t testing.TB, s *redisstore.Store) {
		t.Helper()
		text, sha := redisstore.Script(name)
		if n := strings.Count(text, part); n != 1 {
			t.Fatalf("%s.lua has %q %d times: take away what stands there now", name, part, n)
		}
		other, err := s.Client().ScriptLoad(t.Context(), strings.Replace(text, part, instead, 1)).Result()
		if err != nil {
			t.Fatal(err)
		}
		s.Client().AddHook(&substitute{sha, other})
	}
}

// substitute has another script run in the place of one.
type substitute struct{ sha, other string }

func (u *substitute) put(c redis.Cmder) {
	if args := c.Args(); args[0] == "evalsha" && args[1] == u.sha {
		args[1] = u.other
	}
}

func (u *substitute) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (u *substitute) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, c redis.Cmder) error { u.put(c); return next(ctx, c) }
}

func (u *substitute) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, list []redis.Cmder) error {
		for _, c := range list {
			u.put(c)
		}
		return next(ctx, list)
	}
}

// claims claims a turn and says if that came to anything else than it should.
func claims(ctx context.Context, s *redisstore.Store, input store.InputID, turn int, said string, later time.Duration, want store.ClaimState) error {
	got, err := s.ClaimTurn(ctx, store.TurnClaim{
		Conversation: "call-1", Input: input, Turn: turn, Content: said, Now: storetest.Now.Add(later),
	})
	if err == nil && got.State != want {
		err = fmt.Errorf("%s, %q, is %s, want %s", input, said, got.State, want)
	}
	return err
}

func saves(ctx context.Context, s *redisstore.Store, input store.InputID, number int, state string, want error) error {
	err := s.SaveTurn(ctx, store.TurnSave{
		Conversation: "call-1", Input: input, Number: number, State: []byte(state), Reply: []byte("reply"), Now: storetest.Now,
	})
	if errors.Is(err, want) {
		return nil
	}
	return fmt.Errorf("saving %q of %s: %w", state, input, err)
}

// first is the first fault, if there is any; each is looked for only if those
// before are not there.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Two processes take one turn for one input; one saves.
func savedOnce(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
		func() error { return saves(ctx, s, "in-0", 0, "one", nil) },
		func() error { return saves(ctx, s, "in-0", 0, "another", store.ErrLost) },
	)
}

// Who took too long has lost the turn to whoever took it over.
func savedByWhoHasIt(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "slow", 0, "1", 0, store.ClaimTaken) },
		func() error { return claims(ctx, s, "quick", 0, "2", store.ClaimFor, store.ClaimTaken) },
		func() error { return saves(ctx, s, "slow", 0, "slow", store.ErrLost) },
		func() error { return saves(ctx, s, "quick", 0, "quick", nil) },
	)
}

// A conversation that was lost begins anew at another turn: who works on the
// old one has lost it, whatever the input.
func savedUnderItsNumber(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in", 5, "1", 0, store.ClaimTaken) },
		func() error { return saves(ctx, s, "in", 4, "of before", store.ErrLost) },
		func() error { return saves(ctx, s, "in", 5, "of now", nil) },
	)
}

// The name of an input that was answered, with other content, does not get the
// answer.
func answeredAsAsked(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
		func() error { return saves(ctx, s, "in-0", 0, "one", nil) },
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimAnswered) },
		func() error { return claims(ctx, s, "in-0", 0, "2", 0, store.ClaimStale) },
	)
}

// Nor does it get the turn while that is being taken.
func takenAsAsked(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
		func() error { return claims(ctx, s, "in-0", 0, "2", 0, store.ClaimStale) },
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
	)
}

// Another input for a turn that was taken comes too late.
func overStaysOver(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in-0", 0, "1", 0, store.ClaimTaken) },
		func() error { return saves(ctx, s, "in-0", 0, "one", nil) },
		func() error { return claims(ctx, s, "late", 0, "2", 0, store.ClaimStale) },
	)
}

// What was answered is not taken anew, also once its conversation is forgotten.
func answeredIsKnown(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return claims(ctx, s, "in-0", store.AnyTurn, "1", 0, store.ClaimTaken) },
		func() error { return saves(ctx, s, "in-0", 0, "one", nil) },
		func() error {
			return claims(ctx, s, "in-0", store.AnyTurn, "1", store.ConversationKept+time.Minute, store.ClaimStale)
		},
	)
}

// books books Tom's first appointment with the nurse for somebody.
func books(ctx context.Context, s *redisstore.Store, who store.PersonID, want store.Verdict) error {
	out, err := s.Perform(ctx, store.Order{
		ID: store.RequestID("book for " + who), By: as(who), Now: storetest.Now,
		Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, 1, 9, 0)},
	})
	if err == nil && out.Verdict != want {
		err = fmt.Errorf("%s books: %s, want %s", who, out.Verdict, want)
	}
	return err
}

func imports(ctx context.Context, s *redisstore.Store) error {
	_, err := s.Import(ctx, storetest.Batch(), storetest.Now)
	return err
}

// A write whose answer was lost is sent again, and what it comes to is told.
func writtenOnce(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return imports(ctx, s) },
		func() error {
			s.Client().AddHook(&answerLoser{})
			return books(ctx, s, storetest.Tom, store.Done)
		},
	)
}

// Of two people who want one slot, one gets it.
func givenOnce(ctx context.Context, s *redisstore.Store) error {
	return first(
		func() error { return imports(ctx, s) },
		func() error { return books(ctx, s, storetest.Tom, store.Done) },
		func() error { return books(ctx, s, storetest.Ann, store.Taken) },
	)
}

// Another's record, put in the place of the one that is looked up, does not
// open.
func opensInItsPlace(ctx context.Context, s *redisstore.Store) error {
	if err := imports(ctx, s); err != nil {
		return err
	}
	c := s.Client()
	people, err := c.Keys(ctx, "*}:person").Result()
	if err != nil || len(people) != len(storetest.Born) {
		return fmt.Errorf("%d people: %w", len(people), err)
	}
	firstOne := c.HGet(ctx, people[0], "v").Val()
	for i, k := range people {
		v := firstOne
		if i+1 < len(people) {
			v = c.HGet(ctx, people[i+1], "v").Val()
		}
		if err := c.HSet(ctx, k, "v", v).Err(); err != nil {
			return err
		}
	}
	by := store.Authority{Conversation: "call-1", Caller: storetest.TomPhone}
	_, err = s.Identify(ctx, store.Order{ID: "x", By: by, Request: store.Identify{Born: storetest.Born[storetest.Tom]}, Now: storetest.Now})
	if err == nil || !strings.Contains(err.Error(), "does not open") {
		return fmt.Errorf("another's record in Tom's place: %w", err)
	}
	return nil
}
