package browsertest

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed contrast.js
var contrastScript string

// quote writes a string as JavaScript does.
func quote(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// FaintText lists the texts whose contrast with the ground behind them is below
// WCAG 2.2 AA: 4.5, or 3 where they are large
// (https://www.w3.org/TR/WCAG22/#contrast-minimum).
func (p *Page) FaintText() []string {
	p.t.Helper()
	var faint []string
	for _, f := range Eval[[]struct {
		Text, Element, Ink, Ground string
		Ratio, Wanted              float64
	}](p, contrastScript) {
		faint = append(faint, fmt.Sprintf("%q in %s: %s on %s is %.2f, not %.1f", f.Text, f.Element, f.Ink, f.Ground, f.Ratio, f.Wanted))
	}
	return faint
}

// TooWide reports whether the page must be scrolled sideways.
func (p *Page) TooWide() bool {
	p.t.Helper()
	return Eval[bool](p, `document.documentElement.scrollWidth > document.documentElement.clientWidth`)
}

// Nameless lists the controls that a screen reader has no name for.
func (p *Page) Nameless() []string {
	p.t.Helper()
	return Eval[[]string](p, `[...document.querySelectorAll("button, input, textarea, select, a, summary, [role=log]")]
		.filter((e) => e.checkVisibility())
		.filter((e) => !(e.getAttribute("aria-label") || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent
			|| [...(e.labels || [])].map((l) => l.textContent).join("") || e.textContent.trim()))
		.map((e) => e.outerHTML.slice(0, 120))`)
}
