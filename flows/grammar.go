package flows

import (
	"landline/prompts"
	"landline/store"
)

// Class is the kind of thing that an input turned out to be: the alphabet by
// which a state branches. A choice's class is its name; these mean the same in
// every state.
type Class string

// The universal classes (needs.md, "The same keys everywhere").
const (
	Person   Class = "person"   // 0, or 0# while digits are keyed
	Back     Class = "back"     // *
	Again    Class = "again"    // 9
	More     Class = "more"     // 8
	Slower   Class = "slower"   // 7
	Silence  Class = "silence"  // nothing, or # alone
	Nonsense Class = "nonsense" // something that was not understood
	Urgent   Class = "urgent"   // words that speak of a danger to life, whatever was asked
	Innocent Class = "innocent" // the conversation is to end as if it were a wrong number
)

// The classes that grammars return beside.
const (
	Yes    Class = "yes"
	No     Class = "no"
	Picked Class = "picked" // Match.Index says which, from 0
	Given  Class = "given"  // digits, a day, words: what was asked for
	// Faulty is an answer of the right form that cannot be right: an NHS number
	// whose check digit is wrong, a 30 February, a day that is past.
	Faulty Class = "faulty"
)

// Match is an input as a grammar understood it.
type Match struct {
	Class  Class
	Index  int               // of what was picked
	Day    store.Day         // of a day or a date of birth
	Digits string            // of digits; it may be a PIN, and is not kept
	NHS    store.NHSNumber   // of an NHS number
	Number store.Number      // of a telephone number, in E.164
	Tenths []store.Tenths    // of a reading
	Kind   store.ReadingKind // of a WholeReading
	Words  store.Words       // of free words, or the name of a recording
	Answer store.Answer      // of a NumberAnswer or a DateAnswer
	Part   store.PartOfDay   // where a part of the day was named with a day
}

// Context is what a grammar may need to understand an input.
type Context struct {
	Language prompts.Language
	Lexicon  *prompts.Lexicon
	// Today is the day at the practice.
	Today store.Day
	// Choices are those of a menu that are open now, with the words by which
	// each may be named.
	Choices []NamedChoice
	// Items are the written and spoken words of each thing that may be picked.
	Items []string
	// Aka are further words by which each of Items may be named.
	Aka [][]string
	// Rest are the words of each thing that is on another page.
	Rest [][]string
	// Quantity is what a Quantity asks for.
	Quantity Wanted
	// Kinds are the kinds of reading that are taken whole, beside choices.
	Kinds []NamedChoice
	// Question is what a NumberAnswer or a DateAnswer answers.
	Question store.Question
	// Skip are the words by which a question may be left out; nil: it may not.
	Skip []string
	// More says that there is another page.
	More bool
	// Innocent are the words that end the conversation innocently; nil: nobody has
	// need of it.
	Innocent []string
}

// NamedChoice is a choice with its key on the keypad and its words.
type NamedChoice struct {
	Class Class
	Key   string
	Words []string
}

// Grammar is what a state waits for, whichever way it comes. It is pure.
type Grammar interface {
	// Read understands an input. It is total: what it cannot read is Nonsense,
	// nothing at all is Silence.
	Read(h Heard, c Context) Match
	// Classes are those that Read may return, the universal ones included.
	Classes(c Context) []Class
	// Samples are inputs of every class, by every source: what Walk feeds in.
	Samples(c Context) []Heard
	// Collect says how a telephone gathers it.
	Collect(c Context) Collect
	// Name names the grammar in drawings.
	Name() string
}
