package csvfile

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"landline/store"
)

// OpaqueID makes the record's id of a person from the practice's own by a
// one-way hash. The record's ids stand in its keys, in the open, and a
// practice's own id may be a name ("mary"), so it must not stand there.
//
// A hash without a secret still lets somebody who has a guess try it. Where
// the practice's ids are names or numbers known to others, give
// Options.PersonID a keyed one.
func OpaqueID(own string) store.PersonID {
	sum := sha256.Sum256([]byte("landline person\x00" + own))
	return store.PersonID("p" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:20]))
}

// languages are those that a person may choose and a clinic be named in.
var languages = []store.Language{"en", "cy"}

// day reads a day of the calendar; nothing at all has been faulted before.
func (r *reader) day(w row, column string) store.Day {
	cell := w.cells[column]
	if cell == "" {
		return store.Day{}
	}
	if d, ok := parseDay(cell); ok {
		return d
	}
	r.fault(w.place, column, "is no day of the calendar (want 2026-09-16 or 16/09/2026)")
	return store.Day{}
}

func parseDay(s string) (store.Day, bool) {
	for _, layout := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return store.DayOf(t), true
		}
	}
	return store.Day{}, false
}

// start reads when a slot begins.
func (r *reader) start(w row) time.Time { return r.moment(w, "start") }

// moment reads a day and a time of day on the practice's clock.
func (r *reader) moment(w row, column string) time.Time {
	cell := w.cells[column]
	if cell == "" {
		return time.Time{}
	}
	date, clock, _ := strings.Cut(strings.Replace(cell, "T", " ", 1), " ")
	day, ok := parseDay(date)
	minute, fine := minuteOfDay(strings.TrimSpace(clock))
	if !ok || !fine {
		r.fault(w.place, column, "is no day and time (want 2026-09-16 10:20)")
		return time.Time{}
	}
	t := day.At(minute/60, minute%60, r.options.Zone)
	if t.Hour()*60+t.Minute() != minute {
		r.fault(w.place, column, "the clocks go forward over that time: it does not exist")
	}
	return t
}

// clock reads a time of day, in minutes after midnight.
func (r *reader) clock(w row, column string) int {
	cell := w.cells[column]
	if cell == "" {
		return 0
	}
	if cell == "24:00" {
		return 24 * 60
	}
	minute, ok := minuteOfDay(cell)
	if !ok {
		r.fault(w.place, column, "is no time of day (want 08:00)")
	}
	return minute
}

func minuteOfDay(s string) (int, bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil && t.Second() == 0 {
			return t.Hour()*60 + t.Minute(), true
		}
	}
	return 0, false
}

var weekdays = func() map[string]time.Weekday {
	m := map[string]time.Weekday{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		m[name], m[name[:3]] = d, d
	}
	return m
}()

// list cuts a cell at its semicolons.
func list(cell string) []string {
	var out []string
	for item := range strings.SplitSeq(cell, ";") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// words gathers the columns of texts that are somebody's own business.
func words(w row, stem string) map[store.Language]store.Words {
	var m map[store.Language]store.Words
	for lang, s := range texts(w, stem) {
		if m == nil {
			m = map[store.Language]store.Words{}
		}
		m[lang] = store.Words(s)
	}
	return m
}

// texts gathers the columns name_en, name_cy, …
func texts(w row, stem string) map[store.Language]string {
	m := map[store.Language]string{}
	for _, lang := range languages {
		if s := w.cells[stem+"_"+string(lang)]; s != "" {
			m[lang] = s
		}
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

func (r *reader) language(w row) store.Language {
	lang := store.Language(strings.ToLower(w.cells["language"]))
	if lang != "" && !slices.Contains(languages, lang) {
		r.fault(w.place, "language", "is none of ours (en or cy)")
	}
	return lang
}

func (r *reader) timezone(w row) string {
	name := w.cells["timezone"]
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		r.fault(w.place, "timezone", "is no name of a time zone, as Europe/Madrid is")
	}
	return name
}

func (r *reader) yes(w row, column string) bool {
	switch strings.ToLower(w.cells[column]) {
	case "", "no", "n", "false", "0":
		return false
	case "yes", "y", "true", "1":
		return true
	}
	r.fault(w.place, column, "want yes or no")
	return false
}

// number normalises one telephone number. It need only be possible, not
// assigned: ranges set aside for drama are as good as any.
func (r *reader) number(w row, column, raw string) store.Number {
	if raw == "" {
		return ""
	}
	n, ok := r.numbers[raw]
	if !ok {
		n = parseNumber(raw, r.options.Region)
		r.numbers[raw] = n
	}
	if !n.Known() {
		r.fault(w.place, column, "is no telephone number that can be dialled")
	}
	return n
}

func parseNumber(raw, region string) store.Number {
	if len(raw) > 40 || strings.ContainsFunc(raw, func(c rune) bool {
		return unicode.IsLetter(c) || unicode.IsControl(c) || strings.ContainsRune(":;@=#*,", c)
	}) {
		return ""
	}
	parsed, err := phonenumbers.Parse(raw, region)
	if err != nil || parsed.GetExtension() != "" ||
		phonenumbers.IsPossibleNumberWithReason(parsed) != phonenumbers.IS_POSSIBLE {
		return ""
	}
	return store.Number(phonenumbers.Format(parsed, phonenumbers.E164))
}

// minutes reads the length of a slot.
func (r *reader) minutes(w row) time.Duration {
	cell := w.cells["minutes"]
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil || n < 1 || n > 24*60 {
		r.fault(w.place, "minutes", "want a whole number of minutes, 1 to 1440")
	}
	return time.Duration(n) * time.Minute
}

// slug makes an id from a public name: "Dr Sarah Owen" is "dr-sarah-owen".
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	return strings.Join(words, "-")
}
