package twilio

import (
	"log/slog"
	"net/url"

	"landline/prompts/segment"
	"landline/store"
)

// A MessageForm is a text that arrived.
type MessageForm struct {
	MessageSid string       // always there: "SM" or "MM" and 32 hexadecimal digits
	AccountSid string       // always there
	From       store.Number // zero for a short code or a sender's name, which nobody can answer
	To         store.Number
	Body       store.Words // at most MaxBody characters, control characters removed

	Media    int // pictures and the like that came with it
	Segments int

	MessagingServiceSid string
	OptOutType          string // "STOP", "START" or "HELP", only with Advanced Opt-Out

	ErrorCode int    // why the fallback address is asked, 0 if it is not
	ErrorURL  string // what failed

	Extra Extra
}

// ParseMessage reads a verified form. The region ("" is DefaultRegion) is for
// numbers without a country code. The error is a *FieldError.
func ParseMessage(form url.Values, region string) (MessageForm, error) {
	r := newReader(form, region)
	f := MessageForm{
		MessageSid:          r.sid("MessageSid", true, "SM", "MM"),
		AccountSid:          r.sid("AccountSid", true, "AC"),
		From:                r.number("From", true),
		To:                  r.number("To", true),
		Media:               r.count("NumMedia", 0),
		Segments:            r.count("NumSegments", 0),
		MessagingServiceSid: r.sid("MessagingServiceSid", false, "MG"),
		OptOutType:          r.short("OptOutType"),
		ErrorCode:           r.count("ErrorCode", 0),
		ErrorURL:            r.link("ErrorUrl"),
	}
	f.Body, _ = r.text("Body", MaxBody)
	if r.err != nil {
		return MessageForm{}, r.err
	}
	f.Extra = r.extra()
	return f, nil
}

// Keyword says what the carrier has already made of the text: Advanced Opt-Out
// tells, otherwise its fixed list of words does.
func (f MessageForm) Keyword() segment.Kind {
	switch f.OptOutType {
	case "STOP":
		return segment.OptOut
	case "START":
		return segment.OptIn
	case "HELP":
		return segment.Help
	}
	return segment.Keyword(f.Body.Reveal())
}

// LogValue shows which message it is and nothing about who wrote what.
func (f MessageForm) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("message", f.MessageSid),
		slog.Int("segments", f.Segments),
		slog.Int("error_code", f.ErrorCode),
	)
}

// MessageStatus is where a text that went out has got to.
type MessageStatus string

// The states of a text, in the order in which they are reached. The last four
// are ends.
const (
	MessageAccepted    MessageStatus = "accepted"  // by a messaging service
	MessageScheduled   MessageStatus = "scheduled" // likewise, for later
	MessageQueued      MessageStatus = "queued"
	MessageSending     MessageStatus = "sending"
	MessageSent        MessageStatus = "sent"
	MessageDelivered   MessageStatus = "delivered"
	MessageUndelivered MessageStatus = "undelivered"
	MessageFailed      MessageStatus = "failed"
	MessageCanceled    MessageStatus = "canceled"
)

// rank orders the states; a state that nobody has heard of is the lowest.
func (s MessageStatus) rank() int {
	switch s {
	case MessageAccepted, MessageScheduled:
		return 1
	case MessageQueued:
		return 2
	case MessageSending:
		return 3
	case MessageSent:
		return 4
	case MessageDelivered, MessageUndelivered, MessageFailed, MessageCanceled:
		return 5
	}
	return 0
}

// Follows reports whether s is news to somebody who knows of old. Callbacks
// arrive in any order, and a text never goes back; the first end stands.
func (s MessageStatus) Follows(old MessageStatus) bool { return s.rank() > old.rank() }

// Ended reports whether nothing more will be told.
func (s MessageStatus) Ended() bool { return s.rank() == 5 }

// Attempt is how far a text has got, in our own words.
func (s MessageStatus) Attempt() store.AttemptState {
	switch s {
	case MessageDelivered:
		return store.Delivered
	case MessageUndelivered, MessageFailed, MessageCanceled:
		return store.Failed
	}
	return store.Sent
}

// A MessageStatusForm is news of a text that we sent.
type MessageStatusForm struct {
	MessageSid          string        // always there
	AccountSid          string        // always there
	Status              MessageStatus // always there
	ErrorCode           int           // why it failed, 0 if it did not; see Classify
	From, To            store.Number
	MessagingServiceSid string
	Extra               Extra
}

// ParseMessageStatus reads a verified form. The error is a *FieldError.
func ParseMessageStatus(form url.Values, region string) (MessageStatusForm, error) {
	r := newReader(form, region)
	f := MessageStatusForm{
		MessageSid:          r.sid("MessageSid", true, "SM", "MM"),
		AccountSid:          r.sid("AccountSid", true, "AC"),
		Status:              MessageStatus(r.word("MessageStatus")),
		ErrorCode:           r.count("ErrorCode", 0),
		From:                r.number("From", false),
		To:                  r.number("To", false),
		MessagingServiceSid: r.sid("MessagingServiceSid", false, "MG"),
	}
	if r.err != nil {
		return MessageStatusForm{}, r.err
	}
	f.Extra = r.extra()
	return f, nil
}

// LogValue shows which message it is and how it fared.
func (f MessageStatusForm) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("message", f.MessageSid),
		slog.String("status", string(f.Status)),
		slog.Int("error_code", f.ErrorCode),
	)
}
