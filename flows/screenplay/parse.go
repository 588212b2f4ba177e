package screenplay

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Parse reads a play; zone is the practice's clock. Its error is a FaultsError
// that names every line which cannot be understood.
func Parse(file, text string, zone *time.Location) (*Play, error) {
	p := &parser{
		play: &Play{File: file, lines: strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")},
		zone: zone,
	}
	p.play.Phones = map[string]Phone{}
	for i, line := range p.play.lines {
		p.line, p.text = i+1, strings.TrimRightFunc(line, unicode.IsSpace)
		p.read()
	}
	if p.play.Begins.IsZero() && len(p.faults) == 0 {
		p.line = 1
		p.fault("the play does not say when it begins: Time: Wednesday 16 September 2026, 09:00")
	}
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	return p.play, nil
}

type parser struct {
	play   *Play
	zone   *time.Location
	faults FaultsError
	line   int
	text   string
	after  bool // the line before is an action, or heard after one
}

func (p *parser) fault(format string, args ...any) {
	p.faults = append(p.faults, Fault{p.play.File, p.line, fmt.Sprintf(format, args...)})
}

// read understands one line.
func (p *parser) read() {
	switch {
	case p.text == "":
		p.after = false
	case p.text[0] == '#':
		p.after = false
		if p.play.Title == "" {
			p.play.Title = strings.TrimSpace(strings.TrimLeft(p.text, "#"))
		}
	case p.text[0] == ' ' || p.text[0] == '\t':
		if !p.after {
			p.fault("something is heard, but nothing was done right before it")
			return
		}
		last := &p.play.Steps[len(p.play.Steps)-1]
		last.Heard = append(last.Heard, strings.TrimSpace(p.text))
	default:
		p.after = false
		p.sentence()
	}
}

// sentence is a line of the play and what it means.
type sentence struct {
	form *regexp.Regexp
	mean func(p *parser, part []string)
}

const (
	somebody = `(\pL[\pL'-]*)`
	anything = `["“](.*)["”]`
	from     = `(?: from (.+?))?`
)

func form(pattern string) *regexp.Regexp { return regexp.MustCompile(`^` + pattern + `\.?$`) }

// sentences are all that a play may say; the first that fits is meant.
var sentences = []sentence{
	{form(`Time: (.+?)`), (*parser).begins},
	{form(`It is (.+?)`), (*parser).comes},
	{form(somebody + `'s (?:landline|mobile|telephone) is ([0-9+ ]+)`), (*parser).has},
	{form(`Reception answers`), act(Answers)},
	{form(`Reception does not answer`), act(LetsRing)},
	{form(`Reception hangs up`), act(EndsTalk)},
	{form(`(\pL[\pL .'-]*) answers ` + anything), says(Replies)},
	{form(`(\pL[\pL .'-]*?) lets ` + somebody + `'s (.+) go, saying ` + anything), (*parser).letsGo},
	{form(`(\pL[\pL .'-]*?) looks at ` + somebody + `'s (appointments|messages|results|readings|summary)`), (*parser).looksAt},
	{form(`(\pL[\pL .'-]*?) orders ` + somebody + `'s (private )?(.+), due in (\d+) days`), (*parser).orders},
	{form(`Staff ask ` + somebody + ` ` + anything), says(IsAsked)},
	{form(somebody + ` answers`), says(PicksUp)},
	{form(somebody + ` does not answer`), says(LetsItRing)},
	{form(somebody + `'s answering machine answers`), says(Machine)},
	{form(`Staff look at their list`), act(StaffLookNow)},
	{form(`(\d+|a|an|half an) (second|minute|hour|day)s? pass(?:es)?`), (*parser).passes},
	{form(somebody + ` rings the surgery` + from), (*parser).rings},
	{form(somebody + ` texts ` + anything + from), (*parser).texts},
	{form(somebody + ` presses ([0-9*#]+)`), says(Presses)},
	{form(somebody + ` says nothing`), says(SaysNothing)},
	{form(somebody + ` says ` + anything), says(Says)},
	{form(somebody + ` hangs up`), says(HangsUp)},
}

// sentence finds what an action means.
func (p *parser) sentence() {
	for _, s := range sentences {
		if part := s.form.FindStringSubmatch(p.text); part != nil {
			s.mean(p, part[1:])
			return
		}
	}
	p.fault("nobody knows how to do this: %s", p.text)
}

// step adds an action to the play.
func (p *parser) step(a Action) {
	if p.play.Begins.IsZero() {
		p.fault("this happens before the play says when it begins")
		return
	}
	p.play.Steps = append(p.play.Steps, Step{Action: a, Line: p.line, Text: p.text})
	p.after = true
}

func act(v Verb) func(*parser, []string) {
	return func(p *parser, _ []string) { p.step(Action{Verb: v}) }
}

func says(v Verb) func(*parser, []string) {
	return func(p *parser, part []string) {
		a := Action{Verb: v, Who: part[0]}
		if len(part) > 1 {
			a.Words = part[1]
		}
		p.step(a)
	}
}

func (p *parser) has(part []string) {
	p.play.Phones[part[0]] = Phone{Number: strings.TrimSpace(part[1])}
}

func (p *parser) rings(part []string) {
	if phone, ok := p.phone(part[0], part[1]); ok {
		p.step(Action{Verb: Rings, Who: part[0], Phone: phone})
	}
}

func (p *parser) texts(part []string) {
	if phone, ok := p.phone(part[0], part[2]); ok {
		p.step(Action{Verb: Texts, Who: part[0], Words: part[1], Phone: phone})
	}
}

func (p *parser) letsGo(part []string) {
	if phone, ok := p.phone(part[1], ""); ok {
		p.step(Action{Verb: LetsGo, Who: part[0], Phone: phone, Test: part[2], Words: part[3]})
	}
}

func (p *parser) orders(part []string) {
	if phone, ok := p.phone(part[1], ""); ok {
		days, _ := strconv.Atoi(part[4])
		p.step(Action{Verb: OrdersTest, Who: part[0], Phone: phone, Private: part[2] != "", Test: part[3], Days: days})
	}
}

func (p *parser) looksAt(part []string) {
	if phone, ok := p.phone(part[1], ""); ok {
		p.step(Action{Verb: LooksAt, Who: part[0], Phone: phone, Part: part[2]})
	}
}

var number = regexp.MustCompile(`^\+?[0-9 ]+$`)

// phone is the one that is named, or the one that somebody has.
func (p *parser) phone(who, from string) (Phone, bool) {
	own, has := p.play.Phones[who]
	switch {
	case from == "a withheld number":
		return Phone{Number: own.Number, Withheld: true}, true
	case number.MatchString(from):
		return Phone{Number: from}, true
	case from != "":
		p.fault("this is no telephone number: %s", from)
		return Phone{}, false
	case !has:
		p.fault("from which telephone? Say first: %s's landline is 01632 960101.", who)
		return Phone{}, false
	}
	return own, true
}

// clockForm is how a play tells the time.
const clockForm = "Monday 2 January 2006, 15:04"

func (p *parser) clock(s string) (time.Time, bool) {
	t, err := time.ParseInLocation(clockForm, s, p.zone)
	switch {
	case err != nil:
		p.fault("this is no time: want Wednesday 16 September 2026, 09:00")
		return t, false
	case t.Format(clockForm) != s:
		p.fault("there is no such time: did you mean %s?", t.Format(clockForm))
		return t, false
	}
	return t, true
}

func (p *parser) begins(part []string) {
	t, ok := p.clock(part[0])
	switch {
	case !p.play.Begins.IsZero():
		p.fault("the play has begun already")
	case ok:
		p.play.Begins = t
	}
}

func (p *parser) comes(part []string) {
	if t, ok := p.clock(part[0]); ok {
		p.step(Action{Verb: TimeComes, Until: t})
	}
}

func (p *parser) passes(part []string) {
	count := map[string]int{"a": 1, "an": 1}[part[0]]
	if count == 0 {
		count, _ = strconv.Atoi(part[0]) // "half an" is none
	}
	a := Action{Verb: TimePasses}
	unit := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour}[part[1]]
	switch {
	case part[0] == "half an":
		a.For = unit / 2
	case part[1] == "day":
		a.Days = count
	default:
		a.For = time.Duration(count) * unit
	}
	if a.For == 0 && a.Days == 0 {
		p.fault("no time would pass")
		return
	}
	p.step(a)
}
