package prompts

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// piece is a stretch of text, or a place for an argument.
type piece struct {
	text   string
	arg    string
	change func(string) string // Welsh: what the word before does to the first letter
}

// The shape of what stands between braces: {{.Name}}, or, in Welsh,
// {{soft .Day}} or {{aspirate .Kind}}.
var action = regexp.MustCompile(`^(?:(soft|aspirate) )?\.([A-Z][A-Za-z0-9]*)$`)

// parseTemplate cuts a text at its arguments.
func parseTemplate(src string) ([]piece, error) {
	var pieces []piece
	for rest := src; rest != ""; {
		text, after, found := strings.Cut(rest, "{{")
		if strings.Contains(text, "}}") || strings.HasPrefix(after, "{") {
			return nil, fmt.Errorf("%q has braces that do not pair", src)
		}
		if text != "" {
			pieces = append(pieces, piece{text: text})
		}
		if !found {
			break
		}
		inner, behind, closed := strings.Cut(after, "}}")
		m := action.FindStringSubmatch(inner)
		if !closed {
			return nil, fmt.Errorf("%q has braces that do not pair", src)
		}
		if m == nil {
			return nil, fmt.Errorf("%q is not {{.Name}}", "{{"+inner+"}}")
		}
		p := piece{arg: m[2]}
		switch m[1] {
		case "soft":
			p.change = SoftMutation
		case "aspirate":
			p.change = AspirateMutation
		}
		pieces = append(pieces, p)
		rest = behind
	}
	return pieces, nil
}

// templates is how the i18n library reads our texts: arguments by name and
// nothing else, cut once and then put together without reflection.
type templates struct{}

// Cacheable lets a text be cut once.
func (templates) Cacheable() bool { return true }

// Parse cuts a text.
func (templates) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	pieces, err := parseTemplate(src)
	return parsed{pieces}, err
}

type parsed struct{ pieces []piece }

// Execute puts the pieces together; data is the *saying.
func (p parsed) Execute(data any) (string, error) {
	s, ok := data.(*saying)
	if !ok {
		return "", fmt.Errorf("a text is filled from %T", data)
	}
	if len(p.pieces) == 1 && p.pieces[0].arg == "" {
		return p.pieces[0].text, nil
	}
	var b strings.Builder
	b.Grow(160)
	for i, piece := range p.pieces {
		if piece.arg == "" {
			b.WriteString(piece.text)
			continue
		}
		value := s.args[piece.arg]
		words, err := s.words(value)
		if err != nil {
			return "", fmt.Errorf("argument %s: %w", piece.arg, err)
		}
		if piece.change != nil && value.Kind != KindText {
			words = piece.change(words) // a person's name keeps its first letter
		}
		if begins := i == 0 || strings.HasSuffix(p.pieces[i-1].text, ". "); begins && value.Kind != KindClock {
			words = capital(words) // a sentence
		}
		b.WriteString(words)
	}
	return b.String(), nil
}

// capital writes the first letter large.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
