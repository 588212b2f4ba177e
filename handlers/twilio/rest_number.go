package twilio

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"landline/store"
)

// A NumberHook is an address that the carrier asks, and how. No URL: it asks nobody.
type NumberHook struct{ URL, Method string }

// String shows the hook to an operator, without a password in the address.
func (h NumberHook) String() string {
	u, err := url.Parse(h.URL)
	switch {
	case h.URL == "":
		return "nothing"
	case err != nil:
		return h.Method + " an address that cannot be read"
	}
	return h.Method + " " + u.Redacted()
}

// NumberHooks are what the carrier asks about one of its numbers.
type NumberHooks struct{ Voice, VoiceFallback, VoiceStatus, SMS, SMSFallback NumberHook }

// Hooks are those that lead to us, with the retries that we ask for.
func (l Links) Hooks() NumberHooks {
	post := func(address string) NumberHook { return NumberHook{address, http.MethodPost} }
	return NumberHooks{
		Voice: post(l.Voice()), VoiceFallback: post(l.VoiceFallback()), VoiceStatus: post(l.VoiceStatus()),
		SMS: post(l.SMS()), SMSFallback: post(l.SMSFallback()),
	}
}

// Each gives the hooks by the names that the carrier's console has for them.
func (h NumberHooks) Each() iter.Seq2[string, NumberHook] {
	return func(yield func(string, NumberHook) bool) {
		_ = yield("a call comes in", h.Voice) && yield("its fallback", h.VoiceFallback) && yield("call status changes", h.VoiceStatus) &&
			yield("a message comes in", h.SMS) && yield("its fallback", h.SMSFallback)
	}
}

// A HeldNumber is a telephone number of the account's.
type HeldNumber struct {
	SID    string
	Number store.Number
	Hooks  NumberHooks
	// VoiceBy and SMSBy name what the carrier asks instead of the hooks: an
	// application (AP…) or a trunk (TK…). "": the hooks count.
	VoiceBy, SMSBy string
}

// HeldNumber looks for a number of the account's. One that it does not have is
// ErrNotFound.
func (c *Client) HeldNumber(ctx context.Context, number store.Number) (HeldNumber, error) {
	const op = "find number"
	if !number.Known() {
		return HeldNumber{}, refuse(op, "there is no number")
	}
	params := (&openapi.ListIncomingPhoneNumberParams{}).SetPhoneNumber(number.E164())
	return c.heldNumber(ctx, op, func(api *openapi.ApiService) (*openapi.ApiV2010IncomingPhoneNumber, error) {
		page, err := api.PageIncomingPhoneNumber(params, "", "")
		if err != nil {
			return nil, err
		}
		for i := range page.IncomingPhoneNumbers {
			// The carrier looks for a part of a number.
			if n := &page.IncomingPhoneNumbers[i]; or(n.PhoneNumber) == number.E164() {
				return n, nil
			}
		}
		return nil, ErrNotFound
	})
}

// PointNumber sets what the carrier asks about a number, and gives it as it is
// then. Nothing else about the number is changed; repeating is safe.
func (c *Client) PointNumber(ctx context.Context, sid string, h NumberHooks) (HeldNumber, error) {
	const op = "point number"
	if !isSID(sid, "PN") {
		return HeldNumber{}, refuse(op, "the SID is malformed")
	}
	params := (&openapi.UpdateIncomingPhoneNumberParams{}).
		SetVoiceUrl(h.Voice.URL).SetVoiceMethod(h.Voice.Method).
		SetVoiceFallbackUrl(h.VoiceFallback.URL).SetVoiceFallbackMethod(h.VoiceFallback.Method).
		SetStatusCallback(h.VoiceStatus.URL).SetStatusCallbackMethod(h.VoiceStatus.Method).
		SetSmsUrl(h.SMS.URL).SetSmsMethod(h.SMS.Method).
		SetSmsFallbackUrl(h.SMSFallback.URL).SetSmsFallbackMethod(h.SMSFallback.Method)
	return c.heldNumber(ctx, op, func(api *openapi.ApiService) (*openapi.ApiV2010IncomingPhoneNumber, error) {
		return api.UpdateIncomingPhoneNumber(sid, params)
	})
}

// heldNumber runs a request that gives one number.
func (c *Client) heldNumber(ctx context.Context, op string, request func(*openapi.ApiService) (*openapi.ApiV2010IncomingPhoneNumber, error)) (HeldNumber, error) {
	var out HeldNumber
	missing := false
	err := c.do(ctx, op, func(api *openapi.ApiService) error {
		n, err := request(api)
		if missing = errors.Is(err, ErrNotFound); err != nil {
			return err
		}
		if out = heldNumber(n); !isSID(out.SID, "PN") {
			return errNoSID
		}
		return nil
	})
	switch {
	case missing:
		return HeldNumber{}, &APIError{Op: op, Class: Never, Status: http.StatusOK, Err: ErrNotFound}
	case err != nil:
		return HeldNumber{}, err
	}
	return out, nil
}

// heldNumber reads what the SDK gives.
func heldNumber(n *openapi.ApiV2010IncomingPhoneNumber) HeldNumber {
	hook := func(address, method *string) NumberHook {
		if or(address) == "" { // the carrier names a method all the same
			return NumberHook{}
		}
		return NumberHook{or(address), or(method)}
	}
	return HeldNumber{
		SID: or(n.Sid), Number: store.Number(or(n.PhoneNumber)),
		Hooks: NumberHooks{
			Voice: hook(n.VoiceUrl, n.VoiceMethod), VoiceFallback: hook(n.VoiceFallbackUrl, n.VoiceFallbackMethod),
			VoiceStatus: hook(n.StatusCallback, n.StatusCallbackMethod),
			SMS:         hook(n.SmsUrl, n.SmsMethod), SMSFallback: hook(n.SmsFallbackUrl, n.SmsFallbackMethod),
		},
		VoiceBy: or(n.TrunkSid) + or(n.VoiceApplicationSid), SMSBy: or(n.SmsApplicationSid),
	}
}
