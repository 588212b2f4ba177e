package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/store/demopractice"
)

// stormShare is the share of webhooks that a storm strikes.
const stormShare = 0.3

// stalled is how long the carrier waits for an answer that does not come: rt of
// the connection overrides in our addresses.
const stalled = 4500 * time.Millisecond

// stormStage is the whole stage in a storm, in which every caller still gets
// what they want, or a person. Who is told that something went wrong, and put
// through, talks to reception and is content; or nobody answers there, and they
// do again what they are asked again. Until somebody has left the play in this
// way, every word must be as it is written.
type stormStage struct {
	*wholeStage
	play   *screenplay.Play
	seed   uint64
	faults *exchange.Faults
	words  *claims

	next    int             // the step that comes
	parted  map[string]bool // who was handed to a person, and does nothing more
	sorry   map[string]bool // who was ever told that something went wrong
	decoyed map[string]bool // whose call is in a decoy: what they are told there is not so
	astray  bool            // the play goes another way than it is written
	strikes int
	told    []claim
	wrong   []string
}

// newStormStage raises a storm; stop it in the end.
func newStormStage(ctx context.Context, play *screenplay.Play, seed uint64, log *slog.Logger) (*stormStage, error) {
	t, err := openTheatre(ctx, play.Begins, log)
	if err != nil {
		return nil, err
	}
	router, err := t.gateway.router(true)
	if err != nil {
		return nil, firstOf(err, t.stop())
	}
	s := &stormStage{play: play, seed: seed, parted: map[string]bool{}, sorry: map[string]bool{}, decoyed: map[string]bool{}}
	s.faults = exchange.NewFaults(exchange.Through(router), exchange.Storm(seed, stormShare), func() {
		t.clock.pass(stalled)
		t.redis.pass(stalled)
	})
	if s.wholeStage, err = t.telephones(s.faults, log); err != nil {
		return nil, err
	}
	if s.words, err = newClaims(t.gateway.catalogue, play.Begins); err != nil {
		return nil, firstOf(err, t.stop())
	}
	return s, nil
}

// fault notes what must not be.
func (s *stormStage) fault(format string, args ...any) {
	step := s.play.Steps[min(s.next, len(s.play.Steps))-1]
	s.wrong = append(s.wrong, fmt.Sprintf("%s:%d: %s %s", s.play.File, step.Line, step.Text, fmt.Sprintf(format, args...)))
}

// deed is something that somebody does, which they may have to do again.
type deed func() ([]screenplay.Heard, error)

// patience is how often somebody bears to be told that something went wrong,
// before they ring another day.
const patience = 4

// act has somebody do the next step, and takes care of who is told that
// something went wrong until they hear what is written, or a person. What
// repeats can be done again when it is asked again.
func (s *stormStage) act(ctx context.Context, who string, repeats bool, do deed) ([]screenplay.Heard, error) {
	step := s.play.Steps[s.next]
	s.next++
	if s.parted[who] {
		return nil, nil
	}
	talking := s.talking()
	seen, heard, err := s.once(who, do)
	for tries := 0; err == nil && !sameWords(heard, step.Heard); tries++ {
		sorry := s.apologised(who, heard)
		switch {
		case sorry == "" && tries > 0:
			// It was done twice, after an apology: what was kept the first time
			// makes the second another one, a second miss say.
			s.astray = true
			return seen, nil
		case sorry == "":
			s.otherwise(step, talking)
			return seen, nil
		}
		var more []screenplay.Heard
		var back bool
		more, heard, back, err = s.takeCare(ctx, sorry)
		seen = append(seen, more...)
		if !back {
			return seen, err
		}
		heard = asToldBy(who, heard)
		if sameWords(heard, step.Heard) || s.apologised(who, heard) != "" {
			continue
		}
		if !repeats || sorry != who || tries == patience {
			s.astray = true
			return seen, nil
		}
		more, heard, err = s.once(who, do)
		seen = append(seen, more...)
	}
	if s.astray { // who would have been there has left the play
		err = nil
	}
	return seen, err
}

// otherwise is when a step went otherwise than it is written, and nobody said
// that something went wrong. Only reception, which was not told who is calling,
// and who has talked to somebody and is let go, may be dealt with so.
func (s *stormStage) otherwise(step screenplay.Step, talking []string) {
	if step.Action.Verb == screenplay.Answers && len(s.talking()) > 0 {
		return
	}
	for _, who := range talking {
		if s.calls[who].Ended() {
			s.part(who)
			return
		}
	}
	if !s.astray {
		s.fault("was answered otherwise, and nobody said that something went wrong")
	}
	s.astray = true
}

// once does something once. It returns what befell the webhooks with what was
// heard, and what was heard alone.
func (s *stormStage) once(who string, do deed) (seen, heard []screenplay.Heard, err error) {
	heard, err = do()
	for _, strike := range s.faults.Struck() {
		s.strikes++
		seen = append(seen, screenplay.Heard{How: screenplay.Happens, Words: fmt.Sprintf("Storm: %s, try %d.", strike.Fault, strike.Tries)})
	}
	for _, h := range heard {
		to := h.To
		if to == "" {
			to = who
		}
		if !s.decoyed[to] {
			s.told = append(s.told, s.words.in(h.Words, to, s.next)...)
		}
		if strings.Contains(h.Words, "an application error has occurred") {
			s.fault("ends in the carrier's own apology")
		}
	}
	return append(seen, heard...), heard, err
}

// asToldBy is what was heard as one of those who heard it would tell it.
func asToldBy(who string, heard []screenplay.Heard) []screenplay.Heard {
	heard = slices.Clone(heard)
	for i, h := range heard {
		if h.To == who {
			heard[i].To = ""
		}
		if h == callEnds(who) {
			heard[i] = callEnds("")
		}
	}
	return heard
}

// sameWords compares what was heard with what is written.
func sameWords(heard []screenplay.Heard, written []string) bool {
	one := func(lines []string) string { return strings.Join(strings.Fields(strings.Join(lines, " ")), " ") }
	return one(screenplay.Lines(heard)) == one(written)
}

// apologised is who heard, of all that was heard when somebody acted, that
// something went wrong here; "" is nobody.
func (s *stormStage) apologised(who string, heard []screenplay.Heard) string {
	for _, h := range heard {
		if !s.words.apologise(h.Words) {
			continue
		}
		if h.To != "" {
			who = h.To
		}
		s.sorry[who] = true
		return who
	}
	return ""
}

// talking are those who talk to reception.
func (s *stormStage) talking() []string {
	var list []string
	for who, call := range s.calls {
		if call.Connected() != "" {
			list = append(list, who)
		}
	}
	return list
}

// part lets somebody go who is with a person, or knows whom to ring.
func (s *stormStage) part(who string) {
	s.sorry[who], s.parted[who], s.astray = true, true, true
}

// takeCare is what happens to somebody who was told that something went wrong:
// what was seen and heard, and whether they are back in the conversation.
func (s *stormStage) takeCare(ctx context.Context, who string) (seen, heard []screenplay.Heard, back bool, err error) {
	call := s.calls[who]
	switch {
	case call == nil || call.Ended(): // they were told which number to ring
		s.part(who)
		return nil, nil, false, nil
	case call.Ringing() == "":
		return nil, nil, true, nil
	case s.dice(who) == 0:
		seen, _, err = s.once("", func() ([]screenplay.Heard, error) { return s.wholeStage.AnswerReception(ctx) })
		if err != nil {
			return seen, nil, false, err
		}
		more, _, err := s.once("", func() ([]screenplay.Heard, error) { return s.wholeStage.HangUpReception(ctx) })
		s.part(who)
		if !call.Ended() {
			call.HangUp()
			s.ended[who] = true
		}
		return append(seen, more...), nil, false, err
	}
	s.ringing[who] = false // should it ring again, that is news
	seen, heard, err = s.once("", func() ([]screenplay.Heard, error) { return s.wholeStage.LetReceptionRing(ctx) })
	if err != nil || !call.Ended() {
		return seen, heard, err == nil, err
	}
	if s.apologised("", heard) != who && !sameWords(asToldBy(who, heard), s.play.Steps[s.next-1].Heard) {
		s.fault("has the call end without a word of whom to ring")
	}
	s.part(who)
	return seen, nil, false, nil
}

// dice says whether reception answers (0) or not, in this step of this storm.
func (s *stormStage) dice(who string) int {
	h := fnv.New64a()
	fmt.Fprint(h, s.play.File, who, s.next)
	return rand.New(rand.NewPCG(s.seed, h.Sum64())).IntN(2)
}

func (s *stormStage) Ring(ctx context.Context, who string, from screenplay.Phone) ([]screenplay.Heard, error) {
	delete(s.decoyed, who)
	return s.act(ctx, who, false, func() ([]screenplay.Heard, error) { return s.wholeStage.Ring(ctx, who, from) })
}

func (s *stormStage) Press(ctx context.Context, who, keys string) ([]screenplay.Heard, error) {
	if s.words.openDecoy(who, keys) {
		s.decoyed[who] = true
	}
	return s.act(ctx, who, true, func() ([]screenplay.Heard, error) { return s.wholeStage.Press(ctx, who, keys) })
}

func (s *stormStage) Say(ctx context.Context, who, words string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, true, func() ([]screenplay.Heard, error) { return s.wholeStage.Say(ctx, who, words) })
}

func (s *stormStage) Silence(ctx context.Context, who string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, true, func() ([]screenplay.Heard, error) { return s.wholeStage.Silence(ctx, who) })
}

func (s *stormStage) HangUp(ctx context.Context, who string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, false, func() ([]screenplay.Heard, error) { return s.wholeStage.HangUp(ctx, who) })
}

func (s *stormStage) Text(ctx context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, false, func() ([]screenplay.Heard, error) { return s.wholeStage.Text(ctx, who, from, words) })
}

func (s *stormStage) PickUp(ctx context.Context, who string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, false, func() ([]screenplay.Heard, error) { return s.wholeStage.PickUp(ctx, who) })
}

func (s *stormStage) LetRing(ctx context.Context, who string) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.LetRing(ctx, who) })
}

func (s *stormStage) MachineAnswers(ctx context.Context, who string) ([]screenplay.Heard, error) {
	return s.act(ctx, who, false, func() ([]screenplay.Heard, error) { return s.wholeStage.MachineAnswers(ctx, who) })
}

func (s *stormStage) Reply(ctx context.Context, staff, words string) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.Reply(ctx, staff, words) })
}

func (s *stormStage) LetGo(ctx context.Context, staff string, of screenplay.Phone, test, words string) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.LetGo(ctx, staff, of, test, words) })
}

func (s *stormStage) OrderTest(ctx context.Context, staff string, of screenplay.Phone, test string, private bool, days int) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) {
		return s.wholeStage.OrderTest(ctx, staff, of, test, private, days)
	})
}

func (s *stormStage) Ask(ctx context.Context, who, questionnaire string) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.Ask(ctx, who, questionnaire) })
}

func (s *stormStage) AnswerReception(ctx context.Context) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.AnswerReception(ctx) })
}

func (s *stormStage) LetReceptionRing(ctx context.Context) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.LetReceptionRing(ctx) })
}

func (s *stormStage) HangUpReception(ctx context.Context) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.HangUpReception(ctx) })
}

func (s *stormStage) Advance(ctx context.Context, d time.Duration) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.Advance(ctx, d) })
}

func (s *stormStage) Tasks(ctx context.Context) ([]screenplay.Heard, error) {
	return s.act(ctx, "", false, func() ([]screenplay.Heard, error) { return s.wholeStage.Tasks(ctx) })
}

// rehearsed is a play that went as it is written, and what it left.
type rehearsed struct {
	play *screenplay.Play
	left *holdings
}

// rehearse performs a play without a storm. It must go as it is written.
func rehearse(ctx context.Context, file string) (rehearsed, error) {
	var left *holdings
	performance, err := performFile(ctx, file, func(play *screenplay.Play, stage *wholeStage) error {
		batch, err := demopractice.Batch(play.Begins)
		if err != nil {
			return err
		}
		left, err = stage.holdings(ctx, batch)
		return err
	})
	if err != nil {
		return rehearsed{}, err
	}
	if report := performance.Report(); report != "" {
		return rehearsed{}, fmt.Errorf("%w; if that is right: landline play --update %s\n%s", errDiffers, file, report)
	}
	return rehearsed{performance.Play, left}, nil
}

// stormy is a play that was performed in a storm.
type stormy struct {
	*screenplay.Performance
	strikes int  // what befell webhooks
	astray  bool // somebody left it for a person
}

// inStorm performs a play in a storm. The error is what must not be.
func (r rehearsed) inStorm(ctx context.Context, seed uint64) (_ stormy, err error) {
	stage, err := newStormStage(ctx, r.play, seed, slog.New(slog.DiscardHandler))
	if err != nil {
		return stormy{}, err
	}
	defer func() { err = firstOf(err, stage.stop()) }()
	performance, err := screenplay.Perform(ctx, r.play, stage)
	if err == nil {
		err = stage.verdict(ctx, r.left)
	}
	return stormy{performance, stage.strikes, stage.astray}, err
}
