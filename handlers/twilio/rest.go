package twilio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	carrier "github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"landline/store"
)

// Config is what a Client needs.
type Config struct {
	AccountSID string
	AuthToken  string            // letters and digits, as the carrier's all are
	APIURL     string            // instead of the carrier's own; "" is the carrier's
	Timeout    time.Duration     // of a request; 0 is 10 s. A context may end it sooner
	Transport  http.RoundTripper // nil is a transport of its own
}

// Client sends texts and starts calls. It never repeats a request: the carrier
// has no idempotency, and only the caller can know what was meant. It is safe
// for concurrent use. Every error is an *APIError.
type Client struct {
	config    Config
	api       *url.URL
	transport http.RoundTripper
}

// NewClient checks the configuration and makes a Client. Nothing is asked yet.
func NewClient(config Config) (*Client, error) {
	if !isSID(config.AccountSID, "AC") {
		return nil, errors.New("twilio: the account SID is not AC and 32 hexadecimal digits")
	}
	if config.AuthToken == "" || strings.ContainsFunc(config.AuthToken, notAlphanumeric) {
		return nil, errors.New("twilio: the auth token is empty or holds other than letters and digits")
	}
	c := &Client{config: config, transport: config.Transport}
	if c.transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost = 16
		c.transport = own
	}
	if c.config.Timeout <= 0 {
		c.config.Timeout = 10 * time.Second
	}
	if config.APIURL != "" {
		api, err := parsePublicURL(config.APIURL)
		if err != nil {
			return nil, errors.New("twilio: the API's address must begin with https:// or http://, name a host, and have no query")
		}
		c.api = api
	}
	return c, nil
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// do runs one request of the SDK.
func (c *Client) do(ctx context.Context, op string, request func(*openapi.ApiService) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	t := &trip{ctx: ctx, base: c.transport, api: c.api}
	sdk := &carrier.Client{
		Credentials: carrier.NewCredentials(c.config.AccountSID, c.config.AuthToken),
		HTTPClient: &http.Client{
			Transport:     t,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	sdk.SetAccountSid(c.config.AccountSID)
	// Not NewRequestHandler, which reads variables of the environment that are
	// not ours.
	if err := request(openapi.NewApiService(&carrier.RequestHandler{Client: sdk})); err != nil {
		return t.fault(op, err)
	}
	return nil
}

// errNoSID is an answer that says neither that it worked nor that it did not.
var errNoSID = errors.New("the answer names nothing that was made")

// refuse is an error for what need not even be asked.
func refuse(op, reason string) error {
	return &APIError{Op: op, Class: Never, Err: errors.New(reason)}
}

// An OutgoingMessage is a text to send. Either From or ServiceSID sends it.
type OutgoingMessage struct {
	To             store.Number
	From           store.Number
	ServiceSID     string // a messaging service
	Body           string // at most MaxBody characters
	StatusCallback string // Links.SMSStatus with our id of the delivery
	Validity       time.Duration
	SendAt         time.Time // with a service only, 5 minutes to 35 days ahead; zero is now
}

// A SentMessage is what the carrier knows of a text.
type SentMessage struct {
	SID       string
	Status    MessageStatus
	Segments  int // 0 until a service has chosen the sender
	ErrorCode int // see Classify
	To, From  store.Number
	Body      store.Words
	Created   time.Time
	Sent      time.Time // zero until it is sent
}

// LogValue shows which message it is and how it fared.
func (m SentMessage) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("message", m.SID), slog.String("status", string(m.Status)),
		slog.Int("segments", m.Segments), slog.Int("error_code", m.ErrorCode),
	)
}

// CreateMessage sends a text and returns it as the carrier took it. After an
// error of the class Unclear the text may be under way.
func (c *Client) CreateMessage(ctx context.Context, m OutgoingMessage) (SentMessage, error) {
	const op = "create message"
	n := utf8.RuneCountInString(m.Body)
	switch {
	case !m.To.Known():
		return SentMessage{}, refuse(op, "there is no number to send to")
	case n == 0 || n > MaxBody:
		return SentMessage{}, refuse(op, fmt.Sprintf("the text has %d characters, not 1 to %d", n, MaxBody))
	case !m.From.Known() && m.ServiceSID == "":
		return SentMessage{}, refuse(op, "there is neither a number nor a service to send from")
	}
	params := (&openapi.CreateMessageParams{}).SetTo(m.To.E164()).SetBody(m.Body)
	if m.From.Known() {
		params.SetFrom(m.From.E164())
	}
	if m.ServiceSID != "" {
		params.SetMessagingServiceSid(m.ServiceSID)
	}
	if m.StatusCallback != "" {
		params.SetStatusCallback(m.StatusCallback)
	}
	if m.Validity > 0 {
		params.SetValidityPeriod(int(m.Validity / time.Second))
	}
	if !m.SendAt.IsZero() {
		params.SetSendAt(m.SendAt.UTC()).SetScheduleType("fixed")
	}
	return c.message(ctx, op, func(api *openapi.ApiService) (*openapi.ApiV2010Message, error) { return api.CreateMessage(params) })
}

// Message fetches a text by its SID.
func (c *Client) Message(ctx context.Context, sid string) (SentMessage, error) {
	const op = "fetch message"
	if !isSID(sid, "SM", "MM") {
		return SentMessage{}, refuse(op, "the SID is malformed")
	}
	return c.message(ctx, op, func(api *openapi.ApiService) (*openapi.ApiV2010Message, error) { return api.FetchMessage(sid, nil) })
}

// message runs a request that gives one message.
func (c *Client) message(ctx context.Context, op string, request func(*openapi.ApiService) (*openapi.ApiV2010Message, error)) (SentMessage, error) {
	var out SentMessage
	err := c.do(ctx, op, func(api *openapi.ApiService) error {
		m, err := request(api)
		if err != nil {
			return err
		}
		if out = sentMessage(m); !isSID(out.SID, "SM", "MM") {
			return errNoSID
		}
		return nil
	})
	if err != nil {
		return SentMessage{}, err
	}
	return out, nil
}

// Messages lists the latest texts to a number, a thousand at most: how to find
// out whether one that is Unclear was taken. The carrier dates a text by the
// day, in UTC, on which it was sent, and one that still waits has no date: a
// zero day lists texts of any day, those that wait among them.
func (c *Client) Messages(ctx context.Context, to store.Number, day time.Time, limit int) ([]SentMessage, error) {
	const op = "list messages"
	if !to.Known() || limit < 1 {
		return nil, refuse(op, "there is no number, or nothing to list")
	}
	params := (&openapi.ListMessageParams{}).SetTo(to.E164()).SetPageSize(min(limit, 1000))
	if !day.IsZero() {
		params.SetDateSent(day.UTC().Truncate(24 * time.Hour))
	}
	return c.messages(ctx, op, params)
}

// MessagesUpto lists texts that a number sent, and texts that it was sent, up to
// and on a day (UTC): so many of each, a thousand at most.
func (c *Client) MessagesUpto(ctx context.Context, number store.Number, day time.Time, limit int) ([]SentMessage, error) {
	const op = "list old messages"
	if !number.Known() || day.IsZero() || limit < 1 {
		return nil, refuse(op, "there is no number, no day, or nothing to list")
	}
	params := func() *openapi.ListMessageParams {
		return (&openapi.ListMessageParams{}).SetDateSentBefore(day.UTC().Truncate(24 * time.Hour)).SetPageSize(min(limit, 1000))
	}
	sent, err := c.messages(ctx, op, params().SetFrom(number.E164()))
	if err != nil {
		return nil, err
	}
	arrived, err := c.messages(ctx, op, params().SetTo(number.E164()))
	return append(sent, arrived...), err
}

// messages lists one page.
func (c *Client) messages(ctx context.Context, op string, params *openapi.ListMessageParams) ([]SentMessage, error) {
	var out []SentMessage
	err := c.do(ctx, op, func(api *openapi.ApiService) error {
		page, err := api.PageMessage(params, "", "")
		if err != nil {
			return err
		}
		for i := range page.Messages {
			out = append(out, sentMessage(&page.Messages[i]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteMessage removes a text, its body with it, from the carrier. One that is
// gone already is no error; repeating is safe. A text that is still on its way
// cannot be removed yet.
func (c *Client) DeleteMessage(ctx context.Context, sid string) error {
	const op = "delete message"
	if !isSID(sid, "SM", "MM") {
		return refuse(op, "the SID is malformed")
	}
	err := c.do(ctx, op, func(api *openapi.ApiService) error { return api.DeleteMessage(sid, nil) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// sentMessage reads what the SDK gives.
func sentMessage(m *openapi.ApiV2010Message) SentMessage {
	out := SentMessage{
		SID: or(m.Sid), Status: MessageStatus(or(m.Status)), ErrorCode: or(m.ErrorCode),
		To: store.Number(or(m.To)), From: store.Number(or(m.From)), Body: store.Words(or(m.Body)),
		Created: timestamp(or(m.DateCreated)), Sent: timestamp(or(m.DateSent)),
	}
	out.Segments, _ = strconv.Atoi(or(m.NumSegments)) // "0", or absent, until it is known
	return out
}

// or gives what a pointer points at, or the zero value.
func or[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
