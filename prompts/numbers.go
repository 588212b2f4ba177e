package prompts

import (
	"strconv"
	"strings"
)

// ReadDigits takes tokens as a number that is given digit by digit or in
// groups: "oh one six three two, double nine", "01632 96 00 00", "forty
// seventy one". It fails if anything but fillers is said beside it.
func ReadDigits(tokens []Token) (string, bool) {
	var b strings.Builder
	times := 1
	for i, t := range tokens {
		digits, ok := digitsOf(t)
		if sound, is := t.Is(SenseSound); is && !ok && (isNumber(tokens, i-1) || isNumber(tokens, i+1)) {
			digits, ok = strconv.Itoa(sound), true
		}
		_, filler := t.Is(SenseFiller)
		repeat, isRepeat := t.Is(SenseRepeat)
		switch {
		case ok && (times == 1 || len(digits) == 1):
			b.WriteString(strings.Repeat(digits, times))
			times = 1
		case isRepeat && times == 1:
			times = repeat
		case filler && times == 1:
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0 && times == 1
}

// digitsOf are the digits of one number.
func digitsOf(t Token) (string, bool) {
	n, ok := t.Is(SenseNumber)
	if t.Figures && ok {
		return t.Text, true
	}
	return strconv.Itoa(n), ok
}

func isNumber(tokens []Token, i int) bool {
	if i < 0 || i >= len(tokens) {
		return false
	}
	_, ok := tokens[i].Is(SenseNumber)
	return ok
}

// ReadNumber reads how many, "a hundred and twenty", "cant dau ddeg", at the
// beginning of tokens, and tells how many of them it took: 0 if none.
func ReadNumber(tokens []Token) (n, used int) {
	thousands, rest, open := 0, 0, true // open: a smaller number may follow
	for i, t := range tokens {
		v, isNum := t.Is(SenseNumber)
		scale, isScale := t.Is(SenseScale)
		_, filler := t.Is(SenseFiller)
		switch {
		case isNum && open && (rest == 0 || v < 100):
			rest += v
			open = false
		case isScale && scale == 1000 && thousands == 0:
			thousands = max(rest, 1) * 1000
			rest, open = 0, true
		case isScale && scale == 100 && rest < 100:
			rest = max(rest, 1) * 100
			open = true
		case filler && used > 0 && open && (isNumber(tokens, i+1)):
			continue // "and"
		default:
			return thousands + rest, used
		}
		used = i + 1
	}
	return thousands + rest, used
}

// ReadYear reads a year of four digits as people say it, at the beginning of
// tokens: "1948", "nineteen forty eight", "nineteen oh eight", "two thousand
// and five", "mil naw pedwar wyth", "un naw pedwar wyth". It tells how many
// tokens it took: 0 if none. "48" is no year: whose it is, only the question knows.
func ReadYear(tokens []Token) (year, used int) {
	at := func(i int) int { // the number there, -1 if none
		if i < len(tokens) {
			if n, ok := tokens[i].Is(SenseNumber); ok {
				return n
			}
		}
		return -1
	}
	if len(tokens) == 0 {
		return 0, 0
	}
	if tokens[0].Figures && len(tokens[0].Text) == 4 {
		return at(0), 1
	}
	if scale, ok := tokens[0].Is(SenseScale); ok && scale == 1000 {
		if a, b, c := at(1), at(2), at(3); single(a) && single(b) && single(c) {
			return 1000 + 100*a + 10*b + c, 4
		} else if single(a) && b > 9 && b < 100 {
			return 1000 + 100*a + b, 3
		}
	}
	a, b, c, d := at(0), at(1), at(2), at(3)
	switch {
	case single(a) && a > 0 && single(b) && single(c) && single(d):
		return 1000*a + 100*b + 10*c + d, 4
	case a >= 18 && a <= 21 && b == 0 && single(c):
		return 100*a + c, 3
	case a >= 18 && a <= 21 && b > 9 && b < 100:
		return 100*a + b, 2
	}
	if n, took := ReadNumber(tokens); took > 1 && n >= 1000 && n < 3000 {
		return n, took
	}
	return 0, 0
}

func single(n int) bool { return n >= 0 && n < 10 }
