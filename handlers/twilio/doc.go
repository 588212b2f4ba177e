// Package twilio speaks the carrier's formats: the forms it posts, the
// signature on them, the TwiML that answers, and the REST calls that send.
//
// It holds no conversation and takes no decision. A webhook reads
//
//	form, err := verifier.ReadForm(request)          // size, type, signature
//	call, err := twilio.ParseVoice(form, "GB")       // typed, numbers normalised
//	doc, err := twilio.Response{twilio.Say{…}}.TwiML() // written, limits checked
//
// and everything a form or document says about a person stays in types that
// redact themselves. Errors name a field and a reason, never a value.
//
// The other direction is here too, for a stand-in of the carrier and for
// tests: Sign makes the signature, ReadTwiML and ReadMessages read documents
// back into the verbs that wrote them.
//
// Start with ParseVoice, Response, NewVerifier, NewClient and NewLinks, one
// per job. Facts about the carrier come from its public documentation at
// https://www.twilio.com/docs and its error dictionary.
package twilio
