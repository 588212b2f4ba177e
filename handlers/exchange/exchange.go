package exchange

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Pace says what moves the time of a call.
type Pace int

// The paces.
const (
	// Attentive: speech is heard out at once, then time stands still until the
	// caller does something, or keeps Silence. For screenplays.
	Attentive Pace = iota
	// Still: only Advance moves time, so that keys can fall into the middle of a
	// sentence. For tests.
	Still
	// WallClock: calls run by the clock on the wall, texts take a moment, what is
	// about to be said is shown at once, and a key cuts it short. For the demo.
	WallClock
)

// Clock is the time at the practice, which the handset page shows and moves.
type Clock interface {
	Now() time.Time
	JumpTo(time.Time) error
}

// Config is all that an exchange needs to know.
type Config struct {
	AccountSID string // "AC" and 32 hexadecimal digits
	AuthToken  string // signs webhooks, and is the password of the REST API
	Lines      []Line
	Phones     []Phone
	Pace       Pace

	Transport http.RoundTripper   // carries webhooks; nil is http.DefaultTransport. See Through
	Random    io.Reader           // where identifiers come from; nil is crypto/rand. See Seeded
	Now       func() time.Time    // stamps webhooks; nil is Clock.Now, or time.Now without one
	Elapsed   func(time.Duration) // told of every stretch of a call's time that passes; may be nil
	Clock     Clock               // the time at the practice; nil: the page shows none
	Location  *time.Location      // where the practice is; nil is time.UTC
	Logger    *slog.Logger        // alerts go here, too; nil is slog.Default()

	// OmitEmptyDigits leaves Digits out of the action of a Gather that heard
	// nothing (actionOnEmptyResult): the carrier's documents leave both open.
	OmitEmptyDigits bool
}

// Errors that whoever holds a telephone may meet.
var (
	ErrNoSuchLine = errors.New("that number is not in service")
	ErrEngaged    = errors.New("that telephone is in a call")
	ErrNoCall     = errors.New("that telephone is in no call")
	ErrNotRinging = errors.New("that telephone is not ringing")
	ErrNoTexts    = errors.New("that telephone cannot send texts")
)

// Alert is an entry in the carrier's error log: a code of its error dictionary
// (https://www.twilio.com/docs/api/errors) and what it was about.
type Alert struct {
	Code    int
	Message string
	URL     string // what was asked, without query or fragment
	SID     string // the call or message
}

func (a Alert) String() string { return fmt.Sprintf("%d %s (%s)", a.Code, a.Message, a.URL) }

// Exchange connects telephones with the gateway. It may be used by many
// goroutines.
type Exchange struct {
	cfg   Config
	board *board

	mu      sync.Mutex // guards what follows, and where cfg.Lines lead; never held while a webhook is asked
	engaged map[string]*Call
	alerts  []Alert
	texts   []*message
	unread  map[string][]Text
	blocked map[pair]bool        // who has opted out of texts from whom
	answers map[pair][]time.Time // when texts were answered, against loops
	// recorded is how long each recording is.
	recorded map[string]time.Duration

	stop    chan struct{}
	working sync.WaitGroup
}

// pair is a telephone and a line of the gateway's.
type pair struct{ phone, line string }

// New checks the configuration and builds an exchange. Close it in the end.
func New(cfg Config) (*Exchange, error) {
	if len(cfg.AccountSID) != 34 || cfg.AuthToken == "" {
		return nil, errors.New("exchange: an account identifier of 34 characters and a token are needed")
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Now == nil && cfg.Clock != nil {
		cfg.Now = cfg.Clock.Now
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	for _, p := range cfg.Phones {
		if !possible(p.Number) {
			return nil, fmt.Errorf("exchange: the telephone %q has no possible number", p.Label)
		}
	}
	cfg.Lines = slices.Clone(cfg.Lines)
	x := &Exchange{
		cfg: cfg, engaged: map[string]*Call{}, unread: map[string][]Text{},
		blocked: map[pair]bool{}, answers: map[pair][]time.Time{}, recorded: map[string]time.Duration{}, stop: make(chan struct{}),
	}
	x.board = newBoard(cfg.Now)
	return x, nil
}

// Close ends the wall clock's work and waits for what is under way.
func (x *Exchange) Close() {
	close(x.stop)
	x.board.close()
	x.working.Wait()
}

// Settle waits until no text is on its way any more, and no call under way, by
// the wall clock.
func (x *Exchange) Settle() { x.working.Wait() }

// Seeded is a source of identifiers that are the same in every run.
func Seeded(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return mathrand.NewChaCha8(key)
}

// sid makes an identifier: two letters and 32 hexadecimal digits.
func (x *Exchange) sid(kind string) string { return kind + hex.EncodeToString(x.random(16)) }

// token makes what marks the tries of one request as one.
func (x *Exchange) token() string {
	b := x.random(16)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (x *Exchange) random(n int) []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(x.cfg.Random, b); err != nil {
		panic("exchange: the source of identifiers has run dry: " + err.Error())
	}
	return b
}

// alert enters a complaint.
func (x *Exchange) alert(code int, sid, about, message string) {
	a := Alert{Code: code, Message: message, URL: bare(about), SID: sid}
	x.mu.Lock()
	x.alerts = append(x.alerts, a)
	x.mu.Unlock()
	x.cfg.Logger.Warn("the carrier complains", "code", code, "message", message, "url", a.URL, "sid", sid)
}

// Alerts lists what the carrier has complained about so far.
func (x *Exchange) Alerts() []Alert {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.alerts)
}

// later does something that nobody waits for: by the wall clock on its own, and
// otherwise at once, so that tests see it done.
func (x *Exchange) later(f func()) {
	if x.cfg.Pace != WallClock {
		f()
		return
	}
	x.working.Go(f)
}
