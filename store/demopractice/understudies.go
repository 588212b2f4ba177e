package demopractice

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"landline/store"
	"landline/store/csvfile"
)

// MaxUnderstudies is how many there can be of everybody.
const MaxUnderstudies = 4000

// Understudy is the telephone of the nth understudy of whoever has this one;
// the zeroth is they themselves. The ranges set aside for drama are too small
// for a load: these numbers lie behind the same 01632 and 07700, but with a
// next digit behind which none was ever given to anybody.
func Understudy(of store.Number, n int) store.Number {
	if n == 0 {
		return of
	}
	e164 := of.E164()
	return store.Number(fmt.Sprintf("%s%c%03d%s", e164[:7], "2456"[(n-1)/1000], (n-1)%1000, e164[len(e164)-2:]))
}

// Casts are the files of the practice with so many casts: first the people who
// have these telephones and those for whom they care, then the understudies of
// each. An understudy is somebody once more: with the same name, date of birth
// and PIN, so that the words of a screenplay are right for them too, but with
// an id, a telephone and appointments of their own, no NHS number, and a PIN
// only if it is among the words: the import hashes each slowly. For many there
// is a slot a minute with each clinician, so that all of them can book.
func Casts(now time.Time, casts int, phones []store.Number, words []string) ([]csvfile.File, error) {
	if casts < 1 || casts > MaxUnderstudies+1 {
		return nil, fmt.Errorf("want 1 to %d casts", MaxUnderstudies+1)
	}
	f := &filling{today: store.DayOf(now.In(zone)), now: now}
	f.closed = closures(f.today)
	c := &casting{casts: casts, slots: map[string][]string{}, taken: map[string]bool{}}
	out := []csvfile.File{{Name: "closures.csv", Data: f.closureRows()}}
	for name, sheet := range map[string]*[][]string{
		"practice": nil, "hours": nil, "clinics": nil,
		"people": &c.people, "grants": &c.grants, "appointments": &c.appointments,
	} {
		text, err := f.fill("files/" + name + ".csv")
		if err == nil && sheet != nil {
			*sheet, err = csv.NewReader(text).ReadAll()
		} else if err == nil {
			out = append(out, csvfile.File{Name: name + ".csv", Data: text})
		}
		if err != nil {
			return nil, fmt.Errorf("fill in the demo practice: %w", err)
		}
	}
	week, err := files.ReadFile("files/week.txt")
	if err != nil {
		return nil, err
	}
	c.open(f, string(week))
	sheets, err := c.all(phones, words)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(sheets)) {
		var text bytes.Buffer
		if err := csv.NewWriter(&text).WriteAll(sheets[name]); err != nil {
			return nil, err
		}
		out = append(out, csvfile.File{Name: name + ".csv", Data: &text})
	}
	return out, nil
}

// casting fills the parts of several casts. Its sheets are those of the
// practice's files, headers included.
type casting struct {
	casts                        int
	people, grants, appointments [][]string
	slots                        map[string][]string // when a minute is free, by clinic and clinician, in order
	taken                        map[string]bool     // by the first cast, by clinic, clinician and start
}

// manyCasts is how many are too many for the slots of an ordinary week.
const manyCasts = 20

// open makes the slots: those of an ordinary week, or one a minute.
func (c *casting) open(f *filling, week string) {
	for line := range strings.Lines(week) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if strings.HasPrefix(line, "#") || len(cells) != 4 {
			continue
		}
		with := strings.TrimSpace(cells[0]) + "|" + strings.TrimSpace(cells[2])
		starts := strings.Fields(cells[3])
		if c.casts > manyCasts {
			starts = nil
			for m := 8 * 60; m < 18*60+30; m++ {
				starts = append(starts, fmt.Sprintf("%02d:%02d", m/60, m%60))
			}
		}
		for n := range ahead + 1 {
			day := f.today.AddDays(n)
			for _, start := range starts {
				if f.opens(day) && (n > 0 || start > f.now.In(zone).Format("15:04")) {
					c.slots[with] = append(c.slots[with], day.String()+" "+start)
				}
			}
		}
	}
}

// all are the sheets of everybody who is cast.
func (c *casting) all(phones []store.Number, words []string) (map[string][][]string, error) {
	const id, nhs, numbers, pin, carer, subject = 0, 1, 5, 7, 0, 1 // columns
	cast := map[string]bool{}
	for _, p := range c.people[1:] {
		cast[p[id]] = slices.ContainsFunc(phones, func(n store.Number) bool { return n == e164(p[numbers]) })
	}
	for _, g := range c.grants[1:] {
		cast[g[subject]] = cast[g[subject]] || cast[g[carer]]
	}
	if !slices.Contains(slices.Collect(maps.Values(cast)), true) {
		return nil, errors.New("nobody in the practice has one of these telephones")
	}
	out := map[string][][]string{"people": c.people[:1:1], "grants": c.grants[:1:1], "slots": {{"clinic", "start", "minutes", "clinician"}}}
	for n := range c.casts {
		for _, p := range c.people[1:] {
			if p = slices.Clone(p); !cast[p[id]] {
				continue
			}
			if p[id] = understudyID(p[id], n); n > 0 {
				p[nhs] = ""
				if !slices.Contains(words, p[pin]) {
					p[pin] = ""
				}
				if p[numbers] != "" {
					p[numbers] = Understudy(e164(p[numbers]), n).E164()
				}
			}
			out["people"] = append(out["people"], p)
		}
		for _, g := range c.grants[1:] {
			if g = slices.Clone(g); cast[g[carer]] {
				g[carer], g[subject] = understudyID(g[carer], n), understudyID(g[subject], n)
				out["grants"] = append(out["grants"], g)
			}
		}
	}
	var err error
	if out["appointments"], err = c.appointmentsOf(cast); err != nil {
		return nil, err
	}
	for _, with := range slices.Sorted(maps.Keys(c.slots)) {
		clinic, clinician, _ := strings.Cut(with, "|")
		for _, start := range c.slots[with] {
			out["slots"] = append(out["slots"], []string{clinic, start, "1", clinician})
		}
	}
	maps.DeleteFunc(out, func(_ string, sheet [][]string) bool { return len(sheet) == 1 }) // a header alone
	return out, nil
}

// appointmentsOf gives each cast its appointments: the first at the very times,
// the others at the last that are free with the same clinician, where callers
// who ask for a time do not look first.
func (c *casting) appointmentsOf(cast map[string]bool) ([][]string, error) {
	const person, clinic, start, clinician = 0, 1, 2, 3 // columns
	out := c.appointments[:1:1]
	last := map[string]int{} // how many slots are still free, by clinic and clinician
	for n := range c.casts {
		for _, a := range c.appointments[1:] {
			if a = slices.Clone(a); !cast[a[person]] {
				continue
			}
			with := a[clinic] + "|" + a[clinician]
			if free := c.slots[with]; n == 0 {
				c.taken[with+a[start]] = true
				last[with] = len(free)
			} else {
				for last[with]--; last[with] >= 0 && c.taken[with+free[last[with]]]; last[with]-- {
				}
				if last[with] < 0 {
					return nil, fmt.Errorf("%s has no time for the appointments of so many", a[clinician])
				}
				a[start] = free[last[with]]
			}
			a[person] = understudyID(a[person], n)
			out = append(out, a)
		}
	}
	return out, nil
}

func understudyID(own string, n int) string {
	if n == 0 {
		return own
	}
	return own + "-" + strconv.Itoa(n)
}

// e164 reads a number as files/people.csv has it.
func e164(written string) store.Number {
	return store.Number("+44" + strings.TrimPrefix(strings.ReplaceAll(written, " ", ""), "0"))
}
