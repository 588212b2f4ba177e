// Package console is for staff: the JSON API at /api/v1, which openapi.yaml
// describes, and their pages at /console.
//
// Whoever asks shows a token (landline token), which says who they are and as
// what they work. What they ask for is put to the one policy, store.Allow, and
// performed by the record, as what callers ask for is. Whatever they read or
// change of a person stands in that person's ledger, with their name and role:
// where it cannot be written there, nothing is answered, and nothing changed.
//
// A change carries a key of the client's own (Idempotency-Key): the same change
// under the same key is performed once and answered alike, however often it is
// asked for. Nothing personal stands in an address, a log or a metric: people are
// addressed by opaque ids, and found by what stands in a body.
//
// The pages are HTML that a browser shows without scripts. Whoever signs in shows
// the token once, and gets a session in its place (session.go). A page shows what
// operations answer, and a form performs one (forms.go): there is nothing that the
// pages may do and the API may not. A form carries a key, so that pressed twice it
// is done once.
//
// Start with New and API.Routes; the operations are in the files by their nouns,
// the pages in those that begin with page.
package console
