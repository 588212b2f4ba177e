package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"landline/store"
)

var readingOperations = []operation{
	{"listReadings", http.MethodGet, "/people/{person}/readings/{kind}", http.StatusOK, (*call).listReadings},
	{"readLimits", http.MethodGet, "/people/{person}/limits", http.StatusOK, (*call).readLimits},
	{"setLimits", http.MethodPut, "/people/{person}/limits/{kind}", http.StatusOK, (*call).setLimits},
}

// tenths are numbers as JSON writes them: 7.2.
type tenths store.Tenths

func (t tenths) MarshalJSON() ([]byte, error) { return []byte(store.Tenths(t).Reveal()), nil }

func (t *tenths) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	*t = tenths(int(f*10 + 0.5))
	if err != nil || f < 0 || f > 10_000 {
		return errTenths
	}
	return nil
}

var errTenths = errors.New("want a number of at most one decimal")

// readingView is what somebody measured.
type readingView struct {
	ID       store.ReadingID `json:"id"`
	Taken    time.Time       `json:"taken"`
	Values   []tenths        `json:"values"`
	By       store.PersonID  `json:"by,omitempty"`
	Channel  store.Channel   `json:"channel,omitempty"`
	Level    store.Level     `json:"level"`
	Status   string          `json:"status"`
	Severity string          `json:"severity,omitempty"`
}

// partView is what one number of a reading is.
type partView struct {
	LOINC string `json:"loinc"`
	UCUM  string `json:"ucum"`
}

// kind is the kind of reading in the address.
func (c *call) kind() (store.Measure, error) {
	m, known := store.MeasureOf(store.ReadingKind(c.gin.Param("kind")))
	if !known {
		return m, notFound
	}
	return m, nil
}

func (c *call) listReadings() (any, error) {
	m, err := c.kind()
	if err != nil {
		return nil, err
	}
	list := store.ListReadings{Kind: m.Kind}
	if list.Limit, err = c.limit(60, 60); err != nil {
		return nil, err
	}
	if list.From, err = c.day("from"); err != nil {
		return nil, err
	}
	if list.To, err = c.day("to"); err != nil {
		return nil, err
	}
	if err := c.after(&list.After); err != nil {
		return nil, err
	}
	return c.readings(m, list)
}

// readingsView is a page of readings of one kind.
type readingsView struct {
	Kind  store.ReadingKind `json:"kind"`
	LOINC string            `json:"loinc,omitempty"`
	Parts []partView        `json:"parts"`
	// Trend is of the newest on the page against those before it.
	Trend    store.Trend   `json:"trend"`
	Readings []readingView `json:"readings"`
	Next     string        `json:"next,omitempty"`
}

func (c *call) readings(m store.Measure, list store.ListReadings) (readingsView, error) {
	out, err := c.ask(c.person(), list)
	page := readingsView{Kind: m.Kind, LOINC: m.LOINC, Trend: store.TrendOf(out.Readings), Readings: []readingView{}}
	for _, p := range m.Parts {
		page.Parts = append(page.Parts, partView{p.LOINC, p.UCUM})
	}
	for _, r := range out.Readings {
		page.Readings = append(page.Readings, readingOf(r))
		page.Next = next(out.More, store.ReadingCursor{Taken: r.Taken, ID: r.ID})
	}
	return page, err
}

func readingOf(r store.Reading) readingView {
	v := readingView{ID: r.ID, Taken: r.Taken, By: r.By, Channel: r.Channel, Level: r.Level, Status: r.Status, Severity: severityName(r.Severity)}
	for _, n := range r.Values {
		v.Values = append(v.Values, tenths(n))
	}
	return v
}

// severityName is how files and the API name a severity; "" if nobody has to act.
func severityName(s store.Severity) string {
	for name, is := range store.Severities() {
		if is == s {
			return name
		}
	}
	return ""
}

// boundView is where a part of a reading is so severe: below low, or above high.
type boundView struct {
	Part     int     `json:"part"`
	Low      *tenths `json:"low,omitempty"`
	High     *tenths `json:"high,omitempty"`
	Severity string  `json:"severity"`
}

type limitsView struct {
	Kind   store.ReadingKind `json:"kind"`
	Bounds []boundView       `json:"bounds"`
}

func limitsOf(l store.ReadingLimits) limitsView {
	v := limitsView{l.Kind, []boundView{}}
	end := func(t store.Tenths) *tenths {
		if t == 0 {
			return nil
		}
		is := tenths(t)
		return &is
	}
	for _, b := range l.Bounds {
		v.Bounds = append(v.Bounds, boundView{b.Part, end(b.Low), end(b.High), severityName(b.Severity)})
	}
	return v
}

func (c *call) readLimits() (any, error) {
	out, err := c.ask(c.person(), store.ReadLimits{})
	if err != nil {
		return nil, err
	}
	list := struct {
		Limits []limitsView `json:"limits"`
	}{[]limitsView{}}
	for _, l := range out.Limits {
		list.Limits = append(list.Limits, limitsOf(l))
	}
	return list, nil
}

func (c *call) setLimits() (any, error) {
	m, err := c.kind()
	if err != nil {
		return nil, err
	}
	var body struct {
		Bounds []boundView `json:"bounds"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	set := store.SetLimits{Kind: m.Kind}
	var check checking
	check.need("bounds", len(body.Bounds) <= mostBounds, "want at most "+strconv.Itoa(mostBounds))
	for i, b := range body.Bounds {
		field := "bounds[" + strconv.Itoa(i) + "]"
		check.need(field+".part", b.Part >= 0 && b.Part < len(m.Parts), "is no part of such a reading")
		severity, known := store.Severities()[b.Severity]
		check.need(field+".severity", known, "want practice, 111 or 999")
		bound := store.Bound{Part: b.Part, Severity: severity}
		if b.Low != nil {
			bound.Low = store.Tenths(*b.Low)
		}
		if b.High != nil {
			bound.High = store.Tenths(*b.High)
		}
		check.need(field, bound.Low != 0 || bound.High != 0, "want low or high")
		check.need(field, bound.Low == 0 || bound.High == 0 || bound.Low < bound.High, "want low below high")
		set.Bounds = append(set.Bounds, bound)
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	out, err := c.must(c.person(), set)
	if err != nil {
		return nil, err
	}
	return limitsOf(out.Limits[0]), nil
}

// mostBounds is how many bounds a kind of reading has: each part and severity, low
// and high.
const mostBounds = 12
