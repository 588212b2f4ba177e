package twilio

import (
	"errors"
	"net/url"
	"strconv"
	"time"
)

// The paths of our webhooks, all of them POST.
const (
	PathVoice         = "/twilio/voice"          // a call begins
	PathVoiceTurn     = "/twilio/voice/turn"     // keys, speech, silence, the end of a recording or transfer
	PathVoiceStatus   = "/twilio/voice/status"   // a call changes its state
	PathVoiceFallback = "/twilio/voice/fallback" // when all else failed
	PathVoiceWhisper  = "/twilio/voice/whisper"  // what only the person hears to whom a call is transferred
	PathSMS           = "/twilio/sms"            // a text arrives
	PathSMSStatus     = "/twilio/sms/status"     // a text that went out changes its state
	PathSMSFallback   = "/twilio/sms/fallback"
)

// retries asks the carrier to try our addresses three times in all, on any
// failure, with 4.5 s for each answer: 13.5 s of the 15 s that a call or text
// waits. By default it tries again only if it could not connect. The fragment
// is the carrier's to read: it is neither sent nor signed.
const retries = "#rp=all&rc=2&rt=4500"

// Links makes the addresses that the carrier is told to ask. They are absolute,
// and nothing in them is about a person: the carrier keeps them and shows them
// in its logs.
type Links struct {
	base string
	now  func() time.Time // nil: addresses of turns tell no time
}

// NewLinks makes Links under the address at which the carrier reaches us, an
// origin and perhaps a path.
func NewLinks(publicURL string) (Links, error) {
	base, err := parsePublicURL(publicURL)
	if err != nil {
		return Links{}, err
	}
	return Links{base: base.String()}, nil
}

// Dated gives Links whose addresses of turns tell, to the minute, when they were
// made. The carrier signs them and never forgets how: only so is it known that
// one which is asked weeks later, by whoever kept it, is of a call long over.
func (l Links) Dated(now func() time.Time) Links {
	l.now = now
	return l
}

// longestCall is the carrier's limit, and a minute for the minutes that are not
// told.
const longestCall = 4*time.Hour + time.Minute

// Over reports whether the call to which an address belongs must have ended. Of
// one that tells no time it is not known.
func (l Links) Over(t TurnLink) bool {
	return l.now != nil && !t.Made.IsZero() && l.now().Sub(t.Made) > longestCall
}

func (l Links) to(path, query string) string {
	if query != "" {
		path += "?" + query
	}
	return l.base + path + retries
}

// Voice is where a call begins.
func (l Links) Voice() string { return l.to(PathVoice, "") }

// Turn is where the answer to a turn is posted. It carries the number of the
// turn, so that one posted twice is known, and the language, so that an apology
// can be made in it with nothing else at hand. Silent marks the address that is
// asked when nothing was keyed or said. ParseTurn reads it back.
func (l Links) Turn(turn int, language string, silent bool) string {
	query := "t=" + strconv.Itoa(turn) + "&l=" + url.QueryEscape(language)
	if silent {
		query += "&s=1"
	}
	if l.now != nil {
		query += "&m=" + strconv.FormatInt(l.now().Unix()/60, 10)
	}
	return l.to(PathVoiceTurn, query)
}

// Outgoing is where a call that we make begins, once it is answered. The id is
// our own for the attempt; it stands in the query as d.
func (l Links) Outgoing(id string) string { return l.to(PathVoice, "d="+url.QueryEscape(id)) }

// OutgoingStatus is told of the end of a call that we made.
func (l Links) OutgoingStatus(id string) string {
	return l.to(PathVoiceStatus, "d="+url.QueryEscape(id))
}

// VoiceStatus is told of each change of a call's state.
func (l Links) VoiceStatus() string { return l.to(PathVoiceStatus, "") }

// VoiceFallback is asked when another address did not answer.
func (l Links) VoiceFallback() string { return l.to(PathVoiceFallback, "") }

// Whisper says what only the person hears to whom a call is transferred.
func (l Links) Whisper() string { return l.to(PathVoiceWhisper, "") }

// SMS is where a text arrives.
func (l Links) SMS() string { return l.to(PathSMS, "") }

// SMSStatus is told of each change of a text. The id is our own for the
// delivery, so that news can be matched when the carrier's answer to the
// sending was lost; it stands in the query as d. "" leaves it out.
func (l Links) SMSStatus(id string) string {
	if id == "" {
		return l.to(PathSMSStatus, "")
	}
	return l.to(PathSMSStatus, "d="+url.QueryEscape(id))
}

// SMSFallback is asked when SMS did not answer.
func (l Links) SMSFallback() string { return l.to(PathSMSFallback, "") }

// A TurnLink is what the query of a turn's address says.
type TurnLink struct {
	Turn     int
	Language string // "" if none was given
	Silent   bool
	Made     time.Time // to the minute; zero if it does not tell
}

const maxTurn = 1_000_000 // no call lasts that long

// ParseTurn reads the query of an address made by Links.Turn. The signature has
// vouched for it, so an error means a fault of ours.
func ParseTurn(query url.Values) (TurnLink, error) {
	turn, err := strconv.Atoi(query.Get("t"))
	if err != nil || turn < 0 || turn > maxTurn {
		return TurnLink{}, errors.New("twilio: the address of a turn has no turn number")
	}
	language := query.Get("l")
	if !isLanguage(language) {
		return TurnLink{}, errors.New("twilio: the address of a turn has an odd language")
	}
	link := TurnLink{Turn: turn, Language: language, Silent: query.Get("s") == "1"}
	if query.Has("m") {
		minutes, err := strconv.ParseInt(query.Get("m"), 10, 32)
		if err != nil || minutes <= 0 {
			return TurnLink{}, errors.New("twilio: the address of a turn has an odd time")
		}
		link.Made = time.Unix(minutes*60, 0)
	}
	return link, nil
}

// isLanguage reports whether s could be a BCP 47 tag, or is empty.
func isLanguage(s string) bool {
	if len(s) > 35 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
