// Package voice answers the carrier's webhooks about calls: it reads the form,
// has the runner take the turn, and renders the reply as TwiML.
//
// Every signed request gets a document that a caller can hear. If the store is
// away or slow, or anything else fails, that is an apology in the caller's
// language and a transfer to reception; the turn number in the address lets
// the conversation go on where it was if nobody answers there and the store is
// back.
//
// Nothing about a person stands in an address or a log. Start with Config and
// Handler.Routes.
package voice
