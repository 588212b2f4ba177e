// Package prompts holds every word that Landline says or writes: a catalogue
// per language with, for each Key, a spoken and a written form, and for a
// choice the words by which a person may name it.
//
// A Line is a key with its arguments: data, so that a conversation can be
// kept, compared and replayed. Catalogue turns it into words at the edge.
//
// It also holds the words that people use towards us: a Lexicon per language
// takes what was said or typed apart into tokens with their meanings (Read),
// and Answer, Command, ReadDigits, ReadNumber and ReadYear make sense of them.
//
// Check proves what must hold for the words themselves; Seconds measures how
// long they take to say.
//
// The package imports nothing of ours but segment and does no I/O: the
// catalogues are embedded, and read once. Start with Load and
// Catalogue.Render, and with Catalogue.Lexicon.
package prompts
