package store

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// NHSNumber is ten digits, the last of which checks the others. It redacts
// itself; Digits reveals it.
type NHSNumber string

// Errors of ParseNHSNumber.
var (
	ErrNHSLength = errors.New("an NHS number has ten digits")
	ErrNHSCheck  = errors.New("the last digit of the NHS number does not agree with the others")
)

// ParseNHSNumber reads ten digits, however they are grouped, and checks them
// by modulus 11: weights 10 to 2, remainder 11 stands for 0, and 10 is never
// given out (NHS Data Dictionary, "NHS number").
func ParseNHSNumber(s string) (NHSNumber, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, s)
	if len(digits) != 10 {
		return "", ErrNHSLength
	}
	sum := 0
	for i, r := range digits {
		if r < '0' || r > '9' {
			return "", ErrNHSLength
		}
		if i < 9 {
			sum += int(r-'0') * (10 - i)
		}
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	if check == 10 || byte('0'+check) != digits[9] {
		return "", ErrNHSCheck
	}
	return NHSNumber(digits), nil
}

// Digits reveals the number, for the indexes and the sealed store alone.
func (n NHSNumber) Digits() string { return string(n) }

func (n NHSNumber) String() string             { return "[nhs number]" }
func (n NHSNumber) GoString() string           { return "[nhs number]" }
func (n NHSNumber) Format(s fmt.State, _ rune) { redacted("nhs number").write(s) }
func (n NHSNumber) LogValue() slog.Value       { return slog.StringValue("[nhs number]") }
