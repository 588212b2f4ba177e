package prompts

import "strings"

// digits says a number digit by digit in the groups that people know it by,
// "0 1 6 3 2, 9 6 0, 0 0 0" (a comma is a short pause), or writes it in the
// usual groups, "01632 960000". A British number in international form is
// turned into the national one, which any telephone here can dial. What holds
// no digit stays as it is.
func digits(form Form, number string) string {
	var b strings.Builder
	for i, r := range number {
		if r >= '0' && r <= '9' || r == '+' && i == 0 {
			b.WriteRune(r)
		}
	}
	plain := b.String()
	if strings.Trim(plain, "+") == "" {
		return number
	}
	if national, ok := strings.CutPrefix(plain, "+44"); ok {
		plain = "0" + strings.TrimPrefix(national, "0")
	}
	if form == Written {
		return strings.Join(groups(plain, writtenRest), " ")
	}
	spoken := groups(plain, spokenRest)
	for i, g := range spoken {
		spoken[i] = strings.Join(strings.Split(g, ""), " ")
	}
	return strings.Join(spoken, ", ")
}

// How the part behind an area code of five is cut: at six digits, written as
// one, said in two.
var (
	writtenRest = map[int][]int{6: {6}, 7: {3, 4}, 8: {4, 4}}
	spokenRest  = map[int][]int{6: {3, 3}, 7: {3, 4}, 8: {4, 4}}
)

// groups cuts a number: a British national number at its area code (Ofcom,
// National Telephone Numbering Plan), an NHS number 3 3 4, any other in threes
// with no single digit left over.
func groups(n string, rest map[int][]int) []string {
	if code := areaCode(n); code > 0 {
		if sizes, ok := rest[len(n)-code]; ok {
			return append([]string{n[:code]}, cut(n[code:], sizes)...)
		}
	}
	if len(n) == 10 && n[0] != '0' && n[0] != '+' {
		return cut(n, []int{3, 3, 4})
	}
	var sizes []int
	for left := len(n); left > 0; {
		size := min(left, 3)
		if left == 4 {
			size = 4
		}
		sizes = append(sizes, size)
		left -= size
	}
	return cut(n, sizes)
}

// areaCode is the length of the area code of a British national number, its 0
// included, or 0 if it is no such number.
func areaCode(n string) int {
	if len(n) < 10 || len(n) > 11 || n[0] != '0' {
		return 0
	}
	switch {
	case n[1] == '2': // 020, 023, 024, 028, 029
		return 3
	case n[1] == '1' && (n[2] == '1' || n[3] == '1'): // 0113, 0121, …
		return 4
	case n[1] == '3', n[1] == '8', n[1] == '9': // 0300, 0800, …
		return 4
	case n[1] == '1', n[1] == '7', n[1] == '5': // 01632, 07700, 05600
		return 5
	}
	return 0
}

func cut(s string, sizes []int) []string {
	out := make([]string, 0, len(sizes))
	for _, size := range sizes {
		out = append(out, s[:size])
		s = s[size:]
	}
	return out
}
