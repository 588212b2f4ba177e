package flows

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"landline/store"
)

// FreeWords waits for words of somebody's own, said or typed, of at most Max
// letters (0: no limit). More is Faulty: nobody's words are cut. Only a
// universal word that stands alone and is spelt right is not taken for theirs:
// "my back hurts" is not Back.
type FreeWords struct{ Max int }

// Read understands words.
func (f FreeWords) Read(h Heard, c Context) Match {
	text := strings.TrimSpace(h.Text.Reveal())
	if h.By == Keyed {
		return keysBesideWords(text)
	}
	if m, ok := beforeWords(h); ok && (m.Class != Nonsense || h.By != Said && h.By != Typed) {
		return m
	}
	if class, ok := bareCommand(text, c); ok {
		return Match{Class: class}
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return Match{Class: Nonsense} // signs alone say nothing
	}
	if f.Max > 0 && utf8.RuneCountInString(text) > f.Max {
		return Match{Class: Faulty}
	}
	return Match{Class: Given, Words: store.Words(text)}
}

// bareCommand finds a universal word, or a universal key in a text, that
// stands quite alone.
func bareCommand(text string, c Context) (Class, bool) {
	if len(text) > longestAnswer {
		return "", false
	}
	if len(text) == 1 {
		return universalKey(text)
	}
	heard := listen(text, c)
	for _, t := range heard.all {
		if t.Corrected {
			return "", false
		}
	}
	class, ok := heard.command()
	return class, ok && class != More
}

// keysBesideWords are the universal keys; there is nothing else to key.
func keysBesideWords(text string) Match {
	if key, ok := pressed(text); ok {
		return press(key, nil, false)
	}
	return Match{Class: Nonsense}
}

// Classes are given and the universal ones; faulty where there is a limit.
func (f FreeWords) Classes(Context) []Class {
	if f.Max > 0 {
		return append(universal(), Given, Faulty)
	}
	return append(universal(), Given)
}

// Samples are a complaint, and one that is too long.
func (f FreeWords) Samples(c Context) []Heard {
	words := sampleWords(c.Language).complaint
	if f.Max > 0 {
		words = words[:min(len(words), f.Max)]
	}
	samples := append(wordCommandSamples(c), bySpeech(words), byText(words))
	if f.Max > 0 {
		long := strings.Repeat(words+". ", f.Max/len(words)+1)
		samples = append(samples, bySpeech(long), byText(long))
	}
	return samples
}

// wordCommandSamples are the universal inputs where words are waited for:
// nothing that is said is nonsense, and of what is typed only signs.
func wordCommandSamples(c Context) []Heard {
	var samples []Heard
	for _, h := range commandSamples(c, false) {
		if h != bySpeech(gibberish) {
			samples = append(samples, h)
		}
	}
	return samples
}

// Collect listens; keys are universal.
func (FreeWords) Collect(Context) Collect { return Collect{OneKey: true, Speech: true} }

// Name of the grammar.
func (FreeWords) Name() string { return "words" }

// Recording waits for a voice message of at most MaxSeconds; Match.Words names
// it. A text in its place is the message itself, as there is nothing to record
// by text: whoever takes it looks at the channel.
type Recording struct {
	MaxSeconds int
	// MaxLetters is how long a text in its place may be; 0: no limit.
	MaxLetters int
}

// Read understands that a recording was made.
func (r Recording) Read(h Heard, c Context) Match {
	if h.By == Recorded {
		name := strings.TrimSpace(h.Text.Reveal())
		if name == "" {
			return Match{Class: Silence}
		}
		return Match{Class: Given, Words: store.Words(name)}
	}
	return FreeWords{r.MaxLetters}.Read(h, c)
}

// Classes are given and the universal ones.
func (r Recording) Classes(c Context) []Class { return FreeWords{r.MaxLetters}.Classes(c) }

// Samples are a recording, and a text.
func (r Recording) Samples(c Context) []Heard {
	return append(FreeWords{r.MaxLetters}.Samples(c), Heard{Recorded, "RE0123456789"})
}

// Collect records; any key ends it.
func (r Recording) Collect(Context) Collect {
	return Collect{Record: true, MaxSeconds: r.MaxSeconds}
}

// Name of the grammar.
func (Recording) Name() string { return "recording" }
