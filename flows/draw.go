package flows

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Drawing is a language in which journeys are drawn.
type Drawing string

// The drawings: Mermaid for pages, DOT for Graphviz.
const (
	Mermaid Drawing = "mermaid"
	DOT     Drawing = "dot"
)

// arrow is one way on, with all that leads along it.
type arrow struct {
	to     string
	labels []string
}

// Draw writes a journey as a diagram that a clinician can read: boxes are
// questions, slanted boxes what is asked of the record, diamonds decisions,
// round boxes an end or another journey.
func Draw(w io.Writer, b Book, name JourneyName, d Drawing) error {
	j := b.journey(name)
	if j == nil {
		return fmt.Errorf("flows: no journey %q", name)
	}
	p := newPen(b, d)
	p.open(j)
	for _, s := range j.States {
		p.box(id(string(s.Name)), s.Title, kindOf(s))
	}
	p.arrow("start_", arrow{to: id(string(j.Start))})
	for _, s := range j.States {
		for _, a := range arrowsOf(j, s) {
			p.arrow(id(string(s.Name)), a)
		}
	}
	p.close()
	_, err := io.WriteString(w, p.b.String())
	return err
}

// arrowsOf joins the edges of a state that lead to the same place.
func arrowsOf(j *Journey, s State) []arrow {
	var arrows []arrow
	for _, e := range s.On {
		to := ""
		switch e.Go.kind {
		case toState:
			to = id(string(e.Go.state))
		case toCall, toClose, toBegin:
			to = "call_" + id(string(e.Go.journey))
		case toReturn:
			to = "return_"
		case toHome:
			to = "home_"
		case toResume:
			to = "resume_"
		case toSame:
			to = id(string(s.Name))
		}
		label := strings.ReplaceAll(string(e.On), "-", " ")
		if e.On == Always {
			label = ""
		}
		if e.If != nil {
			label = strings.TrimPrefix(label+", if "+e.If.Name, ", ")
		}
		i := slices.IndexFunc(arrows, func(a arrow) bool { return a.to == to })
		if i < 0 {
			arrows = append(arrows, arrow{to: to})
			i = len(arrows) - 1
		}
		if label != "" {
			arrows[i].labels = append(arrows[i].labels, label)
		}
	}
	return arrows
}

type boxKind int

const (
	question boxKind = iota
	request
	decision
	terminal
)

func kindOf(s State) boxKind {
	switch {
	case s.Ask != nil:
		return request
	case s.Wait != nil:
		return question
	case s.End, s.Transfer != nil:
		return terminal
	}
	return decision
}

func id(s string) string { return "s_" + strings.ReplaceAll(s, "-", "_") }

// pen writes one diagram in one language.
type pen struct {
	b      strings.Builder
	book   Book
	dot    bool
	placed map[string]bool
}

func newPen(b Book, d Drawing) *pen { return &pen{book: b, dot: d == DOT, placed: map[string]bool{}} }

func (p *pen) open(j *Journey) {
	if p.dot {
		fmt.Fprintf(&p.b, "digraph %q {\n  label=%q; labelloc=t; fontname=\"sans-serif\"; fontsize=20;\n", j.Name, j.Title)
		p.b.WriteString("  node [fontname=\"sans-serif\", style=filled, fillcolor=white];\n  edge [fontname=\"sans-serif\", fontsize=11];\n")
	} else {
		fmt.Fprintf(&p.b, "---\ntitle: %s\n---\nflowchart TD\n", j.Title)
	}
	p.box("start_", "Start", terminal)
}

func (p *pen) close() {
	if p.dot {
		p.b.WriteString("}\n")
	}
}

func (p *pen) box(id, title string, k boxKind) {
	p.placed[id] = true
	if p.dot {
		shape := [...]string{"box", "parallelogram", "diamond", "oval"}[k]
		fmt.Fprintf(&p.b, "  %s [label=%q, shape=%s];\n", id, title, shape)
		return
	}
	title = strings.ReplaceAll(title, `"`, "'")
	format := [...]string{"  %s[\"%s\"]\n", "  %s[/\"%s\"/]\n", "  %s{\"%s\"}\n", "  %s([\"%s\"])\n"}[k]
	fmt.Fprintf(&p.b, format, id, title)
}

func (p *pen) arrow(from string, a arrow) {
	if !p.placed[a.to] {
		p.box(a.to, p.elsewhere(a.to), terminal)
	}
	label := strings.Join(a.labels, " / ")
	switch {
	case p.dot:
		fmt.Fprintf(&p.b, "  %s -> %s [label=%q];\n", from, a.to, label)
	case label == "":
		fmt.Fprintf(&p.b, "  %s --> %s\n", from, a.to)
	default:
		fmt.Fprintf(&p.b, "  %s -->|\"%s\"| %s\n", from, label, a.to)
	}
}

// elsewhere names a place outside the journey.
func (p *pen) elsewhere(to string) string {
	switch to {
	case "return_":
		return "Back to what was asked"
	case "home_":
		return "Main menu"
	case "resume_":
		return "Where it broke off"
	}
	for _, j := range p.book.Journeys {
		if "call_"+id(string(j.Name)) == to {
			return j.Title
		}
	}
	return to
}
