package store_test

import (
	"errors"
	"testing"

	"landline/store"
)

func TestValidPIN(t *testing.T) {
	for _, c := range []struct {
		pins []store.PIN
		want error
	}{
		{[]store.PIN{"4071", "9184", "5526", "3860", "90417", "730864"}, nil},
		{[]store.PIN{"", "407", "4071223", "40a1", "40 1", "٤٠٧١"}, store.ErrPINLength},
		{[]store.PIN{"0000", "7777", "4747", "555555", "858585", "407407"}, store.ErrPINRepeat},
		{[]store.PIN{"1234", "4321", "7890", "2109", "34567", "987654"}, store.ErrPINRun},
		{[]store.PIN{"1203", "0312", "3112", "2902", "1948", "2024", "120348", "031248", "480312"}, store.ErrPINDate},
	} {
		for _, pin := range c.pins {
			if got := store.ValidPIN(pin); !errors.Is(got, c.want) {
				t.Errorf("ValidPIN(%s) = %v, want %v", pin.Reveal(), got, c.want)
			}
		}
	}
}

// Each two places come once, and while there are any others share none with
// those before.
func TestPlacesShareAsLittleAsCanBe(t *testing.T) {
	for digits, want := range map[int]int{4: 6, 5: 10, 6: 15} {
		all := store.PlacesOf(digits)
		if len(all) != want {
			t.Errorf("of %d digits: %d pairs, want %d", digits, len(all), want)
		}
		seen, shared := map[store.Places]bool{}, 0
		for i, at := range all {
			if at.First < 1 || at.First >= at.Second || at.Second > digits || seen[at] {
				t.Errorf("of %d digits: %v", digits, at)
			}
			seen[at] = true
			if i > 0 {
				if was := all[i-1]; was.First == at.First || was.First == at.Second || was.Second == at.First || was.Second == at.Second {
					shared++
				}
			}
		}
		if rounds := digits - 1 + digits%2; shared >= rounds {
			t.Errorf("of %d digits: %d times a digit comes again at once", digits, shared)
		}
	}
	if p, ok := store.PIN("4071").At(store.Places{First: 2, Second: 4}); !ok || p.Reveal() != "01" {
		t.Error("the 2nd and the 4th of a PIN are others")
	}
	if _, ok := store.PIN("4071").At(store.Places{First: 2, Second: 5}); ok {
		t.Error("a PIN of four digits has a fifth")
	}
}
