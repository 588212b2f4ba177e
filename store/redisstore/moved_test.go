package redisstore_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// sealedAt is a sealed value: behind what stands before it, in a field of a
// hash, in a list, or alone.
type sealedAt struct{ key, name, before, sealed string }

// sealedIn are all sealed values of some kinds of keys, in order.
func sealedIn(t *testing.T, c redis.UniversalClient, begins string, kinds ...string) (out []sealedAt) {
	t.Helper()
	ctx := t.Context()
	all := dump(t, c)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(kinds, redisstore.KindOf(key)) {
			continue
		}
		add := func(name, value string) {
			if i := strings.Index(value, begins); i >= 0 {
				out = append(out, sealedAt{key, name, value[:i], value[i:]})
			}
		}
		switch c.Type(ctx, key).Val() {
		case "hash":
			fields := c.HGetAll(ctx, key).Val()
			for _, name := range slices.Sorted(maps.Keys(fields)) {
				add(name, fields[name])
			}
		case "list":
			for i, value := range c.LRange(ctx, key, 0, -1).Val() {
				add(strconv.Itoa(i), value)
			}
		default:
			add("", c.Get(ctx, key).Val())
		}
	}
	return out
}

// put puts a sealed value in the place of another.
func put(t *testing.T, c redis.UniversalClient, at sealedAt, sealed string) {
	t.Helper()
	ctx, value := t.Context(), at.before+sealed
	var err error
	switch c.Type(ctx, at.key).Val() {
	case "hash":
		err = c.HSet(ctx, at.key, at.name, value).Err()
	case "list":
		index, _ := strconv.ParseInt(at.name, 10, 64)
		err = c.LSet(ctx, at.key, index, value).Err()
	default:
		err = c.Set(ctx, at.key, value, redis.KeepTTL).Err()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever can write to Redis, and has no keys, can put what is one's into
// another's place, or one field into another: whoever asks gets an error, not
// what is somebody else's. When it is put back, all is as it was.
func TestWhatWasMovedDoesNotOpen(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		s := openWith(t, url, keys)
		play(t, s)
		tom := as(storetest.Tom)
		tom.Caller = storetest.TomPhone
		ask := func(perform func(context.Context, store.Order) (store.Outcome, error), by store.Authority, id store.RequestID, r store.Request) error {
			_, err := perform(ctx, store.Order{ID: id, By: by, Request: r, Now: storetest.Now})
			return err
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		// Two of each: play left one.
		ann := as(storetest.Ann)
		ann.Caller = storetest.AnnPhone
		must(ask(s.Perform, ann, "task", store.OpenTask{Task: store.Task{Kind: store.CallBack}}))
		must(ask(s.Identify, ann, "identified", store.Identify{Born: storetest.Born[storetest.Ann]}))
		booked := store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, 2, 9, 0)}
		must(ask(s.Perform, ann, "booked", booked))
		claim := store.TurnClaim{Conversation: "other", Input: "first", Now: storetest.Now}
		if _, err := s.ClaimTurn(ctx, claim); err != nil {
			t.Fatal(err)
		}
		must(s.SaveTurn(ctx, store.TurnSave{
			Conversation: "other", Input: "first", State: []byte("state"), Reply: []byte("reply"), Now: storetest.Now,
			Lines: []store.LedgerLine{{ID: "1", Subject: storetest.Ann, What: "this"}, {ID: "2", Subject: storetest.Ann, What: "that"}},
		}))
		if _, err := s.Chain(ctx, 100); err != nil {
			t.Fatal(err)
		}
		try := 0
		again := func() store.RequestID { try++; return store.RequestID("again " + strconv.Itoa(try)) }

		for what, look := range map[string]struct {
			kinds []string
			ask   func() error
		}{
			"a person": {[]string{"{p}:person"}, func() error {
				return ask(s.Identify, tom, again(), store.Identify{Born: storetest.Born[storetest.Tom]})
			}},
			"a person, to read": {[]string{"{p}:person"}, func() error { _, err := s.Person(ctx, storetest.Tom); return err }},
			"who was born": {[]string{"{h}:born"}, func() error {
				return ask(s.Identify, tom, again(), store.Identify{Born: storetest.Born[storetest.Tom]})
			}},
			"the latest call": {[]string{"{p}:latest"}, func() error {
				by := ann // whose call before this one is asked for
				by.Conversation = store.ConversationID(again())
				return ask(s.Identify, by, again(), store.Identify{Born: storetest.Born[storetest.Ann]})
			}},
			"a number's people": {[]string{"{h}:people"}, func() error { return ask(s.Recognise, tom, "", store.Recognise{Number: storetest.AnnPhone}) }},
			"a number's likes":  {[]string{"{h}:likes"}, func() error { return ask(s.Recognise, tom, "", store.Recognise{Number: storetest.TomPhone}) }},
			"a PIN":             {[]string{"{p}:pin"}, func() error { return ask(s.CheckPIN, tom, again(), store.CheckPIN{PIN: "9184"}) }},
			"an appointment":    {[]string{"{p}:appts"}, func() error { return ask(s.Perform, tom, "", store.ListAppointments{}) }},
			"an outcome":        {[]string{"{k}:did"}, func() error { return ask(s.Perform, ann, "booked", booked) }},
			"a conversation":    {[]string{"{c}:turn"}, func() error { _, err := s.LoadConversation(ctx, "other"); return err }},
			"a turn":            {[]string{"{c}:turn"}, func() error { _, err := s.ClaimTurn(ctx, claim); return err }},
			"a task":            {[]string{"{tasks}:task"}, func() error { _, err := s.Tasks(ctx, store.TaskCursor{}, 10); return err }},
			"a ledger line":     {[]string{"{p}:ledger"}, func() error { _, err := s.Lines(ctx, storetest.Ann, 10); return err }},
			"a grant":           {[]string{"{p}:grants", "{p}:charges"}, func() error { _, err := s.Grant(ctx, storetest.Ann, storetest.Mary); return err }},
			"the practice":      {[]string{"{practice}:practice", "{p}:person"}, func() error { _, err := s.Practice(ctx); return err }},
		} {
			all := sealedIn(t, s.Client(), redisstore.SealedWith(keys), look.kinds...)
			if len(all) < 2 {
				t.Fatalf("%s: only %d values to move", what, len(all))
			}
			for i, at := range all {
				put(t, s.Client(), at, all[(i+1)%len(all)].sealed)
			}
			if err := look.ask(); !errors.Is(err, redisstore.ErrSealed) {
				t.Errorf("%s in another's place: %v", what, err)
			}
			for _, at := range all {
				put(t, s.Client(), at, at.sealed)
			}
			if err := look.ask(); err != nil {
				t.Errorf("%s back in its place: %v", what, err)
			}
		}
	})
}
