package flows

import (
	"fmt"
	"maps"
	"slices"
)

func everyState(w *Walk) []string {
	seen := maps.Clone(w.asked)
	for _, s := range w.Sessions {
		seen[s.Conversation.Top()] = true
	}
	var faults []string
	for _, j := range w.Engine.book.Journeys {
		for _, s := range j.States {
			stays := s.Ask != nil || s.Wait != nil || s.Transfer != nil || s.End
			if stays && !seen[Frame{j.Name, s.Name}] {
				faults = append(faults, fmt.Sprintf("%s/%s is never reached", j.Name, s.Name))
			}
		}
	}
	return faults
}

func everyEdge(w *Walk) []string {
	var faults []string
	b := w.Engine.book
	lacks := func(j JourneyName, s StateName) bool {
		journey := b.journey(j)
		return journey == nil || (s != "" && journey.state(s) == nil)
	}
	for _, name := range []JourneyName{b.First, b.Home, b.Identify, b.Person, b.Lost, b.Slower, b.Urgent, b.Innocent, b.Outgoing} {
		if lacks(name, "") {
			faults = append(faults, fmt.Sprintf("the book has no journey %q", name))
		}
	}
	for _, j := range b.Journeys {
		if lacks(j.Name, j.Start) {
			faults = append(faults, fmt.Sprintf("%s starts nowhere", j.Name))
		}
		for old, now := range j.Retired {
			if lacks(j.Name, now) {
				faults = append(faults, fmt.Sprintf("%s/%s retired to nowhere", j.Name, old))
			}
		}
		for _, s := range j.States {
			if s.Resume != "" && lacks(j.Name, s.Resume) {
				faults = append(faults, fmt.Sprintf("%s/%s resumes nowhere", j.Name, s.Name))
			}
			for _, e := range s.On {
				bad := false
				switch e.Go.kind {
				case toState:
					bad = lacks(j.Name, e.Go.state)
				case toCall:
					bad = lacks(e.Go.journey, e.Go.state) || lacks(j.Name, e.Go.then)
				case toClose, toBegin:
					bad = lacks(e.Go.journey, e.Go.state)
				case "":
					bad = true
				}
				if bad {
					faults = append(faults, fmt.Sprintf("%s/%s on %s leads nowhere", j.Name, s.Name, e.On))
				}
			}
		}
	}
	return faults
}

func everyOutcome(w *Walk) []string {
	var faults []string
	for _, j := range w.Engine.book.Journeys {
		for _, s := range j.States {
			if s.Ask == nil {
				continue
			}
			for _, v := range s.Ask.Verdicts {
				if !slices.ContainsFunc(s.On, func(e Edge) bool { return e.On == Class(v) && e.If == nil }) {
					faults = append(faults, fmt.Sprintf("%s/%s: %s of %s leads nowhere", j.Name, s.Name, v, s.Ask.Verb))
				}
			}
		}
	}
	return faults
}

func noTrouble(w *Walk, t *TakenTurn) string {
	if saysAny(t.Reply, w.Engine.book.Trouble) {
		return "the engine gave up"
	}
	return ""
}

func noLoop(_ *Walk, t *TakenTurn) string {
	if t.Looped {
		return fmt.Sprintf("more than %d requests in a turn", maxAsked)
	}
	return ""
}

func everyEnd(w *Walk) []string {
	before := map[*Session][]*Session{}
	var reach []*Session
	for _, s := range w.Sessions {
		for _, t := range s.Next {
			before[t.After] = append(before[t.After], s)
		}
		if s.Conversation.Ended {
			reach = append(reach, s)
		}
	}
	ends := map[*Session]bool{}
	for len(reach) > 0 {
		s := reach[len(reach)-1]
		reach = reach[:len(reach)-1]
		if !ends[s] {
			ends[s] = true
			reach = append(reach, before[s]...)
		}
	}
	var faults []string
	for _, s := range w.Sessions {
		if !ends[s] {
			faults = append(faults, where(s.Conversation)+" never ends")
		}
	}
	return faults
}

// personNear: from every session that waits, the input that asks for a person
// leads to the person's journey, or to where it already is.
func personNear(w *Walk) []string {
	var faults []string
	for _, s := range w.Sessions {
		if s.Reply.Then != Wait || s.Conversation.Ended {
			continue
		}
		asked := false
		for _, t := range s.Next {
			if t.Class != Person {
				continue
			}
			asked = true
			c := t.After.Conversation
			there := slices.ContainsFunc(c.Stack, func(f Frame) bool { return f.Journey == w.Engine.book.Person })
			if !there && !c.Ended {
				faults = append(faults, fmt.Sprintf("at %s, on %s: no person there", where(s.Conversation), t.Class))
			}
		}
		if !asked {
			faults = append(faults, where(s.Conversation)+": nothing that can be keyed or typed asks for a person")
		}
	}
	return faults
}

// leadsOn: the sessions linked by one class of miss have no cycle, and where
// they end, the last reply has spoken of a call-back.
func leadsOn(c Class) func(*Walk) []string {
	return func(w *Walk) []string {
		var faults []string
		depth := map[*Session]int{}
		var deep func(*Session) int
		deep = func(s *Session) int {
			if d, ok := depth[s]; ok {
				return d
			}
			depth[s] = maxSilence + 1 // found again while it is open: a cycle
			d := 0
			for _, t := range s.Next {
				if t.Class != c || t.After == nil {
					continue
				}
				if t.Dropped {
					faults = append(faults, fmt.Sprintf("at %s, on %s: ends without a call-back", where(s.Conversation), c))
				}
				d = max(d, 1+deep(t.After))
			}
			depth[s] = d
			return d
		}
		for _, s := range w.Sessions {
			if d := deep(s); d > maxSilence {
				faults = append(faults, fmt.Sprintf("%s: %s leads round in a circle", where(s.Conversation), c))
			}
		}
		return faults
	}
}

func declaredClasses(w *Walk) []string {
	var faults []string
	for _, s := range w.Sessions {
		r := w.reading(s)
		if r == nil {
			continue
		}
		for _, in := range r.samples {
			if !slices.Contains(r.classes, in.match.Class) {
				faults = append(faults, fmt.Sprintf("%s: %s reads as %s", where(s.Conversation), in.heard.By, in.match.Class))
			}
		}
		for _, class := range r.classes {
			if !slices.ContainsFunc(s.Next, func(t Way) bool { return t.Class == class }) && class != Silence {
				faults = append(faults, fmt.Sprintf("%s: no sample is %s by %s", where(s.Conversation), class, s.Conversation.Channel))
			}
		}
	}
	return faults
}
