package redisstore

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"landline/store"
)

func (c *checking) person(i int, r store.PersonRow, nhs map[store.NHSNumber]bool) {
	p := r.Person
	if p.ID == "" || len(p.ID) > longestPersonID {
		c.fault("people", i, "id", fmt.Sprintf("want 1 to %d bytes", longestPersonID))
	}
	if c.people[p.ID] {
		c.fault("people", i, "id", "is there twice")
	}
	if p.Given == "" {
		c.fault("people", i, "given", "is missing")
	}
	if p.Born.IsZero() {
		c.fault("people", i, "born", "is missing")
	} else if store.DayOf(c.now).Before(p.Born.Day()) {
		c.fault("people", i, "born", "is yet to come")
	}
	if p.NHS != "" {
		if parsed, err := store.ParseNHSNumber(p.NHS.Digits()); err != nil || parsed != p.NHS {
			c.fault("people", i, "nhs", "is not an NHS number of ten digits")
		} else if nhs[p.NHS] {
			c.fault("people", i, "nhs", "is somebody else's too")
		}
		nhs[p.NHS] = true
	}
	for _, n := range p.Numbers {
		if !e164(n) {
			c.fault("people", i, "numbers", "want + and 7 to 15 digits")
		}
	}
	if r.PIN != "" {
		if err := store.ValidPIN(r.PIN); err != nil {
			c.fault("people", i, "pin", err.Error())
		}
	}
	if r.Duress != "" {
		if err := store.ValidDuressPIN(r.Duress, r.PIN); err != nil {
			c.fault("people", i, "duress", err.Error())
		}
	}
	if p.ID.Decoy() {
		c.fault("people", i, "id", "is one of those that the record gives itself")
	}
}

func e164(n store.Number) bool {
	s := n.E164()
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	for _, r := range s[1:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// longestComment bounds what a clinician says of a result or a test, in
// letters: what is said with it is to stay within half a minute (needs.md,
// "What a call must be like").
const longestComment = 160

const tooLong = "has more than 160 letters, and would take too long to hear"

func (c *checking) result(i int, r store.Result) {
	if r.ID == "" || len(r.ID) > 64 {
		c.fault("results", i, "id", "want 1 to 64 bytes")
	}
	if len(r.Name) == 0 {
		c.fault("results", i, "name", "is missing")
	}
	if r.Test != "" && !validID(r.Test) {
		c.fault("results", i, "test", "want up to 64 letters, digits and -_.:")
	}
	if r.Taken.IsZero() {
		c.fault("results", i, "taken", "is missing")
	}
	if !slices.Contains(store.ResultStatuses(), r.Status) {
		c.fault("results", i, "status", "is none of FHIR's DiagnosticReport.status")
	}
	if r.Release != "" && !slices.Contains(store.Releases(), r.Release) {
		c.fault("results", i, "release", "is none of HL7 table 0909")
	}
	for _, words := range r.Comment {
		if utf8.RuneCountInString(words.Reveal()) > longestComment {
			c.fault("results", i, "comment", tooLong)
		}
	}
	for _, v := range r.Values {
		if len(v.Name) == 0 || v.Value == "" {
			c.fault("results", i, "values", "want a name and a value each")
		}
	}
}

func (c *checking) ordered() {
	twice := map[store.OrderedID]bool{}
	for i, r := range c.b.Ordered {
		if r.Test != "" && !validID(r.Test) {
			c.fault("orders", i, "test", "want up to 64 letters, digits and -_.:")
		}
		if len(r.Order) > 64 {
			c.fault("orders", i, "order", "want up to 64 bytes")
		}
		if r.Name["en"] == "" {
			c.fault("orders", i, "name", "is missing")
		}
		if r.Ordered.IsZero() {
			c.fault("orders", i, "ordered", "is missing")
		}
		if r.Due.IsZero() || r.Due.Before(r.Ordered) {
			c.fault("orders", i, "due", "want a day from that on which it was ordered")
		}
		id := c.s.orderedID(r)
		if twice[id] {
			c.fault("orders", i, "test", "is there twice for the same person and day")
		}
		twice[id] = true
	}
}

func (c *checking) slot(i int, r store.Slot) {
	if !validID(string(r.ID)) {
		c.fault("slots", i, "id", "want up to 64 letters, digits and -_.:")
	}
	if _, twice := c.slots[slotName{r.Clinic, r.ID}]; twice {
		c.fault("slots", i, "id", "is there twice in its clinic")
	}
	if y := r.Start.Year(); y < 2000 || y > 2199 {
		c.fault("slots", i, "start", "is not within 2000 to 2199")
	}
	if r.Length < time.Minute || r.Length > longestSlot || r.Length%time.Second != 0 {
		c.fault("slots", i, "length", "want a minute to twelve hours")
	}
	if r.Clinician.ID != "" && !validID(r.Clinician.ID) {
		c.fault("slots", i, "clinician", "want an id of up to 64 letters, digits and -_.:")
	}
}
