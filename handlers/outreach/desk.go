package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/store"
)

// Record is what the desk needs of store.Record.
type Record interface {
	Person(context.Context, store.PersonID) (store.Person, error)
	Appointment(context.Context, store.PersonID, store.AppointmentID) (store.Appointment, error)
	Settings(context.Context, store.PersonID) (store.Preferences, error)
	Offer(ctx context.Context, p store.PersonID, slot store.Slot, now time.Time) (store.Offer, error)
	Invitation(context.Context, store.PersonID, store.InvitationID) (store.Grant, error)
	Copied(ctx context.Context, p store.PersonID, today store.Day) ([]store.PersonID, error)
	NewsLeft(ctx context.Context, p store.PersonID, news []store.News, now time.Time) ([]store.News, error)
	Perform(context.Context, store.Order) (store.Outcome, error)
}

// Runner takes turns: runner.Runner.
type Runner interface {
	Take(context.Context, runner.Arrival) (runner.Taken, error)
}

// Carrier sends texts and starts calls: twilio.Client.
type Carrier interface {
	CreateMessage(context.Context, twilio.OutgoingMessage) (twilio.SentMessage, error)
	Messages(ctx context.Context, to store.Number, day time.Time, limit int) ([]twilio.SentMessage, error)
	CreateCall(context.Context, twilio.OutgoingCall) (string, error)
}

// DeskConfig says what a Desk is made of; all of it is needed.
type DeskConfig struct {
	Record     Record
	Deliveries store.Deliveries
	// Recognise tells of a number whether several people have it.
	Recognise func(context.Context, store.Order) (store.Outcome, error)
	Runner    Runner
	Carrier   Carrier
	// Body puts a reply into the words of a text.
	Body func(context.Context, flows.Reply) (string, error)
	// TextConversation names the conversation with a number.
	TextConversation func(store.Number) store.ConversationID
	Links            twilio.Links
	// From is the number that rings and texts; CallsPerSecond and TextsPerSecond are
	// what the carrier takes from it, over all desks. Zero: as many as there are.
	From                           store.Number
	CallsPerSecond, TextsPerSecond float64
	// Workers is how many notices are worked on at once; zero: one.
	Workers int
	Zone    *time.Location
	Now     func() time.Time
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Desk tells people what they are to be told: each notice is taken up when it
// is due, what is done is decided then (store.NextStep), and what was done is
// kept with the notice before and after the carrier is asked. So two desks, a
// restart, or a clock that jumps back tell nobody twice.
type Desk struct {
	DeskConfig
	decided *prometheus.CounterVec
}

// NewDesk checks the configuration and names everything that it lacks.
func NewDesk(c DeskConfig) (*Desk, error) {
	var faults []error
	for what, there := range map[string]bool{
		"Record": c.Record != nil, "Deliveries": c.Deliveries != nil, "Runner": c.Runner != nil, "Carrier": c.Carrier != nil,
		"Recognise": c.Recognise != nil, "Body": c.Body != nil, "TextConversation": c.TextConversation != nil, "From": c.From.Known(), "Zone": c.Zone != nil,
		"Now": c.Now != nil, "Log": c.Log != nil, "Metrics": c.Metrics != nil,
	} {
		if !there {
			faults = append(faults, fmt.Errorf("outreach: %s is missing", what))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	d := &Desk{DeskConfig: c, decided: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "landline_notices_decided_total", Help: "What was done about notices that were due, and why.",
	}, []string{"kind", "do", "why"})}
	if err := c.Metrics.Register(d.decided); err != nil {
		return nil, fmt.Errorf("outreach: %w", err)
	}
	return d, nil
}

// ref names one attempt of a notice, in addresses: it tells nobody anything.
func ref(id store.NoticeID, attempt int) string { return string(id) + "." + strconv.Itoa(attempt) }

// parseRef reads what ref wrote.
func parseRef(s string) (store.NoticeID, int, error) {
	id, attempt, ok := strings.Cut(s, ".")
	n, err := strconv.Atoi(attempt)
	if !ok || err != nil || n < 0 {
		return "", 0, fmt.Errorf("outreach: the name of an attempt: %w", store.ErrNotFound)
	}
	return store.NoticeID(id), n, nil
}
