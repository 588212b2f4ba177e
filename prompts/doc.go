// Package prompts holds every word that Landline says or writes: a catalogue
// per language with, for each Key, a spoken and a written form, and for a
// choice the words by which a person may name it.
//
// A Line is a key with its arguments: data, so that a conversation can be
// kept, compared and replayed. Catalogue turns it into words at the edge.
//
// The package imports nothing of ours and does no I/O: the catalogues are
// embedded, and read once by Load.
package prompts
