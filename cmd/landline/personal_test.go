package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/store/demopractice"
)

// personal finds what is personal about the people of the demo practice, in any
// usual spelling, and what was said in the plays. The practice's own numbers,
// clinics, clinicians and slots are public.
type personal struct {
	// names are words in small letters that chance does not write: they are
	// looked for in anything, in ciphertext too.
	names []string
	// figures are numbers and birthdays; each has digits that must stand in
	// every spelling of it, by which it is found quickly.
	figures []pattern
	digits  map[string]bool
	// short are names of four letters, PINs and the like, which chance does
	// write: they are looked for in text alone, standing for themselves.
	short map[string]string
	// said are whole lines of more than a word, by how they begin.
	said    map[string][]string
	sayable [1 << 16]bool // by their first two bytes
}

type pattern struct {
	what string
	*regexp.Regexp
}

// shortest is how long a word must be to be long, shortestLine how long what is
// said to tell anything.
const (
	shortest     = 5
	shortestLine = 12
)

// newPersonal knows everybody of the practice, and every play.
func newPersonal(t *testing.T) *personal {
	t.Helper()
	batch, err := demopractice.Batch(demopractice.StoryTime())
	if err != nil {
		t.Fatal(err)
	}
	p := &personal{digits: map[string]bool{}, short: map[string]string{}, said: map[string][]string{}}
	for _, r := range batch.People {
		who := r.Person
		for _, name := range []string{who.Given.Reveal(), who.Family.Reveal(), string(who.ID)} {
			p.name(strings.ToLower(name))
		}
		for _, n := range who.Numbers {
			p.number("a number", n.E164()[len("+44"):])
		}
		p.number("an NHS number", who.NHS.Digits())
		p.birthday(who.Born.Day().Start(time.UTC))
		if r.PIN != "" {
			p.short[r.PIN.Reveal()] = "a PIN"
		}
	}
	p.number("a number", withheldNumber[len("+44"):])
	for _, file := range plays(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if said := speech(strings.TrimSpace(line)); len(said) >= shortestLine && strings.Contains(said, " ") {
				p.said[said[:shortestLine]] = append(p.said[said[:shortestLine]], said)
				p.sayable[int(said[0])<<8|int(said[1])] = true
			}
		}
	}
	return p
}

var (
	spoken = regexp.MustCompile(`^(?:LANDLINE[^:]*: )?(.*)$`)
	quoted = regexp.MustCompile(`"([^"]+)"`)
)

// speech is what is said in a line of a play, by either side.
func speech(line string) string {
	if q := quoted.FindStringSubmatch(line); q != nil {
		return q[1]
	}
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "Time:") || strings.HasPrefix(line, "(") {
		return ""
	}
	return spoken.FindStringSubmatch(line)[1]
}

// name is a word in small letters.
func (p *personal) name(name string) {
	if len(name) < shortest {
		p.short[name] = "a name"
	} else if !slices.Contains(p.names, name) {
		p.names = append(p.names, name)
	}
}

// between is what people and addresses write between digits.
const between = `(?:[ ().\-/+]|%20|%2B|\x{a0})*`

// number is found with anything between its digits, and before them: the
// national digits stand in every spelling.
func (p *personal) number(what, digits string) {
	p.digits[digits] = true
	p.figures = append(p.figures, pattern{what, regexp.MustCompile(strings.Join(strings.Split(digits, ""), between))})
}

// birthday is a date in figures and words.
func (p *personal) birthday(at time.Time) {
	const sep, gap = `(?:[-/. ]|%2F|%20)`, `(?:[ ,.+]|%20)+`
	day, month, year := fmt.Sprintf("0?%d", at.Day()), fmt.Sprintf("0?%d", int(at.Month())), at.Format("2006")
	name := at.Format("Jan") + `[a-z]*`
	nth := at.Format("2") + `(?:st|nd|rd|th)?`
	for _, expression := range []string{
		year + sep + "?" + at.Format("01") + sep + "?" + at.Format("02"), // 1948-03-12, 19480312
		at.Format("02012006"),
		day + sep + month + sep + `(?:` + year[:2] + `)?` + year[2:],
		`(?i)` + nth + gap + `(?:of` + gap + `)?` + name + gap + year,
		`(?i)` + name + gap + nth + gap + year,
	} {
		p.figures = append(p.figures, pattern{"a birthday", regexp.MustCompile(expression)})
	}
	for _, digits := range []string{"2006", "020106", "02106", "20106", "2106"} {
		p.digits[at.Format(digits)] = true
	}
	p.short[at.Format("020106")] = "a birthday"
	p.short[year] = "the year of a birthday"
}

// inBytes finds in anything, files of ciphertext too, what chance does not
// write there.
func (p *personal) inBytes(content []byte) (found []string) {
	small := bytes.Clone(content)
	for i, c := range small {
		if 'A' <= c && c <= 'Z' {
			small[i] = c | 0x20
		}
	}
	for _, name := range p.names {
		for from := 0; ; from++ {
			i := bytes.Index(small[from:], []byte(name))
			if i < 0 {
				break
			}
			if from += i; written(content, from, from+len(name)) {
				found = append(found, fmt.Sprintf("a name, %q", content[from:from+len(name)]))
				break
			}
		}
	}
	for _, around := range p.withDigits(content) {
		for _, secret := range p.figures {
			if at := secret.Find(around); at != nil {
				found = append(found, fmt.Sprintf("%s, %q", secret.what, at))
			}
		}
	}
	for i := 0; i+shortestLine <= len(content); i++ {
		if !p.sayable[int(content[i])<<8|int(content[i+1])] {
			continue
		}
		for _, line := range p.said[string(content[i:i+shortestLine])] {
			if bytes.HasPrefix(content[i:], []byte(line)) {
				found = append(found, fmt.Sprintf("what was said, %q", line))
			}
		}
	}
	return found
}

// written reports whether a name stands there as people and programs write it,
// not as chance spells it ("lEWIS") amid the letters of a keyed name.
func written(content []byte, from, to int) bool {
	name := string(content[from:to])
	lower, upper := strings.ToLower(name), strings.ToUpper(name)
	return (name == lower || name == upper || name == upper[:1]+lower[1:]) && standsAlone(string(content[max(0, from-1):min(len(content), to+1)]), min(from, 1), min(from, 1)+to-from)
}

// withDigits are the parts of content in which digits stand, among what may
// stand between digits, that somebody's numbers and birthdays are made of.
func (p *personal) withDigits(content []byte) (parts [][]byte) {
	known := map[string]bool{}
	for i := 0; i < len(content); i++ {
		from := i
		var digits []byte
		for ; i < len(content); i++ {
			if c := content[i]; '0' <= c && c <= '9' {
				digits = append(digits, c)
			} else if len(digits) == 0 || !strings.ContainsRune(" ().-/+%BF\u00a0", rune(c)) && c != 0xc2 {
				break
			}
		}
		if len(digits) < 4 {
			continue
		}
		has, seen := known[string(digits)]
		if !seen {
			// An address writes %20 and %2B, whose digits are none.
			all := string(digits) + "|" + escapes.Replace(string(content[from:i]))
			for d := range p.digits {
				has = has || strings.Contains(all, d)
			}
			known[string(digits)] = has
		}
		if has {
			parts = append(parts, content[max(0, from-30):min(len(content), i+30)])
		}
	}
	return parts
}

var escapes = strings.NewReplacer("%20", "", "%2B", "", "%2F", "", " ", "", "(", "", ")", "", ".", "", "-", "", "/", "", "+", "", "\u00a0", "")

// keyed are names that say nothing: the store's keyed hashes, alone, two in a
// row, behind a time or a word; the names of its saves, which are chance; the
// carrier's names of calls and texts; addresses in memory. Chance writes short words and figures into them.
var keyed = regexp.MustCompile(`(?:^|[^0-9A-Za-z_-])(?:\d{13}|texts-|[a-z])?(?:[0-9A-Za-z_-]{22}){1,2}(?:$|[^0-9A-Za-z_-])` +
	`|\b[A-Z2-7]{12}\b|[A-Z]{2}[0-9a-f]{32}|0x[0-9a-f]+`)

// inText finds in text, from which ciphertext was taken out, everything.
func (p *personal) inText(text string) []string {
	found := p.inBytes([]byte(text))
	for keyed.MatchString(text) {
		text = keyed.ReplaceAllString(text, "|")
	}
	text = strings.ToLower(text)
	for secret, what := range p.short {
		for from := 0; ; from++ {
			i := strings.Index(text[from:], secret)
			if i < 0 {
				break
			}
			if from += i; standsAlone(text, from, from+len(secret)) {
				found = append(found, fmt.Sprintf("%s, %q", what, secret))
				break
			}
		}
	}
	return found
}

// standsAlone reports whether figures have no figure beside them, and words no
// letter.
func standsAlone(text string, from, to int) bool {
	kind := func(c byte) int {
		switch {
		case '0' <= c && c <= '9':
			return 1
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			return 2
		}
		return 0
	}
	return (from == 0 || kind(text[from-1]) != kind(text[from])) && (to == len(text) || kind(text[to]) != kind(text[to-1]))
}

// The search finds what is planted, in each spelling, and nothing in what the
// store and the log may hold.
func TestThePersonalIsFound(t *testing.T) {
	t.Parallel()
	p := newPersonal(t)
	for _, planted := range []string{
		"Mary", `{"given":"mary"}`, "MARY JONES", "ll:{p:x}:Tom", "tom-2", "of_Ann", "ravi|", "Peter",
		"+441632960101", "01632 960101", "(01632) 960 101", "1632960101", "441632960101", "0044 1632 960101", "01632-960-101",
		"?From=%2B447700900102", "07700%20900102", "sms-+447700900103", withheldNumber,
		"1948-03-12", "12/03/1948", "12.3.48", "12 03 1948", "12031948", "19480312", "120348", "12 March 1948", "12th of March, 1948", "March 12, 1948", "born=1948",
		`"PIN":"4071"`, "pin:4071", "did:4071:x", "9184", "999 054 8609", "9990548609", "999-054-8609",
		"Shall I book it?" + " Yes", "bok an apointment", "Thank you, Mary.", string(demopractice.ID("mary")),
	} {
		if p.inText("before "+planted+" behind") == nil {
			t.Errorf("%q is not found", planted)
		}
		if p.inText(planted) == nil {
			t.Errorf("%q is not found alone", planted)
		}
	}
	for _, harmless := range []string{
		"ll:{k:doctor}:slots", "doctor", "Dr Sarah Owen", "2026-09-16T09:20:00Z", "1789545600000|nurse-2026-09-16-0920-marsh", "planned", "channel",
		"14071", "40712", "0x4071f", "01632 960000", "ll:{p:Ab-4071-Tom_ANN-cdefgh}:appts", "1789545600000Ab-4071-Tom_ANN-cdefghAb-4071-Tom_ANN-cdefgh",
		"customer", "announce", "sv Y6EERAWD3HUW ",
	} {
		if found := p.inText(harmless); found != nil {
			t.Errorf("in %q there is %v", harmless, found)
		}
	}
}
