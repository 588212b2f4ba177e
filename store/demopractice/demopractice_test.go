package demopractice_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/demopractice"
)

func batch(t testing.TB, now time.Time) store.Batch {
	t.Helper()
	b, err := demopractice.Batch(now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// appointments lists somebody's, in the words of the files.
func appointments(b store.Batch, own string) []string {
	var list []string
	for _, a := range b.Appointments {
		i := slices.IndexFunc(b.Slots, func(s store.Slot) bool { return s.Clinic == a.Clinic && s.ID == a.Slot })
		if a.Person == demopractice.ID(own) && i >= 0 {
			list = append(list, fmt.Sprintf("%s %s", a.Clinic, b.Slots[i].Start.Format("Mon 2 Jan 15:04")))
		}
	}
	return list
}

func Example() {
	b, err := demopractice.Batch(demopractice.StoryTime())
	if err != nil {
		panic(err)
	}
	fmt.Println(b.Practice.Name["en"], len(b.People), "people")
	for _, own := range []string{"mary", "huw", "olwen", "joan"} {
		for _, a := range appointments(b, own) {
			fmt.Println(own, a)
		}
	}
	// Output:
	// Riverside Surgery 16 people
	// mary nurse Tue 22 Sep 10:20
	// huw doctor Thu 24 Sep 09:20
	// olwen blood-test Fri 25 Sep 09:10
	// joan nurse Fri 18 Sep 09:00
	// joan blood-test Mon 21 Sep 08:30
	// joan talking-therapies Tue 22 Sep 11:00
	// joan doctor Thu 24 Sep 14:00
	// joan nurse Mon 28 Sep 15:20
	// joan blood-test Wed 30 Sep 08:30
	// joan doctor Fri 2 Oct 11:20
}

func TestTheSameMomentIsTheSamePractice(t *testing.T) {
	now := demopractice.StoryTime()
	if diff := cmp.Diff(batch(t, now), batch(t, now.UTC()), cmp.AllowUnexported(store.Birthday{})); diff != "" {
		t.Error(diff)
	}
}

// Whatever day the demo is started on, every clinic is open for four weeks, and
// every appointment has its slot.
func TestAnyDayOfTwoYears(t *testing.T) {
	now := time.Date(2026, 1, 1, 9, 0, 0, 0, demopractice.Zone())
	for end := now.AddDate(2, 0, 0); now.Before(end); now = now.AddDate(0, 0, 4) { // every weekday, in seven steps
		b := batch(t, now)
		for own, want := range map[string]int{"mary": 1, "tom": 0, "huw": 1, "olwen": 1, "joan": 7} {
			if got := appointments(b, own); len(got) != want {
				t.Fatalf("%s: %s has %v", now.Format(time.DateOnly), own, got)
			}
		}
		var mary time.Time
		for _, s := range b.Slots {
			if !b.Practice.OpenAt(s.Start) || s.Start.Before(now) {
				t.Fatalf("%s: a slot at %s", now.Format(time.DateOnly), s.Start)
			}
			if s.ID == b.Appointments[0].Slot {
				mary = s.Start
			}
		}
		if mary.Weekday() != time.Tuesday || mary.Format("15:04") != "10:20" || mary.Sub(now) > 11*24*time.Hour && mary.Sub(now) > 18*24*time.Hour {
			t.Fatalf("%s: Mary sees the nurse at %s", now.Format(time.DateOnly), mary)
		}
		for _, c := range b.Clinics {
			days := map[store.Day]bool{}
			for _, s := range b.Slots {
				if s.Clinic == c.ID {
					days[store.DayOf(s.Start)] = true
				}
			}
			if len(days) < 16 { // 20 weekdays but for Christmas and New Year
				t.Fatalf("%s: %s has slots on %d days", now.Format(time.DateOnly), c.ID, len(days))
			}
		}
	}
}

// The bank holidays of 2026 to 2028 as https://www.gov.uk/bank-holidays has
// them for England and Wales.
func TestBankHolidays(t *testing.T) {
	for year, want := range map[int][]string{
		2026: {"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"},
		2027: {"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"},
		2028: {"2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"},
	} {
		var got []string
		for _, d := range batch(t, time.Date(year, 6, 1, 9, 0, 0, 0, time.UTC)).Practice.Closures {
			if d.Year == year {
				got = append(got, d.String())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d: %s", year, diff)
		}
	}
}

// What the people are there to show is so.
func TestThePeople(t *testing.T) {
	now := demopractice.StoryTime()
	b := batch(t, now)
	today := store.DayOf(now)
	people := map[store.PersonID]store.PersonRow{}
	for _, p := range b.People {
		people[p.Person.ID] = p
		if n := p.Person.NHS.Digits(); len(n) != 10 || n[:3] != "999" {
			t.Errorf("an NHS number outside the range kept for tests")
		}
	}
	by := func(own string) store.PersonRow { return people[demopractice.ID(own)] }
	if grace, hope := by("grace").Person, by("hope").Person; grace.Born != hope.Born ||
		!slices.Equal(grace.Numbers, hope.Numbers) || grace.NHS == hope.NHS {
		t.Error("Grace and Hope are no twins who share a telephone")
	}
	if len(by("olwen").Person.Numbers) != 0 || by("peter").PIN != "" || by("huw").Person.Language != "cy" {
		t.Error("Olwen has a telephone, Peter a PIN, or Huw no Welsh")
	}
	if !slices.Equal(by("ravi").Person.Numbers, by("meena").Person.Numbers) {
		t.Error("Ravi and Meena share no mobile")
	}
	grants := map[store.PersonID]store.Grant{}
	for _, g := range b.Grants {
		grants[g.Carer] = g
	}
	ann, gareth, carys := grants[demopractice.ID("ann")], grants[demopractice.ID("gareth")], grants[demopractice.ID("carys")]
	switch {
	case !ann.Allows(store.BookAppointments, today), ann.Allows(store.HearResults, today), ann.Subject != demopractice.ID("mary"):
		t.Error("Ann may not do what a carer who books may do")
	case !gareth.Allows(store.HearAppointments, today), gareth.Allows(store.BookAppointments, today):
		t.Error("Gareth may not hear, or may book")
	case carys.Holds(today), !carys.Holds(today.AddDays(-1)):
		t.Error("Carys's grant did not end yesterday")
	}
}
