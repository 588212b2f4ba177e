package flows

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"landline/prompts"
	"landline/store"
)

// World answers requests with samples, for Walk: one of every kind that a
// journey might branch on.
type World interface {
	// Outcomes are samples of every verdict that the request may have.
	Outcomes(r store.Request, v View) []store.Outcome
	// Starts are conversations before their first input.
	Starts() []Conversation
	// Grant is what stands behind a charge.
	Grant(v View) *store.Grant
	// Now is when it all happens.
	Now() time.Time
}

// Walk is every session that can be reached: by each input that a state's
// grammar can tell apart, and by each sample outcome. Sessions that differ in
// nothing on which a branch depends (Fact) are one.
type Walk struct {
	Engine *Engine
	World  World
	// Turns is how many were taken.
	Turns int
	// Sessions by their keys.
	Sessions map[string]*Session

	readings  map[string]*reading
	sensitive []string
	looped    bool

	// Of a turn only what a rule has to say of it is kept, for there are very many.
	rules   []Rule
	faults  map[string][]string // by the rule's name
	replies map[string]bool     // that were seen
	asked   map[Frame]bool      // the states whose requests were made
	proofs  []*TakenTurn        // in which a PIN opened a record or a decoy
}

// Session is a conversation between two turns.
type Session struct {
	Key          string
	Conversation Conversation
	// Reply is what was last said.
	Reply Reply
	// Next are the turns that can follow.
	Next []Way
}

// Way is how a turn leads on from a session.
type Way struct {
	Class Class
	After *Session // nil if the turn did not come to a reply
	// Dropped says that the call ended without a word of a call-back.
	Dropped bool
}

// TakenTurn is one turn: an input, the requests it led to, the reply.
type TakenTurn struct {
	Before *Session
	Heard  Heard
	Class  Class
	Index  int
	Asked  []Asked
	After  *Session
	Reply  Reply
	// Looped says that the turn did not come to a reply.
	Looped bool
}

// Asked is one request of a turn, in whose name, and how it came out.
type Asked struct {
	At      Frame
	By      store.Authority
	Request store.Request
	Outcome *store.Outcome
}

func (t *TakenTurn) String() string {
	var b strings.Builder
	if t.Before != nil {
		fmt.Fprintf(&b, "at %s, ", where(t.Before.Conversation))
	}
	fmt.Fprintf(&b, "on %s", t.Class)
	for _, a := range t.Asked {
		fmt.Fprintf(&b, ", %s %s", a.Request.Verb(), a.Outcome.Verdict)
	}
	return b.String()
}

func where(c Conversation) string {
	names := make([]string, len(c.Stack))
	for i, f := range c.Stack {
		names[i] = string(f.Journey) + "/" + string(f.State)
	}
	return strings.Join(names, " > ")
}

// maxAsked bounds the requests of a turn.
const maxAsked = 8

// NewWalk visits everything.
func NewWalk(e *Engine, w World) (*Walk, error) {
	walk := &Walk{
		Engine: e, World: w, Sessions: map[string]*Session{}, readings: map[string]*reading{}, sensitive: sensitiveNames(w),
		rules: Rules(), faults: map[string][]string{}, replies: map[string]bool{}, asked: map[Frame]bool{},
	}
	var queue []*Session
	begin := func(c Conversation) error {
		found, err := walk.take(nil, c, Heard{By: Began}, Class(Began), 0, nil)
		queue = append(queue, found...)
		return err
	}
	for _, c := range w.Starts() {
		if err := begin(c); err != nil {
			return nil, err
		}
	}
	parked := map[string]bool{}
	// What loops cannot be walked to its end: the first loop ends the walk.
	for len(queue) > 0 && !walk.looped {
		s := queue[0]
		queue = queue[1:]
		found, err := walk.from(s)
		if err != nil {
			return nil, err
		}
		queue = append(queue, found...)
		// What breaks off here may be taken up by the same person later.
		more, err := walk.takeUp(s, parked)
		if err != nil {
			return nil, err
		}
		queue = append(queue, more...)
	}
	return walk, nil
}

// from takes every turn that can follow a session, and returns the sessions
// that are new.
func (w *Walk) from(s *Session) ([]*Session, error) {
	if s.Conversation.Ended {
		return nil, nil
	}
	var found []*Session
	for _, in := range w.inputs(s) {
		more, err := w.take(s, s.Conversation, in.heard, in.match.Class, in.match.Index, nil)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	if in, ok := w.atMenu(s); ok {
		more, err := w.take(s, s.Conversation, in.heard, in.match.Class, in.match.Index, nil)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	if s.Reply.Then != Wait {
		return found, nil
	}
	// Whether somebody may listen decides nothing else: it is tried everywhere, and
	// tells no sessions apart.
	c := s.Conversation
	c.Careful = true
	h := Heard{By: Said, Text: store.Words(w.Engine.catalogue.Words(c.Language, w.Engine.book.WrongNumber)[0])}
	if c.Channel == store.Text {
		h.By = Typed
	}
	more, err := w.take(s, c, h, Innocent, 0, nil)
	return append(found, more...), err
}

// atMenu is a choice of the main menu that is understood where a session waits because
// the way home is offered: another one each time, since what comes of it is what comes of
// going home, and then of that choice.
func (w *Walk) atMenu(s *Session) (sampled, bool) {
	here := &step{engine: w.Engine, c: s.Conversation, in: Input{Now: w.World.Now()}}
	_, state := here.where()
	if state == nil || state.Wait == nil || !state.Over {
		return sampled{}, false
	}
	ctx := w.Engine.context(state, here.view())
	if !here.wayHome(state, ctx) {
		return sampled{}, false
	}
	home := choicesOf(w.Engine.book.journey(w.Engine.book.Home).state(w.Engine.book.Menu(here.view())).Wait)
	h := Heard{By: Said, Text: store.Words(w.Engine.catalogue.Words(ctx.Language, home[len(w.Sessions)%len(home)].Say)[0])}
	if s.Conversation.Channel == store.Text {
		h.By = Typed
	}
	here.in.Heard = h
	if understand(state.Wait, h, ctx).Class != Nonsense {
		return sampled{}, false
	}
	_, m, _ := here.atMenu(state, Match{Class: Nonsense}, ctx)
	return sampled{h, m}, m.Class != Nonsense
}

// takeUp has the person of a session prove themselves in a new conversation
// and take up what broke off.
func (w *Walk) takeUp(s *Session, seen map[string]bool) ([]*Session, error) {
	c := s.Conversation
	p := w.Engine.Park(&c)
	if p == nil {
		return nil, nil
	}
	at := where(Conversation{Stack: p.Stack}) + w.facts(c)
	if seen[at] {
		return nil, nil
	}
	seen[at] = true
	again := NewConversation(c.ID, c.Channel, c.From, c.Language)
	// A decoy is never taken up: what is walked here as one is the record's, too.
	p.Subject = p.Subject.Real()
	again.Caller, again.Actor, again.Subject, again.Given = c.Caller, c.Actor.Real(), c.Actor.Real(), c.Given
	again.Level, again.Parked = store.ByBirthday, p
	again.Stack = []Frame{{Journey: w.Engine.book.Home}, {Journey: w.Engine.book.Identify, State: "resume"}}
	again, err := keep(again)
	if err != nil {
		return nil, err
	}
	before := &Session{Key: "parked " + at, Conversation: again}
	w.Sessions[before.Key] = before
	return w.from(before)
}

type sampled struct {
	heard Heard
	match Match
}

// reading is what a grammar makes of its own samples in one context.
type reading struct {
	classes []Class
	samples []sampled
}

// reading reads the samples of the state at which a session waits, once for
// each context; nil if it does not wait.
func (w *Walk) reading(s *Session) *reading {
	st := &step{engine: w.Engine, c: s.Conversation, in: Input{Now: w.World.Now()}}
	journey, state := st.where()
	if state == nil || state.Wait == nil {
		return nil
	}
	ctx := w.Engine.context(state, st.view())
	id := fmt.Sprint(journey.Name, state.Name, ctx.Language, ctx.Choices, ctx.Items, ctx.More, ctx.Quantity.Measure.Kind, ctx.Quantity.Part, ctx.Question.Item, ctx.Skip)
	if r := w.readings[id]; r != nil {
		return r
	}
	r := &reading{classes: append(state.Wait.Classes(ctx), Urgent)}
	danger := []Heard{{By: Said, Text: "chest pain"}, {By: Typed, Text: "chest pain"}}
	if ctx.Skip != nil {
		r.classes = append(r.classes, Skipped)
	}
	for _, h := range slices.Concat(state.Wait.Samples(ctx), skipSamples(ctx), danger) {
		r.samples = append(r.samples, sampled{h, understand(state.Wait, h, ctx)})
	}
	w.readings[id] = r
	return r
}

// inputs are one of each class that the session's state can tell apart.
func (w *Walk) inputs(s *Session) []sampled {
	r := w.reading(s)
	if r == nil {
		return []sampled{ // put through
			{Heard{By: Connected}, Match{Class: Class(Connected)}},
			{Heard{By: NoAnswer}, Match{Class: Class(NoAnswer)}},
		}
	}
	var all []sampled
	for _, in := range r.samples {
		if (in.heard.By == Typed) != (s.Conversation.Channel == store.Text) {
			continue
		}
		if !slices.ContainsFunc(all, func(o sampled) bool {
			return o.match.Class == in.match.Class && o.match.Index == in.match.Index && o.match.Part == in.match.Part
		}) {
			all = append(all, in)
		}
	}
	if s.Conversation.Channel == store.Voice && !slices.ContainsFunc(all, func(o sampled) bool { return o.match.Class == Silence }) {
		all = append(all, sampled{Heard{By: Silent}, Match{Class: Silence}})
	}
	return all
}

// take steps on to every reply that an input may lead to.
func (w *Walk) take(before *Session, c Conversation, h Heard, class Class, index int, asked []Asked) ([]*Session, error) {
	in := Input{Heard: h, Now: w.World.Now()}
	if h.By == Began {
		in.Outgoing = c.Outgoing
	}
	return w.step(&TakenTurn{Before: before, Heard: h, Class: class, Index: index, Asked: asked}, c, in)
}

func (w *Walk) step(t *TakenTurn, c Conversation, in Input) ([]*Session, error) {
	c, reply, request := w.Engine.Step(c, in)
	if request == nil {
		return w.arrive(t, c, reply)
	}
	if len(t.Asked) >= maxAsked {
		t.Looped, w.looped = true, true
		w.keepTurn(t)
		return nil, nil
	}
	by := c.Authority()
	v := View{Conversation: c, Now: in.Now, Practice: w.Engine.practice}
	by.Grant = w.World.Grant(v)
	var found []*Session
	for _, o := range w.World.Outcomes(request, v) {
		if w.looped {
			break
		}
		branch := *t
		branch.Asked = append(slices.Clone(t.Asked), Asked{At: c.Top(), By: by, Request: request, Outcome: &o})
		more, err := w.step(&branch, c, Input{Outcome: &o, Now: in.Now})
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// arrive ends a turn: the conversation is written and read back, as it is
// between any two turns.
func (w *Walk) arrive(t *TakenTurn, c Conversation, reply Reply) ([]*Session, error) {
	key := w.key(c, reply)
	s, known := w.Sessions[key]
	if !known {
		c, err := keep(c)
		if err != nil {
			return nil, err
		}
		s = &Session{Key: key, Conversation: c, Reply: reply}
		w.Sessions[key] = s
	}
	t.After, t.Reply = s, reply
	w.keepTurn(t)
	if known {
		return nil, nil
	}
	return []*Session{s}, nil
}

func (w *Walk) keepTurn(t *TakenTurn) {
	w.Turns++
	w.hold(t)
	for _, a := range t.Asked {
		w.asked[a.At] = true
	}
	if slices.ContainsFunc(t.Asked, opens) {
		w.proofs = append(w.proofs, t)
	}
	if t.Before != nil {
		t.Before.Next = append(t.Before.Next, Way{t.Class, t.After, t.Reply.Then == HangUp && !w.speaksOfCallBack(t.Reply)})
	}
}

func keep(c Conversation) (Conversation, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return c, fmt.Errorf("flows: write conversation: %w", err)
	}
	var back Conversation
	if err := json.Unmarshal(b, &back); err != nil {
		return c, fmt.Errorf("flows: read conversation: %w", err)
	}
	return back, nil
}

// key tells sessions apart by what a branch, or a rule, may depend on. While
// one of the journeys speaks that every state may call, what lies under it
// counts by its states alone: such a journey changes none of its facts, and it
// goes back to a state that is walked in its own right.
func (w *Walk) key(c Conversation, r Reply) string {
	var b strings.Builder
	book := w.Engine.book
	fmt.Fprintf(&b, "%s|%s|%d|%d|%v|%v%v%v%v|%d%s|", c.Channel, where(c), c.Level, c.Misses, c.Ended, c.From.Known(), c.Charge != nil, c.Outgoing != nil, [3]bool{c.TextOnly, c.TakenUp, c.RingBack != ""}, items(r), r.Then)
	switch c.Top().Journey {
	case book.Person, book.Lost, book.Slower:
		b.WriteString(w.facts(Conversation{Stack: c.Stack[len(c.Stack)-1:], Channel: c.Channel, From: c.From, TextOnly: c.TextOnly}))
		return b.String()
	}
	if c.Level == store.Unproved {
		fmt.Fprintf(&b, "%v%v|", c.Caller.Registered, c.Caller.Shared)
	}
	fmt.Fprintf(&b, "%d|%d|%v|%v|%d|", c.Want, c.Tries, c.Parked != nil, c.Memory.More, c.Memory.Page)
	b.WriteString(w.facts(c))
	return b.String()
}

// facts are those on which the journeys under way may branch.
func (w *Walk) facts(c Conversation) string {
	v := View{Conversation: c, Now: w.World.Now(), Practice: w.Engine.practice}
	var seen []*Fact
	var b strings.Builder
	for _, f := range c.Stack {
		for _, fact := range w.Engine.facts[f.Journey] {
			if !slices.Contains(seen, fact) {
				seen = append(seen, fact)
				if fact.Of(v) {
					b.WriteString(fact.Name + ";")
				}
			}
		}
	}
	return b.String()
}

// items counts the things that a reply offers to press a key for.
func items(r Reply) int {
	n := 0
	for _, l := range r.Lines {
		if _, ok := l.Args["Key"]; ok {
			n++
		}
	}
	return n
}

// Render puts a reply into words, as it would reach a person in a language.
func (e *Engine) Render(r Reply, lang prompts.Language, form prompts.Form) ([]string, error) {
	words := make([]string, len(r.Lines))
	for i, l := range r.Lines {
		in := lang
		if l.In != "" {
			in = l.In
		}
		s, err := e.catalogue.Render(in, form, l)
		if err != nil {
			return nil, err
		}
		words[i] = s
	}
	return words, nil
}
