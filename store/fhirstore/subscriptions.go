package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"landline/store/fhir"
)

// Where the server says that it takes Subscriptions (http://hl7.org/fhir/R4/subscription.html),
// it is asked to tell our hook when something changes that is followed: that something
// did, not what. They end, so that a gateway that is gone is not told for ever, and are
// renewed before. Whether or not it tells, it is asked at every sweep.

// followed are the types whose changes are followed.
var followed = []string{"Patient", "HealthcareService", "DiagnosticReport", "Flag", "ServiceRequest", "Communication", "Consent", "Questionnaire", "Task", "Appointment"}

// How long a Subscription lasts, how much of that is left when it is renewed, and how
// often it is looked after; again sooner after a failure.
const (
	subscribedFor    = 7 * 24 * time.Hour
	renewedBefore    = 4 * 24 * time.Hour
	subscribedEvery  = time.Hour
	subscribingAgain = 5 * time.Minute
)

// subscriptions remembers when they are looked after next.
type subscriptions struct {
	mu   sync.Mutex
	next time.Time
}

// due reports whether it is time to look after them, and has the next time be later.
func (s *subscriptions) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.next) {
		return false
	}
	s.next = now.Add(subscribedEvery)
	return true
}

func (s *subscriptions) again(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = at
}

// keepSubscribed looks after our Subscriptions now and then. That it cannot keeps
// nothing else from being done.
func (s *Store) keepSubscribed(ctx context.Context, now time.Time) {
	if s.hookURL == "" || !s.subscribed.due(now) {
		return
	}
	if err := s.subscribe(ctx, now); err != nil && ctx.Err() == nil {
		s.subscribed.again(now.Add(subscribingAgain))
		s.log.LogAttrs(ctx, slog.LevelWarn, "the FHIR server is asked at every tick, and does not tell", slog.Any("error", err))
	}
}

// subscribe makes, mends and renews.
func (s *Store) subscribe(ctx context.Context, now time.Time) error {
	can, err := s.can.ask(ctx, s.server, now)
	if err != nil || !can.Does("Subscription", "create") {
		return err
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Subscription", Params: url.Values{"url": {s.hookURL}, "_count": {"200"}}})
	if err != nil {
		return err
	}
	there := map[string][]fhir.Resource{}
	for _, r := range found.Resources {
		if is := readSubscription(r); is.Channel.Endpoint == s.hookURL {
			there[is.Criteria] = append(there[is.Criteria], r)
		}
	}
	var faults []error
	for _, kind := range followed {
		if can.Has(kind) {
			faults = append(faults, s.subscribeTo(ctx, kind+"?", there[kind+"?"], now))
		}
	}
	return errors.Join(faults...)
}

// subscription is what of a Subscription is read.
type subscription struct {
	Status   string
	End      time.Time
	Criteria string
	Channel  channel
}

type channel struct {
	Type     string   `json:"type"`
	Endpoint string   `json:"endpoint"`
	Header   []string `json:"header,omitempty"`
	// Payload is left out: nothing of what changed is to be sent.
	Payload string `json:"payload,omitempty"`
}

func readSubscription(r fhir.Resource) (s subscription) {
	_ = errors.Join(r.Get("status", &s.Status), r.Get("criteria", &s.Criteria), r.Get("channel", &s.Channel), r.Get("end", &s.End))
	return s
}

// subscribeTo sees to the one Subscription of what fits the criteria.
func (s *Store) subscribeTo(ctx context.Context, criteria string, there []fhir.Resource, now time.Time) error {
	hook := channel{Type: "rest-hook", Endpoint: s.hookURL, Header: []string{"Authorization: " + string(s.hookSecret())}}
	fresh := fhir.New("Subscription").With("status", "requested").With("end", instant(now.Add(subscribedFor))).
		With("reason", "Landline follows what changes").With("criteria", criteria).With("channel", hook)
	if len(there) == 0 {
		_, err := s.server.CreateUnless(ctx, fresh, url.Values{"url": {s.hookURL}, "criteria": {criteria}}, func(made fhir.Resource) bool {
			return readSubscription(made).Criteria == criteria
		})
		return err
	}
	// Two of us may have made one each: all keep the same one.
	slices.SortFunc(there, func(a, b fhir.Resource) int { return cmp.Compare(a.ID(), b.ID()) })
	var faults []error
	for _, r := range there[1:] {
		if readSubscription(r).Status != "off" {
			faults = append(faults, s.mend(ctx, r.With("status", "off")))
		}
	}
	if is := readSubscription(there[0]); !is.serves(hook, now) {
		faults = append(faults, s.mend(ctx, there[0].Replaced(fresh)))
	}
	return errors.Join(faults...)
}

// serves reports whether it tells the hook, and will for a while.
func (s subscription) serves(hook channel, now time.Time) bool {
	return (s.Status == "requested" || s.Status == "active") && s.End.After(now.Add(renewedBefore)) &&
		s.Channel.Type == hook.Type && s.Channel.Payload == "" && slices.Equal(s.Channel.Header, hook.Header)
}

// mend updates a Subscription, unless somebody else just did.
func (s *Store) mend(ctx context.Context, r fhir.Resource) error {
	_, err := s.server.Update(ctx, r)
	if errors.Is(err, fhir.ErrStale) || errors.Is(err, fhir.ErrGone) {
		return nil
	}
	return err
}
