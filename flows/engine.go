package flows

import (
	"slices"
	"time"

	"landline/prompts"
	"landline/store"
)

// Engine takes conversations one input further. It holds nothing that changes.
type Engine struct {
	book      Book
	catalogue *prompts.Catalogue
	practice  store.Practice
	facts     map[JourneyName][]*Fact
	lexicons  map[prompts.Language]*prompts.Lexicon
}

// NewEngine makes an engine of journeys, words, and the practice that they
// speak for.
func NewEngine(b Book, c *prompts.Catalogue, p store.Practice) *Engine {
	e := &Engine{
		book: b, catalogue: c, practice: p,
		facts: map[JourneyName][]*Fact{}, lexicons: map[prompts.Language]*prompts.Lexicon{},
	}
	for _, l := range prompts.Languages() {
		e.lexicons[l] = c.Lexicon(l)
	}
	for i := range b.Journeys {
		e.facts[b.Journeys[i].Name] = b.Journeys[i].facts()
	}
	return e
}

func today(v View) store.Day { return store.DayOf(v.Now) }

// Has reports whether a conversation can stand in the state, or in one that
// replaces it.
func (e *Engine) Has(j JourneyName, s StateName) bool { return e.book.journey(j).state(s) != nil }

// maxMoves bounds the states that one step may pass through without asking or
// waiting. Walk proves that no journey comes near; it makes Step total.
const maxMoves = 32

// maxStack bounds the journeys under way at once, likewise.
const maxStack = 8

// maxTrail is how many answers are kept for whoever takes over.
const maxTrail = 16

// Step takes a conversation one input further. Either the request is not nil,
// and Step wants its outcome next; or the reply is the turn's.
func (e *Engine) Step(c Conversation, in Input) (Conversation, Reply, store.Request) {
	s := &step{engine: e, c: c, in: in}
	s.c.Stack = slices.Clone(c.Stack)
	s.c.said = slices.Clone(c.said)
	if e.lexicons[c.Language] == nil { // a new one, or a language that is no more
		s.c.Language = prompts.Languages()[0]
	}
	switch _, state := s.where(); {
	case len(c.Stack) == 0 || in.Heard.By == Began || c.Ended:
		s.begin()
	case state == nil:
		s.enter()
	case in.Outcome != nil && state.Ask != nil:
		s.cameBack(state)
	case in.Outcome == nil && (state.Wait != nil || state.Transfer != nil):
		s.heard(state)
	default: // an outcome that nobody asked for, or an answer to no question
		s.enter()
	}
	return s.c, s.reply, s.request
}

// step is one Step under way.
type step struct {
	engine  *Engine
	c       Conversation
	in      Input
	moves   int
	reply   Reply
	request store.Request
}

// Hints are those of the reply with which a conversation came to wait.
func (e *Engine) Hints(c Conversation, now time.Time) []string {
	c.Stack = slices.Clone(c.Stack)
	s := &step{engine: e, c: c, in: Input{Now: now}}
	_, st := s.where()
	if st == nil || st.Wait == nil {
		return nil
	}
	return st.Wait.Collect(e.context(st, s.view())).Hints
}

func (s *step) view() View {
	return View{Conversation: s.c, Now: s.in.Now, Practice: s.engine.practice}
}

func (s *step) where() (*Journey, *State) {
	top := s.c.Top()
	j := s.engine.book.journey(top.Journey)
	st := j.state(top.State)
	if st != nil && len(s.c.Stack) > 0 {
		s.c.Stack[len(s.c.Stack)-1].State = st.Name
	}
	return j, st
}

// begin starts the conversation, or starts it anew.
func (s *step) begin() {
	e := s.engine
	s.c = Conversation{ID: s.c.ID, Channel: s.c.Channel, From: s.c.From, Language: s.c.Language, Slow: s.c.Slow, Waits: s.c.Waits}
	s.c.Stack = []Frame{{Journey: e.book.First}}
	if s.in.Outgoing != nil {
		s.c.Outgoing, s.c.Stack[0].Journey = s.in.Outgoing, e.book.Outgoing
		if s.in.Outgoing.Kind == store.RingBack {
			s.c.RingBack = s.in.Outgoing.Notice
		}
		s.c.Careful = s.in.Outgoing.Careful
		s.c.Caller, s.c.Slow, s.c.Waits = s.in.Outgoing.Caller, s.in.Outgoing.Caller.Slow, s.in.Outgoing.Caller.Waits
	}
	s.enter()
}

// astray finds a sensible place for a conversation that comes to where the
// program no longer has a state: the start of the journey, or home.
func (s *step) astray(j *Journey) {
	if j == nil {
		s.home()
	} else {
		s.c.Stack[len(s.c.Stack)-1].State = ""
	}
}

// enter goes on from the top of the stack to the next request or reply.
func (s *step) enter() {
	for ; s.moves < maxMoves; s.moves++ {
		if len(s.c.Stack) > maxStack {
			break
		}
		top := &s.c.Stack[len(s.c.Stack)-1]
		j := s.engine.book.journey(top.Journey)
		if j != nil && top.State == "" {
			top.State = j.Start
		}
		_, st := s.where()
		if st == nil {
			s.astray(j)
			continue
		}
		v := s.view()
		if need := needs(j, st, v); s.c.Level < need && j.Name != s.engine.book.Identify {
			s.c.Want = need
			s.c.Stack = append(s.c.Stack, Frame{Journey: s.engine.book.Identify})
			continue
		}
		switch {
		case st.Ask != nil:
			s.request = st.Ask.Make(v)
			return
		case st.Wait != nil:
			if !s.ask(st, v) {
				// A list with nothing in it, from a store that said there was
				// something: a person can tell more.
				s.call(s.engine.book.Person, "", st.Name)
				continue
			}
			return
		case st.Transfer != nil:
			s.answer(v, st.Say, Reply{Then: Transfer, Number: st.Transfer(v)})
			return
		case st.End:
			s.answer(v, st.Say, Reply{Then: HangUp})
			s.c.Ended = true
			return
		}
		if !s.follow(st, Event{Match: Match{Class: Always}}) {
			break
		}
	}
	s.giveUp()
}

// giveUp ends a conversation that has lost its way, with the number to ring.
// No journey leads here: Walk proves it.
func (s *step) giveUp() {
	e := s.engine
	s.c.said = append(s.c.said, prompts.Say(e.book.Trouble, prompts.Digits("Number", e.practice.Number.E164())))
	s.answer(s.view(), nil, Reply{Then: HangUp})
	s.c.Ended = true
	s.request = nil
}

// needs is the level below which the state is not entered.
func needs(j *Journey, st *State, v View) store.Level {
	n := max(j.Needs, st.Needs)
	// A carer acts for nobody before their own PIN.
	if (st.PINIf != nil && st.PINIf.Of(v)) || (v.Charge != nil && n > store.Unproved) {
		n = store.ByPIN
	}
	return n
}

// ask says the state and waits; it is false if there is nothing to ask.
func (s *step) ask(st *State, v View) bool {
	lines := s.engine.lines(st, v)
	if _, list := st.Wait.(Pick); list && len(lines) == 0 {
		return false
	}
	say := st.Say
	if s.c.Misses >= 2 && st.Short != nil {
		say = st.Short
	}
	choices := Speech(func(View) []prompts.Line { return lines })
	s.answer(v, join(join(say, choices), st.Last), Reply{Then: Wait, Collect: st.Wait.Collect(s.engine.context(st, v))})
	return true
}

func join(a, b Speech) Speech {
	return func(v View) []prompts.Line {
		var lines []prompts.Line
		if a != nil {
			lines = append(lines, a(v)...)
		}
		if b != nil {
			lines = append(lines, b(v)...)
		}
		return lines
	}
}

// answer makes the reply: what was to be said on the way, then the speech.
func (s *step) answer(v View, say Speech, r Reply) {
	r.Lines = s.c.said
	if say != nil {
		r.Lines = append(r.Lines, say(v)...)
	}
	r.Language, r.Slow, r.Waits = s.c.Language, s.c.Slow, s.c.Waits
	s.c.said = nil
	s.reply = r
}

// heard takes what the person did.
func (s *step) heard(st *State) {
	m := Match{}
	v := s.view()
	if st.Transfer != nil {
		switch s.in.Heard.By {
		case Connected, NoAnswer:
			m.Class = Class(s.in.Heard.By)
		default:
			s.enter()
			return
		}
	} else {
		ctx := s.engine.context(st, v)
		m = understand(st.Wait, s.in.Heard, ctx)
		if m.Class == Nonsense && s.wayHome(st, ctx) {
			st, m, ctx = s.atMenu(st, m, ctx)
		}
		s.mark(st, m, ctx)
	}
	s.branch(st, m)
	if s.reply.Then == "" && s.request == nil {
		s.enter()
	}
}

// wayHome reports whether nothing is under way, and one choice leads home, or, from the
// further pages of the main menu, back to it.
func (s *step) wayHome(st *State, ctx Context) bool {
	return st.Over && slices.ContainsFunc(ctx.Choices, func(c NamedChoice) bool {
		i := slices.IndexFunc(st.On, func(e Edge) bool { return e.On == c.Class })
		if c.Key == "" || i < 0 {
			return false
		}
		to := st.On[i].Go
		return to.kind == toHome || to.kind == toState && s.c.Top().Journey == s.engine.book.Home && to.state == s.engine.book.Menu(s.view())
	})
}

// atMenu understands at the main menu what was said or texted where the way home is
// offered: whoever asks for one thing after another need not ask for the menu between
// them. What is not understood there either leaves everything as it is.
func (s *step) atMenu(st *State, m Match, ctx Context) (*State, Match, Context) {
	if by := s.in.Heard.By; by != Said && by != Typed {
		return st, m, ctx
	}
	home := step{engine: s.engine, c: s.c, in: s.in}
	home.home()
	home.c.Stack[0].State = s.engine.book.Menu(home.view())
	j, menu := home.where()
	if menu == nil || needs(j, menu, home.view()) > s.c.Level {
		return st, m, ctx
	}
	offered := s.engine.context(menu, home.view())
	for i := range offered.Choices {
		offered.Choices[i].Key = "" // a key is one of those that were said
	}
	asked := understand(menu.Wait, s.in.Heard, offered)
	if asked.Class != WholeReading && !slices.ContainsFunc(offered.Choices, func(c NamedChoice) bool { return c.Class == asked.Class }) {
		return st, m, ctx
	}
	s.c = home.c
	return menu, asked, offered
}

// understand reads an input: a danger to life before all else, then whether the
// question is left out.
func understand(g Grammar, h Heard, ctx Context) Match {
	if (h.By == Said || h.By == Typed) && prompts.Urgent(h.Text.Reveal()) {
		return Match{Class: Urgent}
	}
	if innocent(h, ctx) {
		return Match{Class: Innocent}
	}
	if h.By == Hushed { // of anybody else, any key ends a recording
		h.By = Recorded
	}
	if skips(h, ctx) {
		return Match{Class: Skipped}
	}
	m := g.Read(h, ctx)
	if innocentByKey(h, m, ctx) {
		return Match{Class: Innocent}
	}
	return m
}

// mark adds to the trail what was asked and answered.
func (s *step) mark(st *State, m Match, ctx Context) {
	answer := string(m.Class)
	switch {
	case m.Class == Picked && m.Index < len(ctx.Items):
		answer = ctx.Items[m.Index]
	case m.Class == Given && !m.Day.IsZero() && m.Answer.Kind == "" && s.c.Top().Journey != s.engine.book.Identify:
		answer = m.Day.String()
	}
	s.c.Trail = append(slices.Clone(s.c.Trail), Mark{Asked: st.Title, Answer: answer})
	if n := len(s.c.Trail) - maxTrail; n > 0 {
		s.c.Trail = s.c.Trail[n:]
	}
}

// branch follows what was heard: the state's own edge first, then what the
// class means everywhere.
func (s *step) branch(st *State, m Match) {
	if missed(m.Class) && !s.declares(st, m.Class) {
		s.miss(st, m.Class)
		return
	}
	s.c.Misses = 0
	if s.follow(st, Event{Match: m}) {
		return
	}
	switch b := s.engine.book; m.Class {
	case Person:
		s.call(b.Person, "", st.Name)
	case Slower:
		s.call(b.Slower, "", st.Name)
	case Urgent:
		// Whatever was under way can wait.
		s.move(Close(b.Urgent, ""), st)
	case Innocent:
		s.move(Close(b.Innocent, ""), st)
	case Back:
		s.home()
	case Again:
	default:
		s.miss(st, Nonsense)
	}
}

func missed(c Class) bool { return c == Silence || c == Nonsense || c == Faulty }

func (s *step) declares(st *State, c Class) bool {
	v := s.view()
	return slices.ContainsFunc(st.On, func(e Edge) bool {
		return e.On == c && (e.If == nil || e.If.Of(v))
	})
}

// miss says it again after a first miss, in another, shorter way after a
// second, and offers a person after a third (needs.md).
func (s *step) miss(st *State, c Class) {
	s.c.Misses++
	if s.c.Misses >= 3 {
		s.c.Misses = 0
		if !s.follow(st, Event{Match: Match{Class: Stuck}}) {
			s.call(s.engine.book.Lost, "", st.Name)
		}
		return
	}
	lead := s.engine.book.Sorry
	if c == Faulty {
		lead = s.engine.book.Fault
	}
	if c != Silence {
		s.c.said = append(s.c.said, prompts.Say(lead))
	}
}

// cameBack takes the outcome of the state's request.
func (s *step) cameBack(st *State) {
	s.c.Memory.PIN = ""
	o := *s.in.Outcome
	if o.Verdict == store.Unknown && !slices.Contains(st.Ask.Verdicts, store.Unknown) {
		o.Verdict = store.Unavailable
	}
	ev := Event{Match: Match{Class: Class(o.Verdict)}, Outcome: o, Parked: s.engine.Park(s.in.Parked)}
	if !s.follow(st, ev) {
		s.giveUp()
		return
	}
	s.in.Outcome, s.in.Parked = nil, nil
	s.enter()
}

// follow takes the first edge that fits.
func (s *step) follow(st *State, ev Event) bool {
	v := s.view()
	ev.View = v
	for _, e := range st.On {
		if e.On != ev.Match.Class || (e.If != nil && !e.If.Of(v)) {
			continue
		}
		if e.Do != nil {
			e.Do(&s.c, ev)
		}
		if e.Say != nil {
			s.c.said = append(s.c.said, e.Say(s.view())...)
		}
		s.move(e.Go, st)
		return true
	}
	return false
}

func (s *step) move(t Target, st *State) {
	top := &s.c.Stack[len(s.c.Stack)-1]
	switch t.kind {
	case toState:
		top.State = t.state
	case toCall:
		then := t.then
		if then == "" {
			then = st.Name
		}
		s.call(t.journey, t.state, then)
	case toReturn:
		if len(s.c.Stack) == 1 {
			s.home()
			return
		}
		s.c.Stack = s.c.Stack[:len(s.c.Stack)-1]
		if top.Journey == s.engine.book.Identify {
			s.c.Want = store.Unproved
		}
	case toHome:
		s.home()
	case toBegin:
		s.home()
		s.call(t.journey, "", s.engine.book.journey(s.engine.book.Home).Start)
	case toClose:
		s.c.Stack = []Frame{{Journey: t.journey, State: t.state}}
		s.c.Want, s.c.Tries, s.c.Parked, s.c.Outgoing = store.Unproved, 0, nil, nil
	case toResume:
		s.resume()
	}
}

func (s *step) call(j JourneyName, at, then StateName) {
	s.c.Stack[len(s.c.Stack)-1].State = then
	s.c.Stack = append(s.c.Stack, Frame{Journey: j, State: at})
}

func (s *step) home() {
	s.c.Stack = []Frame{{Journey: s.engine.book.Home}}
	s.c.Memory, s.c.Outgoing = Memory{}, nil
	s.c.Want, s.c.Tries, s.c.Parked, s.c.TakenUp = store.Unproved, 0, nil, false
	s.c.Misses = 0
}

// resume takes up what was parked, at the level that it had.
func (s *step) resume() {
	p := s.c.Parked
	s.c.Parked = nil
	if p == nil || len(p.Stack) == 0 {
		s.home()
		return
	}
	s.c.Subject, s.c.Charge, s.c.Memory = p.Subject, p.Charge, p.Memory
	s.c.Stack = slices.Clone(p.Stack)
	if j, st := s.where(); st != nil && st.Resume != "" && j != nil {
		s.c.Stack[len(s.c.Stack)-1].State = st.Resume
	}
	if p.Charge != nil {
		s.c.ForOthers()
	}
	if s.c.Level < p.Level {
		s.c.TakenUp = true
		s.c.Want = p.Level
		s.c.Stack = append(s.c.Stack, Frame{Journey: s.engine.book.Identify})
	}
}

// Park is what is kept of a conversation that broke off, or nil if there is
// nothing to take up: it had ended, had proved nobody, was ours to begin anew, or
// stood at the menu or where nothing is left to do.
func (e *Engine) Park(c *Conversation) *Parked {
	if c == nil || c.Ended || c.Actor == "" || c.Outgoing != nil || len(c.Stack) == 0 {
		return nil
	}
	if st := e.book.journey(c.Top().Journey).state(c.Top().State); st != nil && st.Over {
		return nil
	}
	stack := slices.DeleteFunc(slices.Clone(c.Stack), func(f Frame) bool {
		switch f.Journey {
		case e.book.Identify, e.book.Person, e.book.Lost, e.book.Slower, e.book.Urgent:
			return true
		}
		return false
	})
	if len(stack) == 0 || (len(stack) == 1 && (stack[0].Journey == e.book.Home || stack[0].Journey == e.book.First)) {
		return nil
	}
	level := c.Level
	if c.TakenUp { // and broken off again before its level was shown
		level = max(level, store.ByPIN)
	}
	return &Parked{Subject: c.Subject, Charge: c.Charge, Level: level, Stack: stack, Memory: c.Memory}
}

// Zone is a view's time zone, that of the practice.
func (v View) Zone() *time.Location { return v.Now.Location() }
