package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Client holds the telephones of an exchange that runs elsewhere, over the API
// of its handset page.
type Client struct {
	base string
	http *http.Client
}

// NewClient speaks to the exchange at a base URL ("http://127.0.0.1:8080"). A
// nil client is http.DefaultClient; one with a time limit cuts Events short.
func NewClient(base string, client *http.Client) *Client {
	if client == nil {
		client = http.DefaultClient
	}
	return &Client{base: strings.TrimSuffix(base, "/") + "/phone/api", http: client}
}

// State asks which telephones and lines there are, and the time.
func (c *Client) State(ctx context.Context) (State, error) {
	var s State
	body, err := c.do(ctx, http.MethodGet, "/state", nil)
	if err != nil {
		return s, err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&s); err != nil {
		return s, fmt.Errorf("read the state of the exchange: %w", err)
	}
	return s, nil
}

// Call rings a number from a telephone.
func (c *Client) Call(ctx context.Context, phone, to string) error {
	return c.act(ctx, "/call", action{Phone: phone, To: to})
}

// Press presses keys on a telephone.
func (c *Client) Press(ctx context.Context, phone, keys string) error {
	return c.act(ctx, "/press", action{Phone: phone, Keys: keys})
}

// Say speaks into a telephone.
func (c *Client) Say(ctx context.Context, phone, words string) error {
	return c.act(ctx, "/say", action{Phone: phone, Words: words})
}

// HangUp puts a telephone down.
func (c *Client) HangUp(ctx context.Context, phone string) error {
	return c.act(ctx, "/hangup", action{Phone: phone})
}

// Answer picks up a telephone that rings.
func (c *Client) Answer(ctx context.Context, phone string) error {
	return c.act(ctx, "/answer", action{Phone: phone})
}

// Decline refuses a call that rings.
func (c *Client) Decline(ctx context.Context, phone string) error {
	return c.act(ctx, "/decline", action{Phone: phone})
}

// LetRing leaves a call that rings unanswered.
func (c *Client) LetRing(ctx context.Context, phone string) error {
	return c.act(ctx, "/letring", action{Phone: phone})
}

// Text sends a text from a telephone.
func (c *Client) Text(ctx context.Context, phone, to, words string) error {
	return c.act(ctx, "/text", action{Phone: phone, To: to, Words: words})
}

// JumpTo moves the practice's clock: a moment as RFC 3339 or, in the practice's
// own time, "2006-01-02T15:04".
func (c *Client) JumpTo(ctx context.Context, moment string) error {
	return c.act(ctx, "/clock", action{To: moment})
}

// Events follows what happens after an event, until the context ends or the
// exchange goes away. An error is the last thing that it gives.
func (c *Client) Events(ctx context.Context, after int) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		body, err := c.do(ctx, http.MethodGet, "/events?after="+strconv.Itoa(after), nil)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer body.Close()
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e Event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				yield(e, fmt.Errorf("read an event: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil && ctx.Err() == nil {
			yield(Event{}, fmt.Errorf("follow the events: %w", err))
		}
	}
}

func (c *Client) act(ctx context.Context, path string, a action) error {
	body, err := c.do(ctx, http.MethodPost, path, &a)
	if err != nil {
		return err
	}
	return body.Close()
}

// do makes one request. What the exchange refuses comes back as its own errors.
func (c *Client) do(ctx context.Context, method, path string, a *action) (io.ReadCloser, error) {
	var body io.Reader
	if a != nil {
		data, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if a != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the exchange: %w", err)
	}
	if response.StatusCode < 300 {
		return response.Body, nil
	}
	defer response.Body.Close()
	var refused struct {
		Error string `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAction)).Decode(&refused); err != nil || refused.Error == "" {
		return nil, fmt.Errorf("the exchange answers %s", response.Status)
	}
	for _, known := range []error{ErrNoSuchLine, ErrEngaged, ErrNoCall, ErrNotRinging, ErrNoTexts, ErrNoClock, ErrNoTime} {
		if refused.Error == known.Error() {
			return nil, known
		}
	}
	return nil, errors.New(refused.Error)
}

// moment is how a clock is told in the terminal and in a page's field.
const moment = "2006-01-02T15:04"

// Moment writes a time as JumpTo reads it.
func Moment(t time.Time) string { return t.Format(moment) }
