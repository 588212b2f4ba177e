package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"landline/store"
)

var entryOperations = []operation{
	{"listEntries", http.MethodGet, "/people/{person}/entries", http.StatusOK, (*call).listEntries},
	{"addEntry", http.MethodPost, "/people/{person}/entries", http.StatusCreated, (*call).addEntry},
	{"correctEntry", http.MethodPut, "/people/{person}/entries/{entry}", http.StatusOK, (*call).correctEntry},
	{"endEntry", http.MethodPost, "/people/{person}/entries/{entry}/end", http.StatusOK, (*call).endEntry},
}

// entryBody is an entry of a summary as staff write it.
type entryBody struct {
	Kind     store.EntryKind           `json:"kind"`
	Name     map[store.Language]string `json:"name"`
	Detail   map[store.Language]string `json:"detail,omitempty"`
	Source   map[store.Language]string `json:"source"`
	Recorded store.Day                 `json:"recorded"`
	Ended    store.Day                 `json:"ended,omitzero"`
	Labels   []store.Label             `json:"labels,omitempty"`
}

// entryView is an entry as staff see it.
type entryView struct {
	ID store.EntryID `json:"id"`
	entryBody
	// Told says whether a patient hears it now.
	Told    bool   `json:"told"`
	Version string `json:"version"`
}

func entryOf(n store.NotedEntry) entryView {
	e := n.Entry
	return entryView{e.ID, entryBody{e.Kind, revealed(e.Name), revealed(e.Detail), e.Source, e.Recorded, e.Ended, e.Labels}, n.Tells, n.Version}
}

func revealed(words map[store.Language]store.Words) map[store.Language]string {
	if words == nil {
		return nil
	}
	out := map[store.Language]string{}
	for lang, w := range words {
		out[lang] = w.Reveal()
	}
	return out
}

// entriesView is a page of a summary.
type entriesView struct {
	Entries []entryView `json:"entries"`
	Next    string      `json:"next,omitempty"`
}

func (c *call) listEntries() (any, error) {
	list := store.ReadEntries{}
	limit, err := c.limit(10, 10)
	if err := errors.Join(err, c.after(&list.After)); err != nil {
		return nil, err
	}
	list.Limit = limit
	out, err := c.ask(c.person(), list)
	if err != nil {
		return nil, err
	}
	page := entriesView{Entries: []entryView{}}
	for _, n := range out.Noted {
		page.Entries = append(page.Entries, entryOf(n))
		page.Next = next(out.More, store.BehindNoted(n))
	}
	return page, nil
}

// entry reads and checks the body.
func (c *call) entry() (store.Entry, error) {
	var b entryBody
	if err := c.decode(&b); err != nil {
		return store.Entry{}, err
	}
	var check checking
	oneOf(&check, "kind", b.Kind, store.EntryKinds())
	check.need("name", strings.TrimSpace(b.Name["en"]) != "", "want what it is, in English at least")
	check.need("source", strings.TrimSpace(b.Source["en"]) != "", "want where it came from, in English at least")
	check.need("recorded", !b.Recorded.IsZero() && !store.DayOf(c.now).Before(b.Recorded), "want the day on which it was written down, which is not to come")
	for field, words := range map[string]map[store.Language]string{"name": b.Name, "detail": b.Detail, "source": b.Source} {
		for lang := range words {
			check.need(field+"."+string(lang), slices.Contains(languages, lang), "want en or cy")
		}
	}
	for _, lang := range languages {
		n := utf8.RuneCountInString(b.Name[lang] + b.Detail[lang] + b.Source[lang])
		check.need("name", n <= store.MaxEntry, "want at most "+strconv.Itoa(store.MaxEntry)+" characters with detail and source: it is read out")
	}
	return store.Entry{
		Kind: b.Kind, Name: wordsOf(b.Name), Detail: wordsOf(b.Detail), Source: b.Source, Recorded: b.Recorded, Ended: b.Ended, Labels: b.Labels,
	}, check.err()
}

// noted performs a change of an entry, and shows it as it is now.
func (c *call) noted(r store.Request) (any, error) {
	out, err := c.must(c.person(), r)
	if p := (*Problem)(nil); errors.As(err, &p) && p.Reason == "taken" {
		return nil, changedSince
	}
	if err != nil {
		return nil, err
	}
	v := entryOf(out.Noted[0])
	c.etag = strconv.Quote(v.Version)
	return v, nil
}

func (c *call) addEntry() (any, error) {
	e, err := c.entry()
	if err != nil {
		return nil, err
	}
	return c.noted(store.AddEntry{Entry: e})
}

func (c *call) entryID() store.EntryID { return store.EntryID(c.gin.Param("entry")) }

func (c *call) correctEntry() (any, error) {
	e, err := c.entry()
	if err != nil {
		return nil, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return nil, err
	}
	return c.noted(store.CorrectEntry{ID: c.entryID(), Version: version, Entry: e})
}

// endEntry ends an entry today, or on the day that is given.
func (c *call) endEntry() (any, error) {
	body := struct {
		From store.Day `json:"from"`
	}{store.DayOf(c.now)}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return nil, err
		}
	}
	version, err := c.ifMatch()
	if err != nil {
		return nil, err
	}
	return c.noted(store.EndEntry{ID: c.entryID(), Version: version, From: body.From})
}
