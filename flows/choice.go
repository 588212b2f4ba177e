package flows

import (
	"slices"
	"strconv"

	"landline/prompts"
)

// Choice is one thing that a menu offers. Its key on the keypad is its place
// among those that are open, so that they are always said in number order.
type Choice struct {
	Class Class
	// Say offers it: a line with the argument Key, and the words by which a
	// person may name it.
	Say prompts.Key
	// If must hold for it to be offered.
	If *Fact
	// First brings it before those for which this does not hold, in a menu of pages.
	First *Fact
	// In is the language in which it is offered, where that is another.
	In func(View) prompts.Language
}

// Menu waits for one of at most four choices.
type Menu struct {
	Choices []Choice
	// More are further choices, which another state offers behind the key for
	// more: here they are understood by their words alone.
	More []Choice
	// Page, from 1, is which PageSize of Choices are offered here, where several states
	// offer them one after the other: those behind are More. 0: all are.
	Page int
	// Also are offered behind the others on every page.
	Also []Choice
	// Unsaid are offered nowhere, and understood by their words alone.
	Unsaid []Choice
	// Day takes a day as well, said or typed: "tuesday morning".
	Day bool
	// Readings are kinds of reading, each the class of a choice, of which a whole
	// one is taken as well, said or typed: "bp 141/80".
	Readings []Choice
}

// Pick waits for one of at most three things, said with their keys, of a list
// that may go on; and for further choices, whose keys follow.
type Pick struct {
	// Items says each thing: a line with the argument Key.
	Items func(View) []prompts.Line
	// Aka are further words by which each thing may be named, beside those in
	// which it is said and those that the catalogue gives its line; may be nil.
	Aka func(View) [][]string
	// More says whether another page follows.
	More func(View) bool
	Also []Choice
	// Rest are the words of each thing that another page offers, by all of which it
	// is picked here as well; may be nil. Its index comes behind those of Items.
	Rest func(View) [][]string
	// Most is how many things there may be at a time; 0 is PageSize. More than that
	// must be short, and said to be so.
	Most int
}

// PageSize is how many things a list offers at a time.
const PageSize = 3

// Name names the grammar in drawings.
func (Menu) Name() string { return "choice" }

// Name names the grammar in drawings.
func (Pick) Name() string { return "list" }

// Read understands an input.
func (m Menu) Read(h Heard, c Context) Match {
	if m.Day {
		if day, ok := dayBesideChoices(h, c); ok {
			return day
		}
	}
	if len(c.Kinds) > 0 {
		if whole, ok := wholeReading(h, c); ok {
			return whole
		}
	}
	return readMenu(h, c)
}

// Read understands an input.
func (Pick) Read(h Heard, c Context) Match { return readPick(h, c) }

// Classes are those that Read may return.
func (m Menu) Classes(c Context) []Class {
	classes := menuClasses(c)
	if m.Day {
		classes = append(classes, Given, Faulty)
	}
	if len(c.Kinds) > 0 {
		classes = append(classes, WholeReading)
	}
	return classes
}

// Classes are those that Read may return.
func (Pick) Classes(c Context) []Class { return pickClasses(c) }

// Samples are inputs of every class.
func (m Menu) Samples(c Context) []Heard {
	samples := menuSamples(c)
	if m.Day {
		samples = append(samples, daySamples(c)...)
	}
	return append(samples, wholeReadingSamples(c)...)
}

// Samples are inputs of every class.
func (Pick) Samples(c Context) []Heard { return pickSamples(c) }

// Collect says how a telephone gathers it: one key, or speech.
func (Menu) Collect(c Context) Collect { return oneKey(c) }

// Collect says how a telephone gathers it: one key, or speech.
func (Pick) Collect(c Context) Collect { return oneKey(c) }

func oneKey(c Context) Collect {
	return Collect{OneKey: true, Speech: true, Hints: hints(c, choiceWords(c)...)}
}

// choicesOf are all the choices that a grammar declares, open or not.
func choicesOf(g Grammar) []Choice {
	switch g := g.(type) {
	case Menu:
		return slices.Concat(g.Choices, g.More, g.Also, g.Unsaid)
	case Pick:
		return g.Also
	}
	return nil
}

// offered are those that are open: those that have a key here, and those behind the key
// for more.
func offered(g Grammar, v View) (here, more []Choice) {
	switch g := g.(type) {
	case Menu:
		return g.Offered(v)
	case Pick:
		return open(g.Also, v), nil
	}
	return nil, nil
}

// Offered are the choices that have a key now, in the order of their keys, and those behind
// the key for more.
func (m Menu) Offered(v View) (here, more []Choice) {
	here, more = open(m.Choices, v), open(m.More, v)
	if m.Page > 0 {
		here, more = page(here, v, m.Page)
	}
	return append(here, open(m.Also, v)...), more
}

// page are the choices of a page, from 1, and those of the pages behind it.
func page(all []Choice, v View, number int) (here, behind []Choice) {
	later := func(c Choice) int {
		if c.First != nil && c.First.Of(v) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b Choice) int { return later(a) - later(b) })
	start := min((number-1)*PageSize, len(all))
	end := min(start+PageSize, len(all))
	return all[start:end:end], all[end:]
}

// open are those of the choices that are there to be made now.
func open(all []Choice, v View) []Choice {
	out := make([]Choice, 0, len(all))
	for _, ch := range all {
		if ch.If == nil || ch.If.Of(v) {
			out = append(out, ch)
		}
	}
	return out
}

// context is what a grammar offers now, as an answer to it is read.
func (e *Engine) context(st *State, v View) Context {
	g := st.Wait
	ctx := Context{Language: v.Language, Lexicon: e.lexicons[v.Language], Today: today(v)}
	if v.Careful {
		ctx.Innocent = e.catalogue.Words(v.Language, e.book.WrongNumber)
	}
	if p, ok := g.(Pick); ok {
		e.list(p, v, &ctx)
	}
	if m, ok := g.(Menu); ok {
		for _, kind := range m.Readings {
			ctx.Kinds = append(ctx.Kinds, NamedChoice{Class: kind.Class, Words: e.wordsOf(v, kind)})
		}
	}
	if q, ok := g.(Quantity); ok {
		ctx.Quantity.Measure, ctx.Quantity.Part = q.Of(v)
	}
	switch q := g.(type) {
	case NumberAnswer:
		ctx.Question = q.Of(v)
	case DateAnswer:
		ctx.Question = q.Of(v)
	}
	if st.skips(v) {
		ctx.Skip = e.wordsOf(v, *st.Skip)
	}
	here, more := offered(g, v)
	ctx.Choices = make([]NamedChoice, 0, len(here)+len(more))
	for i, ch := range here {
		ctx.Choices = append(ctx.Choices, NamedChoice{Class: ch.Class, Key: keyOf(len(ctx.Items) + i), Words: e.wordsOf(v, ch)})
	}
	ctx.More = ctx.More || len(more) > 0
	if m, ok := g.(Menu); ok {
		more = append(more, open(m.Unsaid, v)...)
	}
	for _, ch := range more {
		ctx.Choices = append(ctx.Choices, NamedChoice{Class: ch.Class, Words: e.wordsOf(v, ch)})
	}
	return ctx
}

// list adds the items of a list.
func (e *Engine) list(p Pick, v View, ctx *Context) {
	var aka [][]string
	if p.Aka != nil {
		aka = p.Aka(v)
	}
	for i, item := range p.Items(v) {
		words, err := e.catalogue.Render(v.Language, prompts.Written, item.With(prompts.Text("Key", "")))
		if err != nil {
			words = ""
		}
		ctx.Items = append(ctx.Items, words)
		named := e.catalogue.Words(v.Language, item.Key)
		if i < len(aka) {
			named = append(named, aka[i]...)
		}
		ctx.Aka = append(ctx.Aka, named)
	}
	ctx.More = p.More != nil && p.More(v)
	if p.Rest != nil {
		ctx.Rest = p.Rest(v)
	}
}

// skips reports whether the state may be left out now.
func (s *State) skips(v View) bool { return s.Skip != nil && (s.Skip.If == nil || s.Skip.If.Of(v)) }

// lines say what a state offers now.
func (e *Engine) lines(st *State, v View) []prompts.Line {
	g := st.Wait
	var lines []prompts.Line
	p, isList := g.(Pick)
	if isList {
		lines = p.Items(v)
		for i, item := range lines {
			lines[i] = item.With(prompts.Text("Key", keyOf(i)))
		}
	}
	here, more := offered(g, v)
	for _, ch := range here {
		line := prompts.Say(ch.Say, prompts.Text("Key", keyOf(len(lines))))
		if ch.In != nil {
			line.In = ch.In(v)
		}
		lines = append(lines, line)
	}
	if len(more) > 0 || isList && p.More != nil && p.More(v) {
		lines = append(lines, prompts.Say(e.book.MoreChoices))
	}
	if st.skips(v) {
		lines = append(lines, prompts.Say(st.Skip.Say))
	}
	return lines
}

// wordsOf are the words by which a choice may be named: in the language spoken
// and in that of the choice.
func (e *Engine) wordsOf(v View, ch Choice) []string {
	words := e.catalogue.Words(v.Language, ch.Say)
	if ch.In == nil {
		return words
	}
	if in := ch.In(v); in != v.Language {
		words = append(words, e.catalogue.Words(in, ch.Say)...)
	}
	return words
}

// keyOf is the key of the choice at a place, counted from 0.
func keyOf(place int) string { return strconv.Itoa(place + 1) }
