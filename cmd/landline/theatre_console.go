package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"landline/flows/screenplay"
	"landline/handlers/console"
	"landline/handlers/exchange"
	"landline/store"
)

// pageParts are the parts of the page of a person, by their names in plays, and
// their ids on it.
var pageParts = map[string]string{
	"appointments": "appointments", "messages": "messages", "results": "results", "readings": "readings", "summary": "entries",
}

// minutes are left out of what is told: by how many a call lasts is no play's.
var minutes = regexp.MustCompile(`, \d\d:\d\d`)

// LookAt has a clinician sign in at the pages for staff, find somebody by their
// telephone, and read a part of their page, as they would in a browser.
func (t *theatre) LookAt(ctx context.Context, staff string, of screenplay.Phone, part string) ([]screenplay.Heard, error) {
	now := t.clock.Now()
	_, secret, err := t.gateway.store.IssueToken(ctx, staff, store.AsClinician, now.AddDate(0, 0, 1), now)
	if err != nil {
		return nil, err
	}
	router, err := t.gateway.router(true)
	if err != nil {
		return nil, err
	}
	b := &staffBrowser{through: exchange.Through(router)}
	if _, err := b.post(ctx, console.Pages+"/sign-in", "token", secret); err != nil {
		return nil, err
	}
	found, err := b.post(ctx, console.Pages+"/find", "number", of.Number)
	if err != nil {
		return nil, err
	}
	person := ""
	for n := range found.Descendants() {
		if to := attribute(n, "href"); strings.HasPrefix(to, console.Pages+"/people/") {
			person = to
			break
		}
	}
	if person == "" {
		return nil, errors.New("but nobody has that telephone")
	}
	page, err := b.open(ctx, http.MethodGet, person, nil)
	if err != nil {
		return nil, err
	}
	var heard []screenplay.Heard
	for n := range page.Descendants() {
		if attribute(n, "id") == pageParts[part] {
			for _, line := range linesOf(n) {
				line = minutes.ReplaceAllString(line, "")
				heard = append(heard, screenplay.Heard{How: screenplay.Listed, Words: line})
			}
		}
	}
	return heard, nil
}

// staffBrowser is a browser in which somebody of staff is signed in.
type staffBrowser struct {
	through http.RoundTripper
	cookies []*http.Cookie
}

func (b *staffBrowser) post(ctx context.Context, path, name, value string) (*html.Node, error) {
	return b.open(ctx, http.MethodPost, path, url.Values{name: {value}})
}

// open opens a page, and follows where it is sent to.
func (b *staffBrowser) open(ctx context.Context, method, path string, form url.Values) (*html.Node, error) {
	r, err := http.NewRequestWithContext(ctx, method, stageURL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	answer, err := b.through.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	b.cookies = append(b.cookies, answer.Cookies()...)
	if answer.StatusCode == http.StatusSeeOther {
		return b.open(ctx, http.MethodGet, answer.Header.Get("Location"), nil)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("but the page says %d: %s", answer.StatusCode, body)
	}
	return html.Parse(strings.NewReader(string(body)))
}

// linesOf is what is read in a part of a page, without what can be pressed.
func linesOf(n *html.Node) (lines []string) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type != html.ElementNode, attribute(c, "class") == "acts", c.Data == "h2", c.Data == "thead", c.Data == "caption":
		case c.Data == "p" || c.Data == "h3" || c.Data == "tr" || c.Data == "li" && len(linesOf(c)) == 0:
			if line := strings.Join(strings.Fields(readOf(c)), " "); line != "" {
				lines = append(lines, line)
			}
		default:
			lines = append(lines, linesOf(c)...)
		}
	}
	return lines
}

// readOf is the text of an element, but for its links, cells apart.
func readOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			out.WriteString(c.Data)
		case c.Data == "a":
		case c.Data == "td":
			out.WriteString(readOf(c) + "; ")
		default:
			out.WriteString(readOf(c))
		}
	}
	return strings.TrimSuffix(out.String(), "; ")
}

func attribute(n *html.Node, name string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}
