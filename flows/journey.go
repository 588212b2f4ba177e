package flows

import (
	"slices"

	"landline/prompts"
	"landline/store"
)

// Journey is one conversation, or a part that others call: states, declared.
type Journey struct {
	Name JourneyName
	// Title is what a clinician and the reception see of it.
	Title string
	Start StateName
	// Needs is the level below which no state of it may be.
	Needs  store.Level
	States []State
	// Retired says where a conversation resumes that was parked in a state which
	// is no more.
	Retired map[StateName]StateName
}

// State is one place in a journey. It is one of five kinds, by what it has:
//
//   - Wait: says Say and waits for the grammar.
//   - Ask: makes a request and branches on the verdict of its outcome.
//   - Transfer: says Say and puts the caller through.
//   - End: says Say and ends the conversation.
//   - none of these: branches at once, on the class Always.
type State struct {
	Name  StateName
	Title string
	// Needs is the level below which the state is not entered: the caller is
	// identified first, and comes back. PINIf raises it to ByPIN.
	Needs store.Level
	PINIf *Fact

	Say Speech
	// Short is said instead of Say after the second miss.
	Short Speech
	// Last is said after the choices, for a key that has no number of its own.
	Last Speech
	Wait Grammar
	Ask  *Asking
	// Skip is how the question may be left out: its key is #, said behind all
	// others. Where it is given and open, # alone and its words are Skipped.
	Skip     *Choice
	Transfer func(View) store.Number
	End      bool

	On []Edge
	// Resume is where a conversation that broke off here is taken up, if it
	// cannot be here: a slot that was held must be held again.
	Resume StateName
	// Over says that whoever leaves here has broken nothing off.
	Over bool
}

// Always is the class on which a state branches that neither waits nor asks.
const Always Class = "always"

// Stuck is the class of a third miss in a row. By default it leads to the offer
// of a person.
const Stuck Class = "stuck"

// Speech is what a state says: lines, as a function of what it may look at.
type Speech func(View) []prompts.Line

// Says is a Speech of fixed lines.
func Says(keys ...prompts.Key) Speech {
	lines := make([]prompts.Line, len(keys))
	for i, k := range keys {
		lines[i] = prompts.Say(k)
	}
	return func(View) []prompts.Line { return lines }
}

// Asking is a request that a state makes.
type Asking struct {
	// Verb and Verdicts are those of every request that Make may make.
	Verb     store.Verb
	Verdicts []store.Verdict
	Writes   bool
	Make     func(View) store.Request
}

// Ask declares a request of one type.
func Ask[R store.Request](make func(View) R) *Asking {
	var zero R
	return &Asking{
		Verb: zero.Verb(), Verdicts: zero.Verdicts(), Writes: zero.Writes(),
		Make: func(v View) store.Request { return make(v) },
	}
}

// Fact is something that a branch depends on. Nothing else may decide a
// branch: Walk tells sessions apart by the facts of their journeys.
type Fact struct {
	Name string
	Of   func(View) bool
}

// Edge leads on from a state.
type Edge struct {
	On Class
	// If must hold for the edge to be taken; the first that fits is.
	If *Fact
	// Do changes what the conversation remembers.
	Do func(*Conversation, Event)
	// Say is said on the way.
	Say Speech
	Go  Target
}

// Event is what an edge's Do may look at.
type Event struct {
	Match   Match
	Outcome store.Outcome
	// Parked is what broke off and may be taken up again.
	Parked *Parked
	View   View
}

// Target is where an edge leads.
type Target struct {
	kind    targetKind
	journey JourneyName
	state   StateName // to go to, or at which to enter the journey
	then    StateName // at which to go on when a called journey returns
}

type targetKind string

const (
	toState  targetKind = "state"
	toCall   targetKind = "call"
	toReturn targetKind = "return"
	toHome   targetKind = "home"
	toBegin  targetKind = "begin"
	toClose  targetKind = "close"
	toResume targetKind = "resume"
	toSame   targetKind = "same"
)

// To goes to another state of the journey.
func To(s StateName) Target { return Target{kind: toState, state: s} }

// Call has another journey do its part; when it returns, this one goes on at
// then.
func Call(j JourneyName, then StateName) Target {
	return Target{kind: toCall, journey: j, then: then}
}

// CallAt is Call, entering the journey at a state other than its start.
func CallAt(j JourneyName, at, then StateName) Target {
	return Target{kind: toCall, journey: j, state: at, then: then}
}

// Return goes back to the journey that called; home if none did.
func Return() Target { return Target{kind: toReturn} }

// Home drops everything that was under way and goes to the main menu.
func Home() Target { return Target{kind: toHome} }

// Begin drops everything that was under way and begins a journey as the main
// menu would: what was under way was done with, or was left for this.
func Begin(j JourneyName) Target { return Target{kind: toBegin, journey: j} }

// Close drops everything that was under way and goes to a journey that rounds
// it off; what the conversation remembers is kept for it.
func Close(j JourneyName, at StateName) Target { return Target{kind: toClose, journey: j, state: at} }

// Resume takes up the conversation that was parked.
func Resume() Target { return Target{kind: toResume} }

// Same says the state again.
func Same() Target { return Target{kind: toSame} }

// Book is every journey there is, and the parts that some of them play.
type Book struct {
	Journeys []Journey
	// First greets; Home is the main menu; Identify proves who speaks, up to
	// Conversation.Want; Person puts through or leaves a call-back; Lost offers a
	// person to somebody who is not getting on; Slower makes the voice slower
	// and remembers it; Urgent answers words that speak of a danger to life;
	// Innocent ends as if it were a wrong number.
	First, Home, Identify, Person, Lost, Slower, Urgent, Innocent JourneyName
	// Menu is the state of Home at which whoever speaks makes their choice.
	Menu func(View) StateName
	// Outgoing tells what we began a conversation for.
	Outgoing JourneyName
	// Sorry is said after the first miss, Fault when an answer cannot be right,
	// Trouble when the program itself has lost its way.
	Sorry, Fault, Trouble prompts.Key
	// WrongNumber is the goodbye of a conversation that is ended innocently; its words
	// ask for it.
	WrongNumber prompts.Key
	// MoreChoices offers the next page of a list.
	MoreChoices prompts.Key
	// Severe are the lines that name whom to ring about a reading, and the
	// severity at which each is said.
	Severe map[prompts.Key]store.Severity
	// Danger are the lines that say whom to ring about an answer that concerns a
	// danger, all of them.
	Danger []prompts.Key
	// CallBack are the lines that speak of a call-back: one of them is said
	// before a call ends on somebody who is silent.
	CallBack []prompts.Key
}

func (b Book) journey(n JourneyName) *Journey {
	for i := range b.Journeys {
		if b.Journeys[i].Name == n {
			return &b.Journeys[i]
		}
	}
	return nil
}

// state finds a state, or the one that replaces it.
func (j *Journey) state(n StateName) *State {
	if j == nil {
		return nil
	}
	for range 8 { // a retired state may have been replaced by one that retired too
		if i := slices.IndexFunc(j.States, func(s State) bool { return s.Name == n }); i >= 0 {
			return &j.States[i]
		}
		next, ok := j.Retired[n]
		if !ok {
			return nil
		}
		n = next
	}
	return nil
}

// facts are those on which the journey's branches depend.
func (j *Journey) facts() []*Fact {
	var facts []*Fact
	add := func(f *Fact) {
		if f != nil && !slices.Contains(facts, f) {
			facts = append(facts, f)
		}
	}
	for _, s := range j.States {
		add(s.PINIf)
		for _, e := range s.On {
			add(e.If)
		}
		for _, c := range choicesOf(s.Wait) {
			add(c.If)
			add(c.First)
		}
		if s.Skip != nil {
			add(s.Skip.If)
		}
	}
	return facts
}
