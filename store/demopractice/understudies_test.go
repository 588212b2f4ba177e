package demopractice_test

import (
	"fmt"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"landline/store"
	"landline/store/csvfile"
	"landline/store/demopractice"
)

// A practice of many casts is one that can be imported: everybody has a
// telephone, a carer and appointments of their own.
func TestCasts(t *testing.T) {
	const casts = 20
	now := demopractice.StoryTime()
	ann := store.Number("+447700900103")
	written, err := demopractice.Casts(now, casts, []store.Number{ann, "+441632960109"}, []string{"5526"})
	if err != nil {
		t.Fatal(err)
	}
	read, err := csvfile.Read(csvfile.Options{Zone: demopractice.Zone()}, written...)
	if err != nil {
		t.Fatal(err)
	}
	b := read.Batch
	if len(b.People) != 3*casts || len(b.Grants) != casts || len(b.Appointments) != 8*casts { // Ann, her mother Mary, and Joan
		t.Errorf("%d people, %d grants, %d appointments", len(b.People), len(b.Grants), len(b.Appointments))
	}
	numbers, slots := map[store.Number]int{}, map[string]bool{}
	for _, p := range b.People {
		numbers[p.Person.Numbers[0]]++
	}
	for _, a := range b.Appointments {
		if name := fmt.Sprint(a.Clinic, a.Slot); slots[name] {
			t.Errorf("two have the slot %s", name)
		} else {
			slots[name] = true
		}
	}
	for _, n := range []int{0, 1, casts - 1} {
		if numbers[demopractice.Understudy(ann, n)] != 1 {
			t.Errorf("%d people have the telephone of Ann's understudy %d", numbers[demopractice.Understudy(ann, n)], n)
		}
	}
	for n, count := range numbers {
		if count != 1 {
			t.Errorf("%d people share %s", count, n.E164())
		}
	}
	for _, a := range b.People {
		if g := a.Person; g.ID == demopractice.ID("ann-7") && (g.Given.Reveal() != "Ann" || a.PIN.Reveal() != "5526") {
			t.Error("an understudy of Ann does not know her part")
		} else if g.ID == demopractice.ID("joan-7") && a.PIN != "" {
			t.Error("an understudy of Joan has a PIN, for which nobody asks")
		}
	}
}

// The made-up numbers are nobody's: possible, and in no range that was given
// out.
func TestUnderstudiesHaveNobodysNumbers(t *testing.T) {
	for _, of := range []store.Number{"+441632960101", "+447700900102"} {
		for _, n := range []int{1, 999, demopractice.MaxUnderstudies} {
			e164 := demopractice.Understudy(of, n).E164()
			number, err := phonenumbers.Parse(e164, "GB")
			if err != nil || !phonenumbers.IsPossibleNumber(number) || phonenumbers.IsValidNumber(number) || len(e164) != 13 {
				t.Errorf("%s: possible %v, given out %v, %v", e164, phonenumbers.IsPossibleNumber(number), phonenumbers.IsValidNumber(number), err)
			}
		}
	}
}

func TestCastsThatCannotBe(t *testing.T) {
	mary := []store.Number{"+441632960101"}
	for name, c := range map[string]struct {
		casts  int
		phones []store.Number
	}{
		"none": {0, mary}, "too many": {demopractice.MaxUnderstudies + 2, mary}, "of nobody": {1, []store.Number{"+441632960999"}},
	} {
		if _, err := demopractice.Casts(demopractice.StoryTime(), c.casts, c.phones, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
