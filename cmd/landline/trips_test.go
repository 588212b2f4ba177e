package main

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/handlers/twilio"
)

// tripCounter counts the trips to Redis. That a script has to be sent along,
// to a Redis that does not know it yet, happens once and is not counted.
type tripCounter struct{ trips int }

func (c *tripCounter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *tripCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if !redis.HasErrorPrefix(err, "NOSCRIPT") {
			c.trips++
		}
		return err
	}
}

func (c *tripCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		if !slices.ContainsFunc(cmds, func(cmd redis.Cmder) bool { return redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") }) {
			c.trips++
		}
		return err
	}
}

// counted is what one webhook took.
type counted struct {
	asked []string // the verbs of its requests, sorted
	trips int
}

// counting takes webhooks to a gateway, and counts. The exchange of a play
// sends one after the other.
type counting struct {
	http.RoundTripper
	t       *testing.T
	redis   tripCounter
	gateway *gateway
	took    map[string][]counted // by path
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	trips, asked := c.redis.trips, c.requests()
	answer, err := c.RoundTripper.RoundTrip(r)
	took := counted{trips: c.redis.trips - trips}
	for verb, n := range c.requests() {
		took.asked = append(took.asked, slices.Repeat([]string{verb}, n-asked[verb])...)
	}
	slices.Sort(took.asked)
	path := r.URL.Path
	if r.URL.Query().Has("d") {
		path += outgoing
	}
	c.took[path] = append(c.took[path], took)
	return answer, err
}

// requests is how many there have been, by verb, as the metrics tell.
func (c *counting) requests() map[string]int {
	c.t.Helper()
	families, err := c.gateway.metrics.Gather()
	if err != nil {
		c.t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range families {
		if f.GetName() != "landline_requests_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, label := range m.GetLabel() {
				if label.GetName() == "verb" {
					out[label.GetValue()] += int(m.GetCounter().GetValue())
				}
			}
		}
	}
	return out
}

// outgoing marks the path of news of what went out.
const outgoing = "?d"

// newsTrips is how many trips such news makes at most: the notice, who it is for
// and what about (three), what they chose, what is known of their numbers; then the change, and
// the notice as it stands then.
const newsTrips = 8

// requestTrips is how many trips each request makes at most, beside the two of
// its turn. What two aggregates must agree on goes step by step: a booking is
// intended, taken in the diary, written into the person's list, and settled.
var requestTrips = map[string]int{
	"recognise": 1, "reception": 1, "what-waits": 1, "open-task": 1, "list-clinics": 1, "find-slots": 1,
	"hold-slot": 2, "release-slot": 2, "list-appointments": 2, "join-waiting-list": 2, "list-charges": 2,
	"check-pin": 3,
	"identify":  5, // one of them for the conversation that broke off
	"book-slot": 4, "move-appointment": 4, "cancel-appointment": 4,
}

// carersPlay is one of somebody who acts for another: the grant is read before
// each request.
const carersPlay = "ann-books-for-mary"

// A turn that asks the record nothing makes two trips to Redis: it claims, and
// saves. Before it, a call that begins makes another, to ask whether there are
// too many, and a text, to ask whether texts are stopped. What each request adds
// is named.
func TestTripsOfATurn(t *testing.T) {
	t.Parallel()
	ordinary, met := 0, map[string]bool{}
	for _, name := range []string{
		"mary-books-by-keypad", "mary-books-by-speech", "mary-moves-by-keypad", "mary-cancels", carersPlay,
		"tom-moves-and-lets-go-by-text", "tom-finds-nothing-free", "joan-and-a-wrong-pin", "cy-person", "closed",
	} {
		play, err := openPlay(filepath.Join("screenplays", name+".play"))
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		theatre, err := openTheatre(t.Context(), play.Begins, log)
		if err != nil {
			t.Fatal(err)
		}
		router, err := theatre.gateway.router(true)
		if err != nil {
			t.Fatal(err, theatre.stop())
		}
		c := &counting{RoundTripper: exchange.Through(router), t: t, gateway: theatre.gateway, took: map[string][]counted{}}
		theatre.gateway.store.Client().AddHook(&c.redis)
		stage, err := theatre.telephones(c, log)
		if err != nil {
			t.Fatal(err)
		}
		_, err = screenplay.Perform(t.Context(), play, stage)
		if err := firstOf(err, stage.stop()); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{twilio.PathVoice, twilio.PathVoiceTurn, twilio.PathSMS} {
			for _, took := range c.took[path] {
				want := 2
				if path != twilio.PathVoiceTurn {
					want++
				}
				for _, verb := range took.asked {
					want += requestTrips[verb]
					if name == carersPlay {
						want++
					}
					met[verb] = true
				}
				if len(took.asked) == 0 {
					ordinary++
				}
				if took.trips > want || len(took.asked) == 0 && took.trips != want {
					t.Errorf("%s: %s makes %d trips, not %d, asking [%s]", name, path, took.trips, want, strings.Join(took.asked, " "))
				}
			}
		}
		for _, took := range c.took[twilio.PathVoiceStatus] {
			if took.trips != 0 {
				t.Errorf("%s: news of a call make %d trips", name, took.trips)
			}
		}
		for _, took := range c.took[twilio.PathVoiceStatus+outgoing] {
			if took.trips > newsTrips {
				t.Errorf("%s: news of a call that we made make %d trips", name, took.trips)
			}
		}
	}
	t.Logf("%d ordinary turns; asked: %v", ordinary, slices.Sorted(maps.Keys(met)))
	for verb := range requestTrips {
		if !met[verb] {
			t.Errorf("%s is asked in none of these plays", verb)
		}
	}
}
