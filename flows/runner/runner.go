package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// Engine takes a conversation one input further: flows.Engine. Exactly one of
// reply and request is meaningful; a request wants its outcome as the next
// input. Hints are those of the reply that was kept with a conversation.
type Engine interface {
	Step(flows.Conversation, flows.Input) (flows.Conversation, flows.Reply, store.Request)
	Hints(flows.Conversation, time.Time) []string
}

// Record is what the runner needs of store.Record.
type Record interface {
	Perform(context.Context, store.Order) (store.Outcome, error)
	Grant(ctx context.Context, carer, subject store.PersonID) (store.Grant, error)
}

// Credentials is what the runner needs of store.Credentials.
type Credentials interface {
	Recognise(context.Context, store.Order) (store.Outcome, error)
	Identify(context.Context, store.Order) (store.Outcome, error)
	AskPlaces(context.Context, store.Order) (store.Outcome, error)
	CheckPIN(context.Context, store.Order) (store.Outcome, error)
	Remember(context.Context, store.Order) (store.Outcome, error)
	NewPIN(context.Context, store.Order) (store.Outcome, error)
}

// Ledger is what the runner needs of store.Ledger.
type Ledger interface {
	Visits(context.Context, store.Order) (store.Outcome, error)
}

// Notices is what the runner needs of store.Deliveries.
type Notices interface {
	Answer(ctx context.Context, o store.Order) (store.Outcome, error)
}

// What a Config that leaves them out gets.
const (
	// DefaultBudget leaves half a second of the 4.5 s that our webhook addresses
	// ask the carrier to wait for an answer.
	DefaultBudget = 4 * time.Second
	// DefaultRequestTime is enough for a PIN, which is slow on purpose.
	DefaultRequestTime = 2 * time.Second
	// DefaultMaxRequests is more than any journey asks in a turn.
	DefaultMaxRequests = 12
	// DefaultMaxTurns is several times what one process takes at once at the
	// speed that it is made for, and so many that PINs alone, which are slow and
	// wait in a short queue of their own, never fill it.
	DefaultMaxTurns = 512
	// DefaultMaxCallTurns is more than anybody needs: an hour of pressing keys.
	DefaultMaxCallTurns = 300
)

// Config says what a Runner is made of. Only those with a default may be left
// out.
type Config struct {
	Engine        Engine
	Conversations store.Conversations
	Record        Record
	Credentials   Credentials
	Ledger        Ledger
	Notices       Notices
	// LevelOf tells the identification level below which a line must not be
	// said: the catalogue's About(key).Level.
	LevelOf func(prompts.Key) int
	// Reception is the telephone to which a caller is put through when
	// something here is at fault; people are told it as the number to ring.
	Reception store.Number
	// Zone is the practice's.
	Zone    *time.Location
	Now     func() time.Time
	Log     *slog.Logger
	Metrics prometheus.Registerer

	// Budget is how long a turn may take in all, RequestTime one request of it.
	Budget, RequestTime time.Duration
	// MaxRequests is how many requests a turn may make.
	MaxRequests int
	// MaxTurns is how many turns may be under way at once: one more is ErrFull.
	MaxTurns int
	// MaxCallTurns is how many turns a call may take before a person takes over.
	MaxCallTurns int
}

// Runner takes turns; any number at once.
type Runner struct {
	Config
	metrics *metrics
	// underWay has an element for each turn that is under way.
	underWay chan struct{}
}

// New checks the configuration and names everything that it lacks.
func New(c Config) (*Runner, error) {
	var faults []error
	need := func(there bool, what string) {
		if !there {
			faults = append(faults, fmt.Errorf("runner: %s is missing", what))
		}
	}
	need(c.Engine != nil, "Engine")
	need(c.Conversations != nil, "Conversations")
	need(c.Record != nil, "Record")
	need(c.Credentials != nil, "Credentials")
	need(c.Ledger != nil, "Ledger")
	need(c.Notices != nil, "Notices")
	need(c.LevelOf != nil, "LevelOf")
	need(c.Reception.Known(), "Reception")
	need(c.Zone != nil, "Zone")
	need(c.Now != nil, "Now")
	need(c.Log != nil, "Log")
	need(c.Metrics != nil, "Metrics")
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if c.Budget <= 0 {
		c.Budget = DefaultBudget
	}
	if c.Budget >= store.ClaimFor {
		return nil, fmt.Errorf("runner: Budget is %v, but a turn is another's after %v", c.Budget, store.ClaimFor)
	}
	if c.RequestTime <= 0 {
		c.RequestTime = DefaultRequestTime
	}
	if c.MaxRequests <= 0 {
		c.MaxRequests = DefaultMaxRequests
	}
	if c.MaxTurns <= 0 {
		c.MaxTurns = DefaultMaxTurns
	}
	if c.MaxCallTurns <= 0 {
		c.MaxCallTurns = DefaultMaxCallTurns
	}
	m, err := newMetrics(c.Metrics)
	if err != nil {
		return nil, fmt.Errorf("runner: %w", err)
	}
	return &Runner{Config: c, metrics: m, underWay: make(chan struct{}, c.MaxTurns)}, nil
}

// Arrival is one input as it reached an edge.
type Arrival struct {
	Conversation store.ConversationID
	// Input names this input; the carrier's retry of it has the same name.
	Input store.InputID
	// Turn is the number of the turn that it answers, or store.AnyTurn.
	Turn    int
	Channel store.Channel
	From    store.Number
	Heard   flows.Heard
	// Language is how to begin a conversation about which nothing is known.
	Language prompts.Language
	// Outgoing is what to tell, where it is we who begin: Heard is then Began. A
	// conversation that is under way is not broken into: see ErrEngaged.
	Outgoing *flows.Outgoing
}

// Taken is a turn that was taken, now or when the input first came.
type Taken struct {
	Reply flows.Reply
	// Next is the number of the turn that the answer to Reply belongs to.
	Next int
}

// ErrBusy says that another input had the turn for as long as could be waited.
var ErrBusy = errors.New("runner: another input has the turn")

// ErrFull says that as many turns are under way as may be at once. Nothing was
// asked of the store.
var ErrFull = errors.New("runner: too many turns at once")

// ErrEngaged says that a conversation was not begun because the person is in the
// middle of another one by the same number.
var ErrEngaged = errors.New("runner: in the middle of another conversation")

// errPanic says that the turn met a fault of the program.
var errPanic = errors.New("runner: the turn panicked")

// grace is how long past its budget a turn may be in returning.
const grace = 100 * time.Millisecond

// Take takes the turn of an input. It returns within the budget whatever the
// ports do; the turn itself is finished also when ctx is cancelled, because
// what the record has done must not be forgotten when a webhook is given up.
//
// The error wraps store.ErrUnavailable if the store is away or too slow, and
// is ErrBusy if another input held the turn all along, and ErrFull, at once, if
// too many turns are under way. The same input may be brought again after each.
func (r *Runner) Take(ctx context.Context, a Arrival) (Taken, error) {
	began := time.Now()
	log := &entry{}
	select {
	case r.underWay <- struct{}{}:
	default:
		r.report(ctx, a, log, ErrFull, 0)
		return Taken{}, ErrFull
	}
	type end struct {
		taken Taken
		log   *entry
		err   error
	}
	ended := make(chan end, 1)
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.Budget)
	go func() {
		defer func() { <-r.underWay }()
		defer cancel()
		var e end
		defer func() {
			if v := recover(); v != nil {
				log.panicked(v, debug.Stack())
				e = end{err: errPanic}
			}
			e.log = log
			ended <- e
		}()
		e.taken, e.err = r.take(work, a, log)
	}()

	late := time.NewTimer(r.Budget + grace)
	defer late.Stop()
	var e end
	select {
	case e = <-ended:
	case <-late.C: // a port does not mind its context; its entry is its own
		e = end{log: &entry{}, err: fmt.Errorf("take a turn in time: %w", store.ErrUnavailable)}
	}
	r.report(ctx, a, e.log, e.err, time.Since(began))
	return e.taken, e.err
}

// maxClaims bounds how often a turn that somebody else saved is claimed again.
const maxClaims = 4

// take claims, runs and saves; if the turn was saved by another meanwhile, it
// claims again and so learns the reply that was kept.
func (r *Runner) take(ctx context.Context, a Arrival, log *entry) (Taken, error) {
	if a.Outgoing != nil && r.talking(ctx, a) {
		log.result = resultEngaged
		return Taken{}, ErrEngaged
	}
	for range maxClaims {
		claimed, err := r.claim(ctx, a)
		if err != nil {
			return Taken{}, err
		}
		log.turn = claimed.Number
		if claimed.State != store.ClaimTaken {
			log.result = resultOf[claimed.State]
			return r.kept(a, claimed, log), nil
		}
		t := r.newTurn(a, claimed, log)
		if t.engaged() { // by a word that came this very moment: the claim lapses
			log.result = resultEngaged
			return Taken{}, ErrEngaged
		}
		reply := t.run(ctx)
		err = t.save(ctx, reply)
		if err == nil {
			return Taken{Reply: reply, Next: claimed.Number + 1}, nil
		}
		if !errors.Is(err, store.ErrLost) {
			return Taken{}, unavailable("save the turn", err)
		}
	}
	return Taken{}, fmt.Errorf("claim the turn: lost %d times: %w", maxClaims, store.ErrUnavailable)
}

// kept is the reply that was kept for an input that was answered before; there
// is nothing to say to one whose conversation is forgotten.
func (r *Runner) kept(a Arrival, claimed store.Turn, log *entry) Taken {
	if claimed.State == store.ClaimStale && len(claimed.Reply) == 0 {
		return Taken{Reply: flows.Reply{Language: a.Language, Then: flows.HangUp}, Next: claimed.Number + 1}
	}
	k, err := decodeReply(claimed.Reply)
	if err != nil {
		log.unreadable = true
		return Taken{Reply: r.trouble(a, flows.Conversation{}), Next: claimed.Number + 1}
	}
	if c, err := decodeConversation(claimed.Conversation); err == nil && k.Reply.Collect.Speech {
		k.Reply.Collect.Hints = r.Engine.Hints(c, r.Now().In(r.Zone))
	}
	return Taken{Reply: k.Reply, Next: k.Turn + 1}
}

// talking reports whether we would break into a conversation, before its turn is
// claimed: what was claimed and not saved would keep the person waiting.
func (r *Runner) talking(ctx context.Context, a Arrival) bool {
	ctx, cancel := context.WithTimeout(ctx, r.RequestTime)
	defer cancel()
	saved, err := r.Conversations.LoadConversation(ctx, a.Conversation)
	if err != nil {
		return false // there is none, or the claim will say what is wrong
	}
	saved.Now = r.Now().In(r.Zone)
	return r.newTurn(a, saved, &entry{}).engaged()
}

// Handover is the conversation as it was last saved, for whoever takes it
// over. The error is store.ErrNotFound if there is none that can be read.
func (r *Runner) Handover(ctx context.Context, id store.ConversationID) (flows.Conversation, error) {
	ctx, cancel := context.WithTimeout(ctx, r.RequestTime)
	defer cancel()
	saved, err := r.Conversations.LoadConversation(ctx, id)
	if err != nil {
		return flows.Conversation{}, fmt.Errorf("load a conversation: %w", err)
	}
	c, err := decodeConversation(saved.Conversation)
	if err != nil || c.ID != id {
		return flows.Conversation{}, fmt.Errorf("read a conversation: %w", store.ErrNotFound)
	}
	return c, nil
}

// unavailable makes sure that an error says that the store is away.
func unavailable(doing string, err error) error {
	if errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, store.ErrUnavailable, err)
}
