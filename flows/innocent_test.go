package flows

import (
	"testing"

	"landline/prompts"
)

// The key and the words end a conversation for whom somebody may listen to, and
// are what they always were for everybody else, and where the key is an answer.
func TestWhatEndsInnocently(t *testing.T) {
	t.Parallel()
	two := Context{Language: prompts.English, Choices: []NamedChoice{{Class: "one", Key: "1"}, {Class: "two", Key: "2"}}}
	six := Context{Language: prompts.English, Choices: []NamedChoice{{Class: "six", Key: "6"}}}
	careful := func(c Context) Context { c.Innocent = []string{"wrong number"}; return c }
	for name, test := range map[string]struct {
		heard Heard
		c     Context
		want  Class
	}{
		"the key":                  {byKey("6"), careful(two), Innocent},
		"the key, and hash":        {byKey("6#"), careful(two), Innocent},
		"the words":                {bySpeech("Wrong number."), careful(two), Innocent},
		"the words in a text":      {byText("wrong number"), careful(two), Innocent},
		"the key in a text":        {byText("6"), careful(two), Innocent},
		"the key, of anybody":      {byKey("6"), two, Nonsense},
		"the words, of anybody":    {bySpeech("wrong number"), two, Nonsense},
		"the key where it answers": {byKey("6"), careful(six), "six"},
		"another key":              {byKey("5"), careful(two), Nonsense},
		"a choice":                 {byKey("1"), careful(two), "one"},
		"the words among others":   {bySpeech("is this the wrong number for the nurse"), careful(two), Nonsense},
	} {
		if got := understand(Menu{}, test.heard, test.c); got.Class != test.want {
			t.Errorf("%s: %s, want %s", name, got.Class, test.want)
		}
	}
	if got := understand(NHS{}, byKey("6#"), careful(Context{Language: prompts.English})); got.Class != Innocent {
		t.Errorf("where digits are keyed: %s", got.Class)
	}
	for c, want := range map[Class]Context{Innocent: careful(Context{Language: prompts.English}), Given: {Language: prompts.English}} {
		if got := understand(Recording{}, Heard{By: Hushed, Text: "RE1"}, want); got.Class != c {
			t.Errorf("while something is recorded: %s, want %s", got.Class, c)
		}
	}
}
