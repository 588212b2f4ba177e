package exchange_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
)

// over serves an exchange's telephones over HTTP and gives a client of them.
func over(t *testing.T, x *exchange.Exchange) (*exchange.Client, string) {
	t.Helper()
	router := gin.New()
	x.MountPhone(router)
	server := httptest.NewServer(router)
	t.Cleanup(server.CloseClientConnections)
	return exchange.NewClient(server.URL+"/", nil), server.URL
}

// All that can be done with a telephone can be done over HTTP, and every event
// tells of it in order.
func TestAClient(t *testing.T) {
	g := newGateway(t)
	surgery(g)
	x := g.build()
	c, _ := over(t, x)
	ctx := t.Context()
	steps := []struct {
		what string
		err  error
	}{
		{"call", c.Call(ctx, tom, "01632 960000")},
		{"say", c.Say(ctx, tom, "book")},
		{"press", c.Press(ctx, tom, "11")},
		{"person", c.Press(ctx, tom, "0")},
		{"answer", c.Answer(ctx, reception)},
		{"hang up", c.HangUp(ctx, reception)},
		{"text", c.Text(ctx, tom, practice, "hello")},
	}
	for _, step := range steps {
		if step.err != nil {
			t.Errorf("%s: %v", step.what, step.err)
		}
	}
	state, err := c.State(ctx)
	if err != nil || len(state.Phones) != 4 || state.Lines[0].National != "01632 960000" || state.Clock != nil {
		t.Fatalf("%+v, %v", state, err)
	}
	var told []string
	next := 1
	for e, err := range c.Events(ctx, 0) {
		if err != nil || e.ID != next {
			t.Fatalf("event %d: %v", e.ID, err)
		}
		next++
		if e.Kind == exchange.CallChanged && e.Call.Waits == "" {
			told = append(told, exchange.National(e.Phone)[:5]+" "+string(e.Call.State))
		}
		if e.ID == state.Last {
			break
		}
	}
	expect(t, "states", strings.Join(told, ", "), "07700 calling, 07700 talking, 07700 transfer, 01632 ringing, 01632 answered, 07700 talking, 01632 talking, 01632 over, 07700 talking, 07700 over")
	expect(t, "alerts", codes(x), "")
}

// What the exchange refuses arrives as the error that it is.
func TestWhatAClientIsRefused(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather/>`)
	c, base := over(t, g.build())
	ctx := t.Context()
	for _, test := range []struct{ got, want error }{
		{c.Press(ctx, mary, "1"), exchange.ErrNoCall},
		{c.Call(ctx, mary, "01632 960999"), exchange.ErrNoSuchLine},
		{c.Call(ctx, mary, practice), nil},
		{c.Call(ctx, mary, practice), exchange.ErrEngaged},
		{c.Answer(ctx, mary), exchange.ErrNotRinging},
		{c.LetRing(ctx, reception), exchange.ErrNotRinging},
		{c.Decline(ctx, reception), exchange.ErrNotRinging},
		{c.Text(ctx, mary, practice, "hello"), exchange.ErrNoTexts},
		{c.JumpTo(ctx, "tomorrow"), exchange.ErrNoClock},
	} {
		if !errors.Is(test.got, test.want) {
			t.Errorf("got %v, want %v", test.got, test.want)
		}
	}
	for _, test := range []struct {
		contentType, body string
		status            int
	}{
		{"text/plain", `{"phone":"x"}`, http.StatusUnsupportedMediaType}, // what a form elsewhere could send
		{"application/json", `{`, http.StatusBadRequest},
		{"application/json", `{"words":"` + strings.Repeat("a", 9000) + `"}`, http.StatusBadRequest},
	} {
		response, err := http.Post(base+"/phone/api/say", test.contentType, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%s: %d", test.contentType, response.StatusCode)
		}
	}
}

func TestAJumpThatTheClockRefuses(t *testing.T) {
	c, _ := over(t, newGateway(t).build(func(cfg *exchange.Config) { cfg.Clock = stopped{} }))
	if err := c.JumpTo(t.Context(), "2030-03-12T09:00"); err == nil || err.Error() != "the clock stays as it is: never backwards" {
		t.Errorf("%v", err)
	}
}

type stopped struct{}

func (stopped) Now() time.Time         { return noon }
func (stopped) JumpTo(time.Time) error { return errors.New("never backwards") }

// The stream ends when the exchange closes, and when nobody listens any more.
func TestTheStreamEnds(t *testing.T) {
	x, err := exchange.New(exchange.Config{AccountSID: account, AuthToken: token})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := over(t, x)
	ended := make(chan error, 1)
	go func() {
		var last error
		for _, err := range c.Events(context.Background(), 0) {
			last = err
		}
		ended <- last
	}()
	x.Close()
	if err := <-ended; err != nil {
		t.Errorf("%v", err)
	}
}
