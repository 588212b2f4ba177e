package journeys_test

import (
	"slices"
	"strings"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

// oneCaller is a smaller world, in which a planted fault is found sooner: one
// telephone, and nothing goes wrong. Of what was done there is one sample.
type oneCaller struct{ journeys.Samples }

func (w oneCaller) Starts() []flows.Conversation { return w.Samples.Starts()[:1] }

func (w oneCaller) Outcomes(r store.Request, v flows.View) []store.Outcome {
	all := w.Samples.Outcomes(r, v)
	var last []store.Outcome
	for _, o := range all {
		if o.Verdict == store.Done {
			last = []store.Outcome{o}
		}
	}
	return last
}

// state finds a state of a copy of the book that may be changed.
func state(t *testing.T, b *flows.Book, journey flows.JourneyName, name flows.StateName) *flows.State {
	t.Helper()
	for i := range b.Journeys {
		if b.Journeys[i].Name != journey {
			continue
		}
		b.Journeys[i].States = slices.Clone(b.Journeys[i].States)
		for k := range b.Journeys[i].States {
			s := &b.Journeys[i].States[k]
			if s.Name == name {
				s.On = slices.Clone(s.On)
				return s
			}
		}
	}
	t.Fatalf("no state %s/%s", journey, name)
	return nil
}

func edgeOn(t *testing.T, s *flows.State, c flows.Class) *flows.Edge {
	t.Helper()
	for i := range s.On {
		if s.On[i].On == c {
			return &s.On[i]
		}
	}
	t.Fatalf("%s has no edge on %s", s.Name, c)
	return nil
}

func drop(s *flows.State, c flows.Class) {
	s.On = slices.DeleteFunc(s.On, func(e flows.Edge) bool { return e.On == c })
}

// Each fault, planted in the journeys, makes the rule that is there for it
// fail.
func TestAPlantedFaultIsFound(t *testing.T) {
	walks(t)
	for _, tc := range []struct {
		fault string
		rule  string
		plant func(t *testing.T, b *flows.Book)
	}{
		{"the call-back of a silent caller is dropped", "silence leads on", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "lost", "offer")
			drop(s, flows.Silence)
			s.On = append(s.On, flows.Edge{On: flows.Silence, Go: flows.Close("after", "goodbye")})
		}},
		{"silence goes round in a circle", "silence leads on", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "lost", "offer")
			drop(s, flows.Silence)
			s.On = append(s.On, flows.Edge{On: flows.Silence, Go: flows.Return()})
		}},
		{"a menu is said twice the same way", "the second miss is said another way", func(t *testing.T, b *flows.Book) {
			state(t, b, "main", "menu").Short = nil
		}},
		{"the identity check is skipped", "no journey needs the policy's refusal", func(t *testing.T, b *flows.Book) {
			for i := range b.Journeys {
				if b.Journeys[i].Name == "appointments" {
					b.Journeys[i].Needs = store.Unproved
				}
			}
		}},
		{"an appointment is told to nobody in particular", "nothing about a person is said below its level", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "main", "menu")
			s.Say = flows.Says(prompts.AppointmentsNone)
		}},
		{"the PIN of a sensitive clinic is skipped", "no journey needs the policy's refusal", func(t *testing.T, b *flows.Book) {
			for _, name := range []flows.StateName{"kind-chosen", "clinician", "when", "find"} {
				state(t, b, "booking", name).PINIf = nil
			}
		}},
		{"booked is said before the outcome", "nothing is said to be done before its outcome", func(t *testing.T, b *flows.Book) {
			e := edgeOn(t, state(t, b, "booking", "hold"), "done")
			e.Say = func(v flows.View) []prompts.Line {
				s := v.Memory.Slot
				return []prompts.Line{prompts.Say(prompts.BookDone, prompts.Text("What", "x"),
					prompts.Date("Date", s.Start), prompts.Clock("Time", s.Start))}
			}
		}},
		{"a slot is booked without a yes", "nothing is changed without a read-back and a yes", func(t *testing.T, b *flows.Book) {
			edgeOn(t, state(t, b, "booking", "hold"), "done").Go = flows.To("book")
		}},
		{"a menu has a sixth choice", "at most four choices", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "main", "menu")
			menu := s.Wait.(flows.Menu)
			s.Wait = flows.Menu{Choices: append(slices.Clone(menu.Choices),
				flows.Choice{Class: "book", Say: prompts.ActingBook}, flows.Choice{Class: "carer", Say: prompts.ChoiceRingMe})}
		}},
		{"an outcome leads nowhere", "every outcome of every request leads somewhere", func(t *testing.T, b *flows.Book) {
			drop(state(t, b, "booking", "hold"), "taken")
		}},
		{"a write follows a read", "no write follows a read within a turn", func(t *testing.T, b *flows.Book) {
			edgeOn(t, state(t, b, "booking", "find"), "done").Go = flows.To("join")
		}},
		{"requests go round without the caller", "no turn loops without the caller", func(t *testing.T, b *flows.Book) {
			edgeOn(t, state(t, b, "booking", "find"), "done").Go = flows.To("find")
		}},
		{"nobody comes when a person is asked for", "a person is one key away", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "booking", "when")
			s.On = append(s.On, flows.Edge{On: flows.Person, Go: flows.Same()})
		}},
		{"a state is left that nothing leads to", "every state can be reached", func(t *testing.T, b *flows.Book) {
			for i := range b.Journeys {
				if b.Journeys[i].Name == "after" {
					b.Journeys[i].States = append(slices.Clone(b.Journeys[i].States),
						flows.State{Name: "island", End: true, Say: flows.Says(prompts.Goodbye)})
				}
			}
		}},
		{"an edge leads to no state", "every edge leads somewhere that exists", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "after", "else")
			s.On = append(s.On, flows.Edge{On: "never", Go: flows.To("nowhere")})
		}},
		{"nobody is named who is to be rung about a reading", "whom to ring about a reading", func(t *testing.T, b *flows.Book) {
			edgeOn(t, state(t, b, "readings", "send"), flows.Class(store.Done)).Say = flows.Says(prompts.ReadingsKept)
		}},
		{"every reading is for 999", "whom to ring about a reading", func(t *testing.T, b *flows.Book) {
			state(t, b, "readings", "kept").Say = flows.Says(prompts.ReadingsRing999)
		}},
		{"a prompt goes on and on", "a sentence lasts at most 12 s", func(t *testing.T, b *flows.Book) {
			s := state(t, b, "main", "menu")
			s.Say = flows.Says(prompts.IdentifyBirth, prompts.IdentifyNhs, prompts.WelcomeEmergency, prompts.CallbackFailed)
			s.Say = flows.Says(slices.Repeat([]prompts.Key{prompts.IdentifyBirth}, 3)...)
		}},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			b := journeys.Book()
			b.Journeys = slices.Clone(b.Journeys)
			tc.plant(t, &b)
			w, err := flows.NewWalk(engine(t, b), oneCaller{})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range w.Check() {
				if !strings.HasPrefix(v.Rule, tc.rule) {
					continue
				}
				if len(v.Faults) == 0 {
					t.Errorf("%q did not notice", v.Rule)
				}
				return
			}
			t.Errorf("no rule %q", tc.rule)
		})
	}
}
