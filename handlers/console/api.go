package console

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"landline/store"
)

// Base is the address below which the API stands.
const Base = "/api/v1"

// maxBody is the longest body that is read, in bytes: a month's slots of a clinic.
const maxBody = 256 << 10

// description is the API's own, in OpenAPI 3.1.
//
//go:embed openapi.yaml
var description []byte

// Record is what the API needs of store.Record.
type Record interface {
	Perform(context.Context, store.Order) (store.Outcome, error)
	Person(context.Context, store.PersonID) (store.Person, error)
}

// Ledger is what the API needs of store.Ledger.
type Ledger interface {
	Note(context.Context, ...store.LedgerLine) error
}

// Config says what an API is made of; all of it is needed.
type Config struct {
	Record Record
	Ledger Ledger
	Tokens store.Tokens
	// Letter writes what a task says could not be told, as a PDF: store.ErrNotFound
	// if there is nothing to write.
	Letter func(context.Context, store.Task, time.Time) ([]byte, error)
	// Practice is whose staff they are, and PublicURL where they reach us.
	Practice  store.Practice
	PublicURL string
	// Now is the practice's clock, in its zone.
	Now     func() time.Time
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// API answers staff, and their browsers.
type API struct {
	Config
	pages    *pages
	requests *prometheus.CounterVec
}

// New checks the configuration and names everything that it lacks.
func New(c Config) (*API, error) {
	var faults []error
	for what, there := range map[string]bool{
		"Record": c.Record != nil, "Ledger": c.Ledger != nil, "Tokens": c.Tokens != nil,
		"Letter": c.Letter != nil, "PublicURL": c.PublicURL != "", "Now": c.Now != nil, "Log": c.Log != nil, "Metrics": c.Metrics != nil,
	} {
		if !there {
			faults = append(faults, fmt.Errorf("console: %s is missing", what))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	pages, err := newPages(c.PublicURL)
	if err != nil {
		return nil, err
	}
	a := &API{c, pages, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "landline_console_requests_total", Help: "What staff asked for, by operation, role and status.",
	}, []string{"operation", "role", "status"})}
	if err := c.Metrics.Register(a.requests); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return a, nil
}

// operation is one thing that staff may ask for.
type operation struct {
	// name is its operationId in the description.
	name, method, path string
	// status is that of success.
	status int
	// do answers: with a body, with audio, or with a *Problem.
	do func(*call) (any, error)
}

func operations() []operation {
	var all []operation
	for _, some := range [][]operation{
		taskOperations, peopleOperations, resultOperations, orderedOperations, clinicOperations, appointmentOperations, readingOperations, grantOperations, messageOperations, deliveryOperations, settingOperations, entryOperations, questionOperations, pageOperations,
	} {
		all = append(all, some...)
	}
	return all
}

// Routes adds the routes.
func (a *API) Routes(r gin.IRoutes) {
	r.GET(Base+"/openapi.yaml", func(c *gin.Context) { c.Data(http.StatusOK, "application/yaml", description) })
	for _, op := range operations() {
		r.Handle(op.method, Base+ginPath(op.path), func(c *gin.Context) { a.answer(c, op) })
	}
	a.pageRoutes(r)
}

// ginPath writes "/people/{person}" as gin does.
func ginPath(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

// call is one request of a member of staff.
type call struct {
	*API
	ctx   context.Context
	gin   *gin.Context
	op    operation
	staff store.Staff
	now   time.Time
	body  []byte
	// key is the client's own, of a change, and match the version that it is to
	// change, as If-Match has it.
	key, match string
	// etag is sent with the answer, where it is set.
	etag string
}

// reply is an answer: kept under the key of a change, it is the same again.
type reply struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	ETag   string `json:"etag,omitempty"`
	Body   []byte `json:"body"`
}

// answer reads a request, has it performed, and answers. One event is logged: it
// names the operation, never what it was about.
func (a *API) answer(g *gin.Context, op operation) {
	began := time.Now()
	c := &call{API: a, ctx: g.Request.Context(), gin: g, op: op, now: a.Now()}
	out := c.serve()
	header := g.Writer.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if out.ETag != "" {
		header.Set("ETag", out.ETag)
	}
	g.Data(out.Status, out.Type, out.Body)
	c.told(op.name, out.Status, time.Since(began))
}

// told counts and logs what was asked for.
func (c *call) told(operation string, status int, took time.Duration) {
	c.requests.WithLabelValues(operation, string(c.staff.Role), strconv.Itoa(status)).Inc()
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	c.Log.LogAttrs(c.ctx, level, "console", slog.String("operation", operation), slog.String("role", string(c.staff.Role)),
		slog.Int("status", status), slog.Duration("took", took))
}

func (c *call) serve() reply {
	if err := c.authenticate(); err != nil {
		return c.refuse(err)
	}
	if err := c.read(); err != nil {
		return c.refuse(err)
	}
	c.key, c.match = c.gin.GetHeader(keyHeader), c.gin.GetHeader("If-Match")
	if c.op.method == http.MethodGet || c.op.reads() {
		return c.perform()
	}
	return c.once()
}

// perform does what is asked for.
func (c *call) perform() reply {
	body, err := c.op.do(c)
	if err != nil {
		return c.refuse(err)
	}
	return c.reply(body)
}

// authenticate finds out who asks.
func (c *call) authenticate() error {
	scheme, secret, _ := strings.Cut(c.gin.GetHeader("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return unauthorised
	}
	staff, admission, err := c.Tokens.Staff(c.ctx, strings.TrimSpace(secret), c.now)
	return c.admit(staff, admission, err)
}

// admit takes up who was found to ask.
func (c *call) admit(staff store.Staff, admission store.Admission, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unauthorised
	case err != nil:
		return unavailable(err)
	case admission != store.Admitted:
		c.gin.Header("Retry-After", "1")
		return &Problem{Status: http.StatusTooManyRequests, Reason: "too many", Detail: "This token has asked too often. Ask again in a moment."}
	}
	c.staff = staff
	return nil
}

// read takes in the body.
func (c *call) read() error {
	r := c.gin.Request
	body, err := io.ReadAll(http.MaxBytesReader(c.gin.Writer, r.Body, maxBody))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return &Problem{Status: http.StatusRequestEntityTooLarge, Reason: "too long", Detail: "The body is longer than 256 KiB."}
		}
		return &Problem{Status: http.StatusBadRequest, Reason: "cut short", Detail: "The body did not arrive whole."}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); len(body) > 0 && (err != nil || kind != "application/json") {
		return &Problem{Status: http.StatusUnsupportedMediaType, Reason: "not JSON", Detail: "The body must be application/json."}
	}
	c.body = bytes.TrimSpace(body)
	return nil
}
