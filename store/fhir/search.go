package fhir

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"landline/store"
)

// Query is a search.
type Query struct {
	// Type is what is looked for.
	Type string
	// Params are what it must be, and how the answer is to be: see
	// http://hl7.org/fhir/R4/search.html.
	Params url.Values
	// Private says that a parameter tells who somebody is: nothing of it stands in a
	// URL.
	Private bool
	// Enough says whether what was found so far will do; nil: all pages are read.
	Enough func([]Resource) bool
}

// Found is what a search came to.
type Found struct {
	// Resources are those of the type that was asked for, each once, in the server's
	// order. They need not all fit: a server may have ignored a parameter.
	Resources []Resource
	// Included are those of other types, which came along.
	Included []Resource
	// More says that there are others.
	More bool
	// Understood says that the server confirmed every parameter. Without that, what
	// is not in Resources may be there all the same.
	Understood bool
}

// pages is how many pages of one answer are read at most.
const pages = 200

// bundle is what of a searchset is read.
type bundle struct {
	Type  string `json:"type"`
	Link  []link `json:"link"`
	Entry []struct {
		Resource Resource `json:"resource"`
		Search   struct {
			Mode string `json:"mode"`
		} `json:"search"`
	} `json:"entry"`
}

type link struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

func (b bundle) link(relation string) string {
	for _, l := range b.Link {
		if l.Relation == relation {
			return l.URL
		}
	}
	return ""
}

// Search asks for what fits, page by page. It tells no total: servers differ in
// whether they know one.
func (c *Client) Search(ctx context.Context, q Query) (Found, error) {
	doing := "search " + q.Type
	found := Found{Understood: true}
	seen, asked := map[string]bool{}, map[string]bool{}
	next := c.firstPage(doing, q)
	for range pages {
		a, err := c.ask(ctx, next)
		if err != nil {
			return Found{}, err
		}
		var b bundle
		if err := json.Unmarshal(a.body, &b); err != nil || b.Type != "searchset" {
			return Found{}, fmt.Errorf("%s: the answer is no searchset: %w", doing, store.ErrUnavailable)
		}
		if !b.understood(q) {
			found.Understood = false
		}
		for _, e := range b.Entry {
			switch kind, at := e.Resource.Type(), e.Resource.Reference(); {
			case kind == "OperationOutcome" || e.Search.Mode == "outcome":
				if !harmlessOutcome(e.Resource) {
					found.Understood = false
				}
			case e.Resource.ID() == "" || seen[at]:
				// What changed between two pages may come twice.
			case kind == q.Type && e.Search.Mode != "include":
				seen[at] = true
				found.Resources = append(found.Resources, e.Resource)
			default:
				seen[at] = true
				found.Included = append(found.Included, e.Resource)
			}
		}
		at := b.link("next")
		if at == "" {
			return found, nil
		}
		if q.Enough != nil && q.Enough(found.Resources) {
			found.More = true
			return found, nil
		}
		if asked[at] {
			return Found{}, fmt.Errorf("%s: its pages go in a circle: %w", doing, store.ErrUnavailable)
		}
		asked[at] = true
		if next, err = c.nextPage(doing, q, at); err != nil {
			return Found{}, err
		}
	}
	return Found{}, fmt.Errorf("%s: more than %d pages: %w", doing, pages, store.ErrUnavailable)
}

// strictly asks a server to refuse what it does not understand, if it can.
var strictly = map[string]string{"Prefer": "handling=strict"}

func (c *Client) firstPage(doing string, q Query) asking {
	if q.Private {
		return asking{doing: doing, method: http.MethodPost, url: c.at(q.Type, "_search"), form: q.Params, headers: strictly}
	}
	return asking{doing: doing, method: http.MethodGet, url: c.at(q.Type) + "?" + q.Params.Encode(), headers: strictly}
}

// nextPage is where a link leads, which must be on the same server: what we sign
// with is not sent elsewhere. A private question stays a form.
func (c *Client) nextPage(doing string, q Query, to string) (asking, error) {
	u, err := c.base.Parse(to)
	if err == nil && !strings.Contains(to, "://") && !strings.HasPrefix(to, "/") {
		u, err = url.Parse(c.base.String() + "/" + to) // relative to the service root
	}
	if err != nil || u.Scheme != c.base.Scheme || u.Host != c.base.Host {
		return asking{}, fmt.Errorf("%s: the next page is elsewhere: %w", doing, store.ErrUnavailable)
	}
	if !q.Private {
		return asking{doing: doing, method: http.MethodGet, url: u.String(), headers: strictly}, nil
	}
	if path := strings.TrimSuffix(u.Path, "/_search"); strings.HasSuffix(path, "/"+q.Type) {
		return asking{doing: doing, method: http.MethodPost, url: c.at(q.Type, "_search"), form: u.Query(), headers: strictly}, nil
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if q.holds(v) {
				return asking{}, fmt.Errorf("%s: the next page's address tells who is looked for: %w", doing, store.ErrUnavailable)
			}
		}
	}
	return asking{doing: doing, method: http.MethodGet, url: u.String(), headers: strictly}, nil
}

// holds reports whether a value is one of the parameters'.
func (q Query) holds(value string) bool {
	for _, values := range q.Params {
		for _, v := range values {
			if v == value {
				return true
			}
		}
	}
	return false
}

// understood reports whether the link to the search itself repeats every
// parameter that says what is looked for, as R4 asks of servers
// (http://hl7.org/fhir/R4/search.html#conformance). Values may be spelt in another
// way; names may not.
func (b bundle) understood(q Query) bool {
	u, err := url.Parse(b.link("self"))
	if err != nil {
		return false
	}
	self := u.Query()
	for name, values := range q.Params {
		if strings.HasPrefix(name, "_") && name != "_id" && name != "_lastUpdated" {
			continue // how the answer is to be: it shows by itself
		}
		if len(self[name]) < len(values) {
			return false
		}
	}
	return true
}

// harmlessOutcome reports whether what came with an answer only informs.
func harmlessOutcome(r Resource) bool {
	var issues []struct {
		Severity string `json:"severity"`
	}
	if r.Get("issue", &issues) != nil {
		return false
	}
	for _, i := range issues {
		if i.Severity != "information" {
			return false
		}
	}
	return true
}
