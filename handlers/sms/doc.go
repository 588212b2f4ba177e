// Package sms answers the carrier's webhooks about texts: it reads the form,
// has the runner take the turn, and renders the reply as one text of at most
// two segments.
//
// Words that the carrier takes for itself are obeyed: somebody who typed one
// that cuts them off, perhaps without meaning to, is rung by staff. If the
// store is away, or anything else fails, the answer is an apology with the
// number to ring.
//
// Nothing about a person stands in a log. Start with Config and Handler.Routes.
package sms
