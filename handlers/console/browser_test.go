package console_test

import (
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"landline/handlers/console"
	"landline/store"
)

// browser is one without scripts, such as somebody of staff has.
type browser struct {
	*world
	cookie *http.Cookie
}

// page is what a browser shows.
type page struct {
	*browser
	status int
	header http.Header
	path   string
	body   string
	doc    *html.Node
}

// opened is a browser in which nobody is signed in.
func (w *world) opened() *browser { return &browser{world: w} }

// signedIn is one in which somebody is.
func (w *world) signedIn(role store.Role) *browser {
	w.Helper()
	b := w.opened()
	b.visit("/sign-in").submit("/sign-in", "token", w.tokens[role]).shows("To do")
	return b
}

// send asks for a page, and follows where it is sent to.
func (b *browser) send(method, path string, form url.Values, header ...string) page {
	b.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	p := page{b, rec.Code, rec.Header(), path, rec.Body.String(), nil}
	if p.status == http.StatusSeeOther {
		to := p.header.Get("Location")
		b.holdsNothingPersonal(to)
		to, _, _ = strings.Cut(to, "#")
		return b.send(http.MethodGet, to, nil)
	}
	var err error
	if p.doc, err = html.Parse(strings.NewReader(p.body)); err != nil {
		b.Fatal(err)
	}
	for n := range p.doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "href" || a.Key == "action" || a.Key == "src" {
				b.holdsNothingPersonal(a.Val)
			}
		}
	}
	return p
}

func (b *browser) holdsNothingPersonal(address string) {
	b.Helper()
	for _, personal := range []string{"Mary", "Jones", "960101", "1948", "9990548609", "landline_"} {
		if strings.Contains(address, personal) {
			b.Errorf("%q stands in the address %s", personal, address)
		}
	}
}

func (b *browser) visit(path string) page {
	b.Helper()
	return b.send(http.MethodGet, console.Pages+path, nil)
}

// form is what would be sent of a form of the page, found by the end of its
// action, or, of several, by that of the nth.
func (p page) form(action string, nth int) (string, url.Values) {
	p.Helper()
	for n := range p.doc.Descendants() {
		if n.DataAtom != atom.Form || !strings.HasSuffix(attr(n, "action"), action) {
			continue
		}
		if nth--; nth < 0 {
			return attr(n, "action"), filled(n)
		}
	}
	p.Fatalf("no form for %s on\n%s", action, p.text())
	return "", nil
}

// filled are the values of a form's fields as they stand.
func filled(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch n.DataAtom {
		case atom.Input:
			if kind := attr(n, "type"); (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
				continue
			}
			out.Add(name, attr(n, "value"))
		case atom.Textarea:
			out.Add(name, textOf(n))
		case atom.Option:
			if has(n, "selected") || !out.Has(attr(n.Parent, "name")) {
				out.Set(attr(n.Parent, "name"), attr(n, "value"))
			}
		}
	}
	return out
}

// submit fills in a form of the page and sends it; pairs of a name and a value.
func (p page) submit(action string, pairs ...string) page {
	p.Helper()
	return p.submitNth(action, 0, pairs...)
}

func (p page) submitNth(action string, nth int, pairs ...string) page {
	p.Helper()
	to, values := p.form(action, nth)
	given := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		given[pairs[i]] = append(given[pairs[i]], pairs[i+1])
	}
	maps.Copy(values, given)
	return p.send(http.MethodPost, to, values)
}

// shows fails unless the page is well and has the words.
func (p page) shows(words ...string) page {
	p.Helper()
	return p.says(http.StatusOK, words...)
}

func (p page) says(status int, words ...string) page {
	p.Helper()
	if p.status != status {
		p.Fatalf("%s: status %d, want %d:\n%s", p.path, p.status, status, p.text())
	}
	for _, w := range words {
		if !strings.Contains(p.text(), w) {
			p.Errorf("%s does not show %q:\n%s", p.path, w, p.text())
		}
	}
	return p
}

func (p page) lacks(words ...string) page {
	p.Helper()
	for _, w := range words {
		if strings.Contains(p.text(), w) {
			p.Errorf("%s shows %q:\n%s", p.path, w, p.text())
		}
	}
	return p
}

// follow opens the link whose words begin so.
func (p page) follow(words string) page {
	p.Helper()
	for n := range p.doc.Descendants() {
		if n.DataAtom == atom.A && strings.HasPrefix(textOf(n), words) {
			to, _, _ := strings.Cut(attr(n, "href"), "#")
			return p.send(http.MethodGet, to, nil)
		}
	}
	p.Fatalf("no link %q on\n%s", words, p.text())
	return page{}
}

// text is what is read on a page.
func (p page) text() string {
	var lines []string
	for n := range p.doc.Descendants() {
		if n.DataAtom == atom.Main {
			for _, line := range strings.Split(textOf(n), "\n") {
				if line = strings.TrimSpace(line); line != "" {
					lines = append(lines, line)
				}
			}
		}
	}
	return strings.Join(lines, "\n")
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}

func attr(n *html.Node, name string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func noLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
