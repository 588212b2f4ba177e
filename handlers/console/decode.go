package console

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"landline/store"
)

// decode reads the body into v. A fault names the field, and repeats nothing.
func (c *call) decode(v any) error {
	if len(c.body) == 0 {
		return faulty(Fault{"", "want a body"})
	}
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		return faulty(Fault{"", "want one value"})
	}
	var kind *json.UnmarshalTypeError
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case unknown:
		return faulty(Fault{strings.Trim(name, `"`), "is not known here"})
	case errors.As(err, &kind):
		return faulty(Fault{kind.Field, "want " + kind.Type.String()})
	case errors.Is(err, store.ErrDay):
		return faulty(Fault{"", store.ErrDay.Error()})
	}
	return faulty(Fault{"", "is not valid JSON, or a time that is none"})
}

// checking gathers the faults of a body.
type checking struct{ faults []Fault }

func (c *checking) fault(field, detail string) { c.faults = append(c.faults, Fault{field, detail}) }

func (c *checking) need(field string, ok bool, detail string) {
	if !ok {
		c.fault(field, detail)
	}
}

func (c *checking) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return faulty(c.faults...)
}

// oneOf checks that a value is one of those there are.
func oneOf[T ~string](c *checking, field string, v T, all []T) {
	if !slices.Contains(all, v) {
		words := make([]string, len(all))
		for i, a := range all {
			words[i] = strconv.Quote(string(a))
		}
		c.fault(field, "want one of "+strings.Join(words, ", "))
	}
}

// spoken checks words, per language, that are read out.
func (c *checking) spoken(field string, words map[store.Language]string) {
	for lang, w := range words {
		if !slices.Contains(languages, lang) {
			c.fault(field+"."+string(lang), "want en or cy")
			continue
		}
		c.said(field+"."+string(lang), w)
	}
}

// said checks words that are read out in one prompt.
func (c *checking) said(field, w string) {
	n := utf8.RuneCountInString(strings.TrimSpace(w))
	c.need(field, n > 0 && n <= store.MaxAnswer, "want 1 to "+strconv.Itoa(store.MaxAnswer)+" characters: it is read out")
}

// languages are those that are spoken.
var languages = []store.Language{"en", "cy"}

// person is the one in the address.
func (c *call) person() store.PersonID { return store.PersonID(c.gin.Param("person")) }

// limit is how long a page is wanted, of at most so many.
func (c *call) limit(usual, most int) (int, error) {
	asked := c.gin.Query("limit")
	if asked == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > most {
		return 0, faulty(Fault{"limit", "want 1 to " + strconv.Itoa(most)})
	}
	return n, nil
}

// after reads where the page before ended, as next wrote it.
func (c *call) after(cursor any) error {
	asked := c.gin.Query("after")
	if asked == "" {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(asked)
	if err != nil || json.Unmarshal(plain, cursor) != nil {
		return faulty(Fault{"after", "want the next of a page before"})
	}
	return nil
}

// next writes where a page ended, if there is more.
func next(more bool, cursor any) string {
	if !more {
		return ""
	}
	plain, err := json.Marshal(cursor)
	if err != nil {
		panic(err) // times and ids
	}
	return base64.RawURLEncoding.EncodeToString(plain)
}

// at is a time as the API writes it: none at all is left out.
func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.Truncate(time.Second)
	return &t
}
