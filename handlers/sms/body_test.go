package sms_test

import (
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"landline/flows"
	"landline/handlers/sms"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/prompts/segment"
)

// Whatever the lines say, in whatever letters, an answer has two segments at
// most, and says something.
func TestAnAnswerAlwaysFits(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	alphabets := []string{"abc DEF 123", "ŵŷâêîôû ", "Żółć ąęłś", "{}[]~|€^\\", "Ωмир 世界", "🩺👩🏽‍⚕️", "a\u0301\u0302\u200d\u202e", "\n"}
	for range 200 {
		var lines []prompts.Line
		for range 1 + random.IntN(6) {
			letters := []rune(alphabets[random.IntN(len(alphabets))])
			name := make([]rune, 1+random.IntN(400))
			for i := range name {
				name[i] = letters[random.IntN(len(letters))]
			}
			lines = append(lines, named(string(name)+"x"))
		}
		got := newGateway(t, &back{reply: says(lines...)}).post("/twilio/sms", form())
		if len(got) != 1 {
			t.Fatalf("%d texts for %d lines", len(got), len(lines))
		}
		if n, _ := segment.Count(got[0]); n > 2 {
			t.Errorf("%d segments: %q", n, got[0])
		}
	}
}

// So does every line of the catalogue, and any few of them, with names that are
// longer and odder than they come.
func TestEveryLineOfTheCatalogueFits(t *testing.T) {
	words, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &back{}
	c := config(t, b, slog.New(slog.DiscardHandler))
	c.Words = words
	h, err := sms.New(c)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, router: twilio.Router(c.Log)}
	h.Routes(g.router)
	names := []string{
		"Ann", "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh", "Siân Ŵyn Llŷr ap Gŵilym", "Żółć Świętosława Ćwierć-Łękawska",
		strings.Repeat("Ŵ", 200), strings.Repeat("O'Neil ", 60), "🩺", "",
	}
	random, keys := rand.New(rand.NewPCG(3, 3)), words.Keys()
	for _, lang := range prompts.Languages() {
		line := func(key prompts.Key, name string) prompts.Line {
			l := prompts.Say(key)
			for _, arg := range words.ArgsOf(key) {
				l = l.With(prompts.Text(arg, name))
			}
			if _, err := words.Render(lang, prompts.Written, l); err != nil { // one that counts
				for _, arg := range words.ArgsOf(key) {
					l = l.With(prompts.Count(arg, 23))
				}
			}
			return l
		}
		for _, key := range keys {
			for _, name := range names {
				other := line(keys[random.IntN(len(keys))], names[random.IntN(len(names))])
				if name == "" || name == "🩺" { // of a line that is nothing else, nothing is left to text
					other = prompts.Say(prompts.Goodbye)
				}
				b.reply = flows.Reply{Language: lang, Then: flows.Wait, Lines: []prompts.Line{other, line(key, name)}}
				got := g.post("/twilio/sms", form())
				if len(got) != 1 || slices.Contains(sorry, got[0]) {
					t.Fatalf("%s in %s, with %q: %q", key, lang, name, got)
				}
				if n, _ := segment.Count(got[0]); n > 2 {
					t.Errorf("%s in %s, with %q: %d segments", key, lang, name, n)
				}
			}
		}
	}
}
