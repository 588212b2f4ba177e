package demopractice

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"time"

	"landline/store"
	"landline/store/csvfile"
)

//go:embed files
var files embed.FS

// ahead is for how many days there are slots.
const ahead = 28

// Zone is the practice's clock, that of London.
func Zone() *time.Location { return zone }

var zone = func() *time.Location {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic("demopractice: no time zones on this machine: " + err.Error())
	}
	return london
}()

// StoryTime is when screenplays begin unless they say otherwise: Wednesday 16
// September 2026 at nine in the morning, reception just open.
func StoryTime() time.Time { return time.Date(2026, time.September, 16, 9, 0, 0, 0, zone) }

// ID is the id in the record of somebody in files/people.csv: ID("mary").
func ID(own string) store.PersonID { return csvfile.OpaqueID(own) }

// Batch is the practice as it is at now.
func Batch(now time.Time) (store.Batch, error) {
	f := &filling{today: store.DayOf(now.In(zone)), now: now}
	f.closed = closures(f.today)
	names, err := fs.Glob(files, "files/*.csv")
	if err != nil {
		return store.Batch{}, fmt.Errorf("list the demo practice: %w", err)
	}
	var in []csvfile.File
	for _, name := range names {
		text, err := f.fill(name)
		if err != nil {
			return store.Batch{}, fmt.Errorf("fill in the demo practice: %w", err)
		}
		in = append(in, csvfile.File{Name: name, Data: text})
	}
	slots, err := f.slots()
	if err != nil {
		return store.Batch{}, fmt.Errorf("fill in the demo practice: %w", err)
	}
	in = append(in,
		csvfile.File{Name: "closures", Data: f.closureRows()},
		csvfile.File{Name: "slots", Data: slots})
	read, err := csvfile.Read(csvfile.Options{Zone: zone}, in...)
	if err != nil {
		return store.Batch{}, fmt.Errorf("read the demo practice: %w", err)
	}
	read.Batch.Quiet = true
	return read.Batch, nil
}

// filling puts days into the files, seen from today.
type filling struct {
	today  store.Day
	now    time.Time
	closed map[store.Day]string
}

// fill runs a file as a template: {{day 90}}, {{open 2}}, {{next "Tuesday"}}.
func (f *filling) fill(name string) (*bytes.Buffer, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"day":  func(n int) store.Day { return f.today.AddDays(n) },
		"open": f.openDay,
		"next": f.next,
	}).ParseFS(files, name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.ExecuteTemplate(&out, strings.TrimPrefix(name, "files/"), nil)
	return &out, err
}

// opens reports whether the practice is open on the day.
func (f *filling) opens(d store.Day) bool {
	_, closed := f.closed[d]
	return !closed && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// openDay is the nth day after today on which the practice is open.
func (f *filling) openDay(n int) store.Day {
	d := f.today
	for n > 0 {
		if d = d.AddDays(1); f.opens(d) {
			n--
		}
	}
	return d
}

// next is the first such weekday at least three days away that is open.
func (f *filling) next(weekday string) store.Day {
	d := f.today.AddDays(3)
	for d.Weekday().String() != weekday || !f.opens(d) {
		d = d.AddDays(1)
	}
	return d
}

// slots writes out the week for each open day, as a file of slots, those
// that begin later today included.
func (f *filling) slots() (*bytes.Buffer, error) {
	week, err := files.ReadFile("files/week.txt")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("clinic,start,minutes,clinician\n")
	for line := range strings.Lines(string(week)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if strings.HasPrefix(line, "#") || len(cells) != 4 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		for n := range ahead + 1 {
			day := f.today.AddDays(n)
			if !f.opens(day) {
				continue
			}
			for start := range strings.FieldsSeq(cells[3]) {
				if n == 0 && start <= f.now.In(zone).Format("15:04") {
					continue
				}
				fmt.Fprintf(&out, "%s,%s %s,%s,%s\n", cells[0], day, start, cells[1], cells[2])
			}
		}
	}
	return &out, nil
}
