package screenplay

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// languageNames are how a play names the languages other than English.
var languageNames = map[string]string{"cy": "Welsh"}

// indent stands before a speaker; what is said further, twice that.
const indent = "  "

// Lines puts what was heard as a play writes it, a sentence to a line, without
// indent. Successive sentences of one speaker are one speech.
func Lines(heard []Heard) []string { return slices.Concat(speeches(heard)...) }

// speeches are what was heard, the lines of each speech, direction and item.
func speeches(heard []Heard) [][]string {
	var out [][]string
	for i := 0; i < len(heard); i++ {
		h := heard[i]
		switch h.How {
		case Happens:
			out = append(out, []string{"(" + squeezeLine(h.Words) + ")"})
		case Listed:
			out = append(out, []string{"- " + squeezeLine(h.Words)})
		case Texted:
			out = append(out, speech(h, strings.Split(h.Words, "\n")))
		default:
			words := h.Words
			for i+1 < len(heard) && sameSpeech(h, heard[i+1]) {
				i++
				words += " " + heard[i].Words
			}
			out = append(out, speech(h, splitSentences(words)))
		}
	}
	return out
}

func sameSpeech(a, b Heard) bool {
	a.Words, b.Words = "", ""
	return a == b
}

// speech puts the speaker before the first line.
func speech(h Heard, lines []string) []string {
	by := h.By
	if by == "" {
		by = "LANDLINE"
	}
	var how []string
	if h.How == Texted {
		how = append(how, "text")
	}
	if h.To != "" {
		how = append(how, "to "+h.To)
	}
	head := strings.Join(how, " ")
	if name := languageNames[h.Language]; name != "" {
		head = strings.Trim(head+", "+name, ", ")
	}
	if head != "" {
		by += " (" + head + ")"
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		if out[i] = squeezeLine(line); out[i] == "" {
			out[i] = "¶" // an empty line within a text
		}
	}
	out[0] = by + ": " + out[0]
	return out
}

var sentenceEnd = regexp.MustCompile(`([.?!])\s+(\p{Lu}|\d)`)

// splitSentences cuts after a full stop or question mark before a capital or a
// digit.
func splitSentences(words string) []string {
	return strings.Split(sentenceEnd.ReplaceAllString(squeezeLine(words), "$1\n$2"), "\n")
}

func squeezeLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func squeeze(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = squeezeLine(line)
	}
	return out
}

// indented puts lines where a play has them: a speech's later sentences stand
// further in.
func indented(heard []Heard) []string {
	var out []string
	for _, lines := range speeches(heard) {
		for i, line := range lines {
			if i > 0 {
				line = indent + line
			}
			out = append(out, indent+line)
		}
	}
	return out
}

// Rewrite is the play's text with what was heard in the place of what was
// written. Actions, comments and empty lines stay as they are; so do the lines
// behind the step at which a performance broke off.
func (p *Performance) Rewrite() string {
	var out []string
	next := 0 // the first line of the play that is not yet out
	for i, step := range p.Play.Steps {
		if i >= len(p.Heard) {
			break
		}
		out = append(out, p.Play.lines[next:step.Line]...)
		out = append(out, indented(p.Heard[i])...)
		next = step.Line + len(step.Heard)
	}
	return strings.Join(append(out, p.Play.lines[next:]...), "\n")
}

// Print writes the play as it was performed.
func (p *Performance) Print(w io.Writer) error {
	_, err := io.WriteString(w, p.Rewrite())
	return err
}

// String shows a difference: where, what was done, what is written (-) and
// what was heard (+).
func (d Difference) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Step.Text)
	for _, line := range d.Written {
		fmt.Fprintf(&b, "  - %s\n", line)
	}
	for _, line := range d.Heard {
		fmt.Fprintf(&b, "  + %s\n", line)
	}
	return b.String()
}

// Report shows all differences, each under its place in the file.
func (p *Performance) Report() string {
	var b strings.Builder
	for _, d := range p.Differences() {
		fmt.Fprintf(&b, "%s:%d: %s", p.Play.File, d.Step.Line, d)
	}
	return b.String()
}
