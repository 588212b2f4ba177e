package twilio

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// MaxForm is the largest form that is read, in bytes. The carrier's largest, a
// text of 1600 characters with each byte escaped, is well under half of it.
const MaxForm = 64 << 10

// A RequestError says why a webhook request was not read, and the HTTP status
// that says so to the sender. It holds nothing of the request.
type RequestError struct {
	Status int // 400, 403, 405, 413 or 415
	Reason string
	err    error
}

func (e *RequestError) Error() string { return "twilio: webhook: " + e.Reason }
func (e *RequestError) Unwrap() error { return e.err }

// ReadForm reads and verifies a webhook request: POST, a form, no larger than
// MaxForm, signed. It returns the parameters of the body; those of the query
// are in r.URL. The error is a *RequestError, and is ErrSignature too if that
// was the reason. It reads the body itself: call it before anything else does.
func (v *Verifier) ReadForm(r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return nil, &RequestError{Status: http.StatusMethodNotAllowed, Reason: "not a POST"}
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, &RequestError{Status: http.StatusUnsupportedMediaType, Reason: "not a form"}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxForm+1))
	if err != nil {
		return nil, &RequestError{Status: http.StatusBadRequest, Reason: "the body could not be read"}
	}
	if len(body) > MaxForm {
		return nil, &RequestError{Status: http.StatusRequestEntityTooLarge, Reason: fmt.Sprintf("longer than %d bytes", MaxForm)}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil { // err would show a piece of the body
		return nil, &RequestError{Status: http.StatusBadRequest, Reason: "the form is malformed"}
	}
	if err := v.Verify(r, form); err != nil {
		return nil, &RequestError{Status: http.StatusForbidden, Reason: "the signature does not match", err: err}
	}
	return form, nil
}

// StatusOf gives the HTTP status that a fault in a webhook request deserves:
// that of a RequestError, 400 for a FieldError, 500 for anything else.
func StatusOf(err error) int {
	var request *RequestError
	var field *FieldError
	switch {
	case errors.As(err, &request):
		return request.Status
	case errors.As(err, &field):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
