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
