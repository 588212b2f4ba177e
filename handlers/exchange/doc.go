// Package exchange is a telephone exchange on this machine. It stands in for
// the carrier: in the demo, where telephones are pictures on a page or lines in
// a terminal; in screenplays; and in tests, where a call takes no time at all.
//
// It behaves as the carrier's public documentation says
// (https://www.twilio.com/docs/voice, /docs/messaging, /docs/usage/webhooks) and
// on purpose shares no code with the gateway that it rings: it signs its
// webhooks and reads TwiML by itself, so that one misreading cannot hide another.
//
// # A call
//
//	x, err := exchange.New(exchange.Config{…})
//	call, err := x.Dial("+441632960101", "+441632960000")
//	call.Heard()                  // what was said, since last asked
//	call.Press("1")               // keys
//	call.Say("tomorrow, please")  // speech
//	call.Silence()                // say and key nothing, until something happens
//	call.HangUp()
//
// When the gateway transfers the call, another telephone rings: Ringing says
// which, and x.Answer, x.Decline, x.LetRing and x.HangUp say what is done there.
// Texts go out with x.Text and arrive in x.Inbox.
//
// # Time
//
// Every call has its own time, moved by nothing but Advance; a gather's timeout,
// the length of a sentence and the ringing of a bell all count on it. Config.Pace
// says who moves it: nobody (Still), a caller who hears everything out before
// doing anything (Attentive), or the clock on the wall (WallClock).
//
// # Complaints
//
// What the carrier would put in its error log (a document that does not parse,
// a verb it does not know, a webhook that failed) is in Alerts. A test of the
// gateway should end with no alert.
//
// # Faults
//
// Faults is a bad way to the gateway, between Config.Transport and it: webhooks
// and answers get lost, come late, cut off, twice or long after, as a Script
// says, or a Storm that is the same for the same seed.
//
// # Over HTTP
//
// MountPhone adds the handset page and its API to a router, MountREST the
// carrier's REST API. Client speaks the handset API.
//
// What is not here: conferences, media streams, dialling
// several numbers at once.
package exchange
