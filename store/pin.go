package store

import (
	"errors"
	"strings"
	"time"
)

// Why a PIN is refused.
var (
	ErrPINLength = errors.New("a PIN has four to six digits")
	ErrPINRepeat = errors.New("the PIN repeats the same digits")
	ErrPINRun    = errors.New("the digits of the PIN follow one another")
	ErrPINDate   = errors.New("the PIN reads as a date")
)

// ValidPIN reports why a PIN is too easily guessed to be given to anybody, or
// nil. Refused are repeats (1111, 1212, 123123), runs up or down, also past
// the nine (1234, 4321, 8901), and what reads as a date: a day and a month in
// either order, a year within living memory, or a whole date in six digits.
//
// Dates are what people choose most: Bonneau, Preibusch and Anderson, "A
// birthday present every eleven wallets? The security of customer-chosen
// banking PINs" (Financial Cryptography 2012), who also show that a list of
// refused PINs is what helps.
func ValidPIN(p PIN) error {
	digits := p.Reveal()
	if len(digits) < 4 || len(digits) > 6 || strings.Trim(digits, "0123456789") != "" {
		return ErrPINLength
	}
	switch {
	case repeats(digits):
		return ErrPINRepeat
	case runs(digits, 1) || runs(digits, 9):
		return ErrPINRun
	case readsAsDate(digits):
		return ErrPINDate
	}
	return nil
}

// repeats reports whether the digits are one digit, a pair or a triple again
// and again.
func repeats(digits string) bool {
	for n := 1; n <= len(digits)/2; n++ {
		if len(digits)%n == 0 && strings.Repeat(digits[:n], len(digits)/n) == digits {
			return true
		}
	}
	return false
}

// runs reports whether each digit is the one before it and step, modulo ten.
func runs(digits string, step byte) bool {
	for i := 1; i < len(digits); i++ {
		if (digits[i-1]-'0'+step)%10 != digits[i]-'0' {
			return false
		}
	}
	return true
}

// Places are two digits of a PIN by position, from 1, the smaller first: "the
// 2nd and the 4th". The zero Places stand for the whole PIN.
type Places struct {
	First  int `json:"1,omitempty"`
	Second int `json:"2,omitempty"`
}

// PlacesOf lists every two positions of a PIN of that many digits, in the order
// in which they are asked for: that of a tournament in which each plays each, so
// that each two share nothing with the two before, as far as that can be. Who
// has seen one answer has then half of a PIN, and not all but one digit of what
// is asked for next.
func PlacesOf(digits int) []Places {
	last := digits - 1 + digits%2 // who stays in their place; nobody, of an odd number
	var all []Places
	for round := range last {
		for k := 0; 2*k <= last; k++ {
			a, b := (round+k)%last, (round-k+last)%last
			if k == 0 {
				b = last
			}
			if a, b = min(a, b), max(a, b); b < digits {
				all = append(all, Places{a + 1, b + 1})
			}
		}
	}
	return all
}

// At is what stands at the places; false if the PIN is too short.
func (p PIN) At(at Places) (PIN, bool) {
	if at.First < 1 || at.First >= at.Second || at.Second > len(p) {
		return "", false
	}
	return PIN([]byte{p[at.First-1], p[at.Second-1]}), true
}

func readsAsDate(digits string) bool {
	switch len(digits) {
	case 4:
		// A leap year, so that 2902 is a date too.
		for _, layout := range []string{"20060201", "20060102"} {
			if _, err := time.Parse(layout, "2000"+digits); err == nil {
				return true
			}
		}
		year, err := time.Parse("2006", digits)
		return err == nil && year.Year() >= 1900 && year.Year() < 2040
	case 6:
		for _, layout := range []string{"020106", "010206", "060102"} {
			if _, err := time.Parse(layout, digits); err == nil {
				return true
			}
		}
	}
	return false
}
