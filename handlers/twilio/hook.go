package twilio

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"

	"github.com/gin-gonic/gin"
)

// A Hook guards the routes on which the carrier asks: what is behind it sees
// only forms that are signed and well made.
type Hook struct {
	Verifier *Verifier
	Log      *slog.Logger
}

// Handle makes a route. A request that is not a signed form is refused with its
// status and no TwiML, and logged without its content. If next panics before
// it has answered, apologise answers instead: the carrier never gets a page
// that it cannot read.
func (h Hook) Handle(next func(*gin.Context, url.Values), apologise gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		form, err := h.Verifier.ReadForm(c.Request)
		if err != nil {
			h.Refuse(c, err)
			return
		}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			logPanic(h.Log, c, v)
			if !c.Writer.Written() {
				apologise(c)
			}
		}()
		next(c, form)
	}
}

// Refuse ends a request that cannot be read, with the status that it deserves.
// The log says which route and why, never what was sent.
func (h Hook) Refuse(c *gin.Context, err error) {
	status := StatusOf(err)
	h.Log.LogAttrs(c.Request.Context(), slog.LevelWarn, "webhook refused",
		slog.String("route", c.FullPath()), slog.Int("status", status), slog.String("reason", err.Error()))
	c.AbortWithStatus(status)
}

// Answer answers with a document.
func Answer(c *gin.Context, document []byte) {
	c.Data(http.StatusOK, ContentType, document)
}

// Router is a gin engine without its habits: no log of its own, which would
// show addresses, no redirects, which lose what was keyed, no trust in what a
// proxy says. A panic on a route that does not mind it itself is a 500.
func Router(log *slog.Logger) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.ForwardedByClientIP = false
	r.Use(func(c *gin.Context) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v) // net/http's own way to cut a connection
			}
			logPanic(log, c, v)
			if !c.Writer.Written() {
				c.AbortWithStatus(http.StatusInternalServerError)
			}
		}()
		c.Next()
	})
	return r
}

// logPanic shows where, and what only if the runtime threw it: anything else
// may hold what a person said.
func logPanic(log *slog.Logger, c *gin.Context, v any) {
	what := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		what = err.Error()
	}
	log.LogAttrs(c.Request.Context(), slog.LevelError, "panic",
		slog.String("route", c.FullPath()), slog.String("what", what), slog.String("stack", string(debug.Stack())))
}
