// Package fhir asks a FHIR R4 server (http://hl7.org/fhir/R4/http.html), and keeps
// from its callers all in which servers differ. It knows nothing of the nouns of
// store.
//
// It promises:
//
//   - What is written back still has every element that we do not know: a
//     Resource is kept as it came.
//   - A search tells whether the server confirmed that it understood the whole
//     question. An empty list from one that did not is no answer: a misspelt or
//     unknown parameter is ignored by most servers.
//   - Nothing personal stands in a URL: a search by who somebody is goes as a form.
//   - Every write can be sent again: an update names the version that it was made
//     from, and what is created carries an identifier by which it is created once.
//   - An error is store.ErrUnavailable where nothing was changed, store.ErrUnknown
//     where a write may have been performed, or one of ErrGone and ErrStale. It
//     tells a status and an issue's code, never what the server wrote.
//   - A server that is down is left alone for a while: callers hear at once that it
//     cannot be reached.
//
// Start with Client.
package fhir
