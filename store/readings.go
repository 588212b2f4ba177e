package store

import (
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReadingKind is what somebody measures of themselves at home.
type ReadingKind string

// The kinds of reading.
const (
	BloodPressure ReadingKind = "blood-pressure"
	Pulse         ReadingKind = "pulse"
	Glucose       ReadingKind = "glucose"
	Weight        ReadingKind = "weight"
	PeakFlow      ReadingKind = "peak-flow"
	Temperature   ReadingKind = "temperature"
	Oxygen        ReadingKind = "oxygen"
	Pain          ReadingKind = "pain"
)

// ReadingKinds lists every kind there is.
func ReadingKinds() []ReadingKind {
	return []ReadingKind{BloodPressure, Pulse, Glucose, Weight, PeakFlow, Temperature, Oxygen, Pain}
}

// Tenths is a measured number in tenths of its unit: 7.2 is 72. So a decimal is
// kept as it was keyed. It redacts itself; Reveal shows it.
type Tenths int

// Reveal shows the number as people write it, "7.2", for prompts, staff and the
// sealed store alone.
func (t Tenths) Reveal() string {
	if t%10 == 0 {
		return strconv.Itoa(int(t) / 10)
	}
	return fmt.Sprintf("%d.%d", int(t)/10, int(t)%10)
}

func (t Tenths) String() string             { return "[reading]" }
func (t Tenths) GoString() string           { return "[reading]" }
func (t Tenths) Format(s fmt.State, _ rune) { redacted("reading").write(s) }
func (t Tenths) LogValue() slog.Value       { return slog.StringValue("[reading]") }

// Part is one number of a reading.
type Part struct {
	// LOINC and UCUM are its code and unit (https://loinc.org, https://ucum.org).
	LOINC, UCUM string
	// Least and Most bound what is possible: what lies beyond was keyed wrongly.
	// They are wider than anything that the kind of meter shows.
	Least, Most Tenths
}

// Measure is how a kind of reading is measured.
type Measure struct {
	Kind ReadingKind
	// LOINC is the code of the whole, where it has several parts.
	LOINC string
	Parts []Part
	// Decimal says that tenths are measured.
	Decimal bool
}

// MeasureOf is how the kind is measured; false if there is no such kind.
func MeasureOf(k ReadingKind) (Measure, bool) {
	i := slices.IndexFunc(measures, func(m Measure) bool { return m.Kind == k })
	if i < 0 {
		return Measure{}, false
	}
	return measures[i], true
}

var measures = []Measure{
	{BloodPressure, "85354-9", []Part{{"8480-6", "mm[Hg]", 500, 3000}, {"8462-4", "mm[Hg]", 200, 2000}}, false},
	{Pulse, "", []Part{{"8867-4", "/min", 200, 2500}}, false},
	{Glucose, "", []Part{{"15074-8", "mmol/L", 5, 500}}, true},
	{Weight, "", []Part{{"29463-7", "kg", 200, 4000}}, true},
	{PeakFlow, "", []Part{{"19935-6", "L/min", 300, 9000}}, false},
	{Temperature, "", []Part{{"8310-5", "Cel", 250, 450}}, true},
	{Oxygen, "", []Part{{"59408-5", "%", 500, 1000}}, false},
	{Pain, "", []Part{{"72514-3", "{score}", 0, 100}}, false},
}

// Possible reports whether the numbers can be a reading of the kind: as many as
// it has parts, each within what a meter shows, and of a blood pressure the upper
// above the lower.
func (m Measure) Possible(values []Tenths) bool {
	if len(values) != len(m.Parts) || len(m.Parts) == 0 {
		return false
	}
	for i, v := range values {
		if v < m.Parts[i].Least || v > m.Parts[i].Most || !m.Decimal && v%10 != 0 {
			return false
		}
	}
	return m.Kind != BloodPressure || values[0] > values[1]
}

// ReadingID names a reading of a person's.
type ReadingID string

// Reading is what somebody measured of themselves, or a carer of them.
type Reading struct {
	ID     ReadingID   `json:"id"`
	Person PersonID    `json:"person"`
	Kind   ReadingKind `json:"kind"`
	Values []Tenths    `json:"values"`
	Taken  time.Time   `json:"taken"`
	// By is who sent it, Channel and Level how, and how surely they were known.
	By      PersonID `json:"by"`
	Channel Channel  `json:"channel"`
	Level   Level    `json:"level"`
	// Status is FHIR's Observation.status: Preliminary until staff reviewed it.
	Status   string   `json:"status"`
	Severity Severity `json:"severity,omitempty"`
}

// Preliminary is the status of a reading that staff have not reviewed.
const Preliminary = "preliminary"

// Alert is the task of a severe reading; false if it is not severe.
func (r Reading) Alert() (OpenTask, bool) {
	task := Task{Kind: SevereReading, About: "readings", Trail: []string{string(r.Kind) + " " + r.Reveal()}}
	if r.Severity >= Ring111 {
		task.Kind = UrgentReading
	}
	return OpenTask{Task: task}, r.Severity > NotSevere
}

// Reveal shows the numbers as people write them: "141/80", "7.2".
func (r Reading) Reveal() string { return RevealTenths(r.Values, "/") }

// RevealTenths shows numbers, with something between any two.
func RevealTenths(values []Tenths, by string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = v.Reveal()
	}
	return strings.Join(parts, by)
}

// Severity is how soon somebody has to act on a reading.
type Severity int

// The severities.
const (
	NotSevere    Severity = 0
	RingPractice Severity = 1 // today
	Ring111      Severity = 2 // now
	Ring999      Severity = 3 // now
)

// Severities lists those on which somebody has to act, as files name them.
func Severities() map[string]Severity {
	return map[string]Severity{"practice": RingPractice, "111": Ring111, "999": Ring999}
}

// Bound is where a part of a reading is so severe: below Low, or above High. A
// Tenths of 0 leaves that end out.
type Bound struct {
	Part     int      `json:"part,omitempty"`
	Low      Tenths   `json:"low,omitempty"`
	High     Tenths   `json:"high,omitempty"`
	Severity Severity `json:"severity"`
}

// ReadingLimits are the bounds of a kind of reading: a person's own, or, without
// a Person, those that a practice has set for everybody in the place of
// UsualBounds.
type ReadingLimits struct {
	Person PersonID    `json:"person,omitempty"`
	Kind   ReadingKind `json:"kind"`
	Bounds []Bound     `json:"bounds"`
}

// UsualBounds are those at which people are told whom to ring, where neither they
// nor the practice have others. They are the figures at which the named guidance
// asks for help, and no diagnosis.
func UsualBounds(k ReadingKind) []Bound { return usualBounds[k] }

var usualBounds = map[ReadingKind][]Bound{
	// NHS, "How to look after yourself at home", pulse oximeter: 92 and less is
	// 999, 93 and 94 is 111.
	Oxygen: {{Low: 930, Severity: Ring999}, {Low: 950, Severity: Ring111}},
	// Royal College of Physicians, NEWS2 (2017): a single score of 3, at 40 and
	// less and from 131 on.
	Pulse: {{Low: 410, High: 1300, Severity: Ring111}},
	// NEWS2: 3 at 35.0 and less, 2 from 39.1 on.
	Temperature: {{Low: 351, High: 390, Severity: Ring111}},
	// NEWS2: 3 at 90 and less. NICE NG136 (2019), 1.5.2: same-day assessment from
	// 180/120.
	BloodPressure: {{Low: 910, High: 1790, Severity: Ring111}, {Part: 1, High: 1190, Severity: Ring111}},
	// NHS, "Low blood sugar" (below 4) and "High blood sugar": very high asks for
	// urgent advice; meters call it high from 20 on.
	Glucose: {{Low: 40, High: 199, Severity: Ring111}},
	// 8 to 10 is severe pain on every scale of 0 to 10.
	Pain: {{High: 70, Severity: Ring111}},
}

// beyond reports whether numbers lie outside the bound.
func (b Bound) beyond(values []Tenths) bool {
	if b.Part < 0 || b.Part >= len(values) {
		return false
	}
	v := values[b.Part]
	return b.Low != 0 && v < b.Low || b.High != 0 && v > b.High
}

// SeverityOf is how severe numbers are, for somebody with bounds of their own
// beside those for everybody. An own one takes the place of those for the same
// part and severity: somebody whose lungs are ill may live well with an oxygen
// level that would be alarming in others.
func SeverityOf(values []Tenths, everybodys, own []Bound) Severity {
	worst := NotSevere
	for _, b := range everybodys {
		replaced := slices.ContainsFunc(own, func(o Bound) bool { return o.Part == b.Part && o.Severity == b.Severity })
		if !replaced && b.beyond(values) {
			worst = max(worst, b.Severity)
		}
	}
	for _, b := range own {
		if b.beyond(values) {
			worst = max(worst, b.Severity)
		}
	}
	return worst
}

// Trend is how readings of a kind move.
type Trend string

// The trends. Each compares the newest reading with the middle one of those of
// the weeks before it.
const (
	TooFew     Trend = "too few" // nothing to compare with
	Same       Trend = "same"
	Higher     Trend = "higher"
	Lower      Trend = "lower"
	MuchHigher Trend = "much higher"
	MuchLower  Trend = "much lower"

	trendWindow = 28 * 24 * time.Hour
)

// TrendOf compares the newest of readings of one kind, given newest first, with
// the median of the others within four weeks before it. A difference of less than
// a twentieth is none, from a fifth on it is much; of a blood pressure the upper
// number counts. Of a weight, a fiftieth and a twentieth; of a temperature and of
// oxygen, half a unit and two.
func TrendOf(list []Reading) Trend {
	if len(list) == 0 {
		return TooFew
	}
	newest := list[0]
	var before []int
	for _, r := range list[1:] {
		if len(r.Values) > 0 && newest.Taken.Sub(r.Taken) <= trendWindow {
			before = append(before, int(r.Values[0]))
		}
	}
	if len(before) == 0 || len(newest.Values) == 0 {
		return TooFew
	}
	slices.Sort(before)
	usual := before[len(before)/2]
	little, much := usual/20, usual/5
	switch newest.Kind {
	case Weight:
		little, much = usual/50, usual/20
	case Temperature, Oxygen, Pain:
		little, much = 5, 20
	}
	switch d := int(newest.Values[0]) - usual; {
	case d > much:
		return MuchHigher
	case d > little:
		return Higher
	case d < -much:
		return MuchLower
	case d < -little:
		return Lower
	}
	return Same
}

// SendReading keeps a reading of the subject's. Done fills Readings with it, and
// with how severe it is; staff have a task by then, if it is.
type SendReading struct {
	Kind   ReadingKind
	Values []Tenths
}

// ListReadings asks for the subject's readings of a kind, newest first: data,
// with the codes and units of MeasureOf. Done fills Readings and More.
type ListReadings struct {
	Kind ReadingKind
	// From and To are the first and the last day, on the practice's clock; none:
	// without bound.
	From, To Day
	After    ReadingCursor
	Limit    int
}

// Asks reports whether a reading of the kind is one of those, by when it was taken: its
// zone is the practice's.
func (l ListReadings) Asks(r Reading) bool {
	on := DayOf(r.Taken)
	switch {
	case !l.From.IsZero() && on.Before(l.From), !l.To.IsZero() && l.To.Before(on):
		return false
	case l.After == (ReadingCursor{}):
		return true
	}
	return r.Taken.Before(l.After.Taken) || r.Taken.Equal(l.After.Taken) && r.ID < l.After.ID
}

// ReadingCursor is where a page of readings ended; the zero cursor is the newest.
type ReadingCursor struct {
	Taken time.Time
	ID    ReadingID
}

func (SendReading) Verb() Verb  { return "send-reading" }
func (ListReadings) Verb() Verb { return "list-readings" }

func (SendReading) Writes() bool  { return true }
func (ListReadings) Writes() bool { return false }

func (SendReading) Verdicts() []Verdict  { return writeVerdicts }
func (ListReadings) Verdicts() []Verdict { return readVerdicts }
