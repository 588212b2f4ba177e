package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// MaxRecordingBytes is the most that a recording may be: two minutes are a
// quarter of it in the carrier's best quality.
const MaxRecordingBytes = 8 << 20

// carrierAPI is where the carrier's API is, if Config names no other.
const carrierAPI = "https://api.twilio.com"

// Recording fetches a recording as a WAV file. It may take the carrier a while to
// have it: until then the error wraps ErrNotFound
// (https://www.twilio.com/docs/voice/api/recording). The SDK has no call for it.
func (c *Client) Recording(ctx context.Context, sid string) ([]byte, error) {
	const op = "fetch recording"
	if !isSID(sid, "RE") {
		return nil, refuse(op, "the SID is malformed")
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	base := c.api
	if base == nil {
		base, _ = url.Parse(carrierAPI)
	}
	address := base.JoinPath("2010-04-01", "Accounts", c.config.AccountSID, "Recordings", sid+".wav")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, &APIError{Op: op, Class: Never, Err: errors.New("the address is malformed")}
	}
	r.SetBasicAuth(c.config.AccountSID, c.config.AuthToken)
	answer, err := (&http.Client{Transport: c.transport}).Do(r)
	if err != nil {
		return nil, &APIError{Op: op, Class: Unclear, Err: cause(err)}
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotFound:
		return nil, &APIError{Op: op, Class: Never, Status: answer.StatusCode, Err: ErrNotFound}
	case answer.StatusCode != http.StatusOK:
		return nil, &APIError{Op: op, Class: Unclear, Status: answer.StatusCode}
	}
	audio, err := io.ReadAll(io.LimitReader(answer.Body, MaxRecordingBytes+1))
	if err != nil {
		return nil, &APIError{Op: op, Class: Unclear, Err: cause(err)}
	}
	if len(audio) > MaxRecordingBytes {
		return nil, refuse(op, fmt.Sprintf("it has more than %d bytes", MaxRecordingBytes))
	}
	return audio, nil
}

// DeleteRecording removes a recording from the carrier. One that is gone already
// is no error; repeating is safe.
func (c *Client) DeleteRecording(ctx context.Context, sid string) error {
	const op = "delete recording"
	if !isSID(sid, "RE") {
		return refuse(op, "the SID is malformed")
	}
	err := c.do(ctx, op, func(api *openapi.ApiService) error { return api.DeleteRecording(sid, nil) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
