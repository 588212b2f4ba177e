package flows

import "landline/prompts"

// YesNo waits for a yes or a no: key 1 or 2, or a word. As something is done
// upon a yes, it must stand alone: "yes but later" is Nonsense, and so is
// "yes no". "Ok", "👍" and the Welsh "iawn" are a yes.
type YesNo struct{}

var yesNoKeys = map[string]Match{"1": {Class: Yes}, "2": {Class: No}}

// Read understands a yes or a no.
func (YesNo) Read(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	if h.By == Keyed {
		return pressOne(h, yesNoKeys, false)
	}
	heard := listen(h.Text.Reveal(), c)
	if heard.asksForPerson() {
		return Match{Class: Person}
	}
	if key, ok := heard.spokenKey(); ok {
		return press(key, yesNoKeys, false)
	}
	if yes, ok := prompts.Answer(heard.all); ok {
		if yes {
			return Match{Class: Yes}
		}
		return Match{Class: No}
	}
	if class, ok := heard.command(); ok && class != More {
		return Match{Class: class}
	}
	return Match{Class: Nonsense}
}

// Classes are yes, no and the universal ones; there is never more of it.
func (YesNo) Classes(Context) []Class { return append(universal(), Yes, No) }

// Samples are both answers by every source.
func (YesNo) Samples(c Context) []Heard {
	w := sampleWords(c.Language)
	return append(commandSamples(c, false),
		byKey("1"), bySpeech(w.yes), byText(w.yes), byKey("2"), bySpeech(w.no), byText(w.no))
}

// Collect gathers one key, and listens.
func (YesNo) Collect(c Context) Collect {
	w := sampleWords(c.Language)
	return Collect{OneKey: true, Speech: true, Hints: hints(c, []string{w.yes, w.no})}
}

// Name of the grammar.
func (YesNo) Name() string { return "yes or no" }
