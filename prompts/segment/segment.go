// Package segment knows two things about a text message that cost money or
// patients: how many segments a body is sent as, and which words the carrier
// takes for itself before anybody else reads them.
//
// Both matter to whoever writes the words (package prompts) and to whoever
// sends them (package handlers/twilio), so they live here, below both.
//
// Start with Count and Keyword.
package segment

import "strings"

// Encoding is the alphabet a body travels in. One character outside GSM-7
// moves the whole body to UCS-2 and cuts a segment from 160 to 70.
type Encoding int

// The two alphabets of GSM 03.38.
const (
	GSM7 Encoding = iota // 7 bits a character; ten signs take two
	UCS2                 // 16 bits a unit; characters beyond the basic plane take two
)

func (e Encoding) String() string {
	if e == UCS2 {
		return "UCS-2"
	}
	return "GSM-7"
}

// The capacity of a segment, in septets or in UTF-16 units. A body of several
// segments pays a header in each.
const (
	gsmAlone, gsmEach = 160, 153
	ucsAlone, ucsEach = 70, 67
)

// The GSM-7 alphabet: one septet each, and, after an escape, two.
const (
	oneSeptet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	twoSeptets = "^{}\\[~]|€\f"
)

// septets holds the cost of the characters below U+0400 (Greek capitals are
// the highest in the basic table); the euro is looked up by itself.
var septets = func() (table [0x400]uint8) {
	for _, r := range oneSeptet {
		table[r] = 1
	}
	for _, r := range twoSeptets {
		if int(r) < len(table) {
			table[r] = 2
		}
	}
	return table
}()

// cost is the number of septets of a character, 0 if it is not in the alphabet.
func cost(r rune) int {
	if r == '€' {
		return 2
	}
	if int(r) >= len(septets) {
		return 0
	}
	return int(septets[r])
}

// Count tells how many segments a body is sent as, and in which alphabet. An
// empty body is none. A character of two septets or two units is never torn
// over two segments, so that a body may need one more than its length says.
func Count(body string) (segments int, encoding Encoding) {
	for _, r := range body {
		if cost(r) == 0 {
			return pack(body, units, ucsAlone, ucsEach), UCS2
		}
	}
	return pack(body, cost, gsmAlone, gsmEach), GSM7
}

// units is the number of UTF-16 units of a character.
func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// pack fills segments from the left with whole characters.
func pack(body string, size func(rune) int, alone, each int) int {
	if body == "" {
		return 0
	}
	total, full, used := 0, 1, 0
	for _, r := range body {
		n := size(r)
		total += n
		if used+n > each {
			full, used = full+1, 0
		}
		used += n
	}
	if total <= alone {
		return 1
	}
	return full
}

// Odd lists, once each and in order, the characters that keep a body out of
// GSM-7: what a translator has to look at when a text grows dear.
func Odd(body string) []rune {
	var odd []rune
	for _, r := range body {
		if cost(r) == 0 && !strings.ContainsRune(string(odd), r) {
			odd = append(odd, r)
		}
	}
	return odd
}
