package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"landline/store"
)

// Problem is a refusal as RFC 9457 has it (application/problem+json), with a
// reason for programs. It repeats nothing of what was sent.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Reason is the policy's, or what stood in the way.
	Reason string `json:"reason"`
	// Errors name each field at fault.
	Errors []Fault `json:"errors,omitempty"`

	cause error
}

// Fault is what is wrong with a field: of the body, its path; else the name of a
// header or a parameter.
type Fault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return fmt.Sprintf("console: %d %s", p.Status, p.Reason) }
func (p *Problem) Unwrap() error { return p.cause }

var (
	unauthorised = &Problem{Status: http.StatusUnauthorized, Reason: "no token", Detail: "Show a token that holds: Authorization: Bearer …"}
	notFound     = &Problem{Status: http.StatusNotFound, Reason: "none", Detail: "There is no such thing."}
)

func unavailable(err error) *Problem {
	return &Problem{Status: http.StatusServiceUnavailable, Reason: "unavailable", Detail: "The record cannot be reached. Nothing was changed.", cause: err}
}

// faulty is a body, or a header, with faults in it.
func faulty(faults ...Fault) *Problem {
	return &Problem{Status: http.StatusBadRequest, Reason: "not valid", Errors: faults}
}

// problemOf is what a verdict comes to that is not Done.
func problemOf(v store.Verdict, why store.Reason, err error) *Problem {
	switch {
	case errors.Is(err, store.ErrConflict):
		return keyReused
	case v == store.Refused:
		return &Problem{Status: http.StatusForbidden, Reason: string(why), Detail: "Your role may not do that."}
	case v == store.Taken:
		return &Problem{Status: http.StatusConflict, Reason: "taken", Detail: "Somebody else was first, or it is not as it was any more."}
	case v == store.Unknown:
		return &Problem{Status: http.StatusServiceUnavailable, Reason: "unknown", Detail: "It may have been done. Ask again under the same key.", cause: err}
	}
	return unavailable(err)
}

// refuse answers with a problem.
func (c *call) refuse(err error) reply {
	var p *Problem
	if !errors.As(err, &p) {
		p = &Problem{Status: http.StatusInternalServerError, Reason: "internal", cause: err}
	}
	if p.cause != nil {
		c.Log.LogAttrs(c.ctx, slog.LevelWarn, "console could not answer", slog.String("operation", c.op.name), slog.String("error", p.cause.Error()))
	}
	if p.Status == http.StatusUnauthorized {
		c.gin.Header("WWW-Authenticate", "Bearer")
	}
	told := *p
	told.Type, told.Title = "about:blank", http.StatusText(p.Status)
	body, err := json.Marshal(told)
	if err != nil {
		panic(err) // strings and numbers
	}
	return reply{Status: p.Status, Type: "application/problem+json", Body: body}
}
