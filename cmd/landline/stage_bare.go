package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"landline/flows"
	"landline/flows/runner"
	"landline/flows/screenplay"
	"landline/prompts"
	"landline/store"
)

// bareStage plays on the runner alone: what is keyed, said and typed goes
// straight into turns, and replies straight into words. What it and the whole
// stage hear must be the same, save for what only a telephone can hear.
type bareStage struct {
	*theatre
	callers map[string]*bareCaller
	phones  map[string]store.Number // by whose they are
	out     *bareCarrier
	counted int    // names conversations and texts
	waiting string // whose call rings or talks at reception
}

// bareCaller is somebody on the telephone.
type bareCaller struct {
	id    store.ConversationID
	from  store.Number
	taken runner.Taken
	over  bool
	// attempt is that for which Landline rang; empty: they rang.
	attempt string
	// recorded says that something was said after the tone.
	recorded bool
}

func newBareStage(ctx context.Context, begins time.Time, log *slog.Logger) (*bareStage, error) {
	t, err := openTheatre(ctx, begins, log)
	if err != nil {
		return nil, err
	}
	s := &bareStage{theatre: t, callers: map[string]*bareCaller{}, phones: map[string]store.Number{}}
	s.out = newBareCarrier(s)
	t.carrier.Carrier = s.out
	return s, nil
}

func (s *bareStage) name(prefix string) string {
	s.counted++
	return prefix + strconv.Itoa(s.counted)
}

func (s *bareStage) Ring(ctx context.Context, who string, from screenplay.Phone) ([]screenplay.Heard, error) {
	c := &bareCaller{id: store.ConversationID(s.name("call-")), from: number(from.Number)}
	if from.Withheld {
		c.from = ""
	}
	s.callers[who] = c
	return s.turn(ctx, who, flows.Heard{By: flows.Began})
}

// moment passes with every turn, as on a telephone: what happens later is later.
func (s *bareStage) moment() {
	s.clock.pass(time.Second)
	s.redis.pass(time.Second)
}

// turn takes one turn of somebody's call.
func (s *bareStage) turn(ctx context.Context, who string, heard flows.Heard) ([]screenplay.Heard, error) {
	c := s.callers[who]
	return s.take(ctx, who, runner.Arrival{
		Conversation: c.id, Input: store.InputID(fmt.Sprintf("%s:%d", c.id, c.taken.Next)),
		Turn: c.taken.Next, Channel: store.Voice, From: c.from, Heard: heard, Language: prompts.English,
	})
}

// take takes one turn of somebody's call, as it arrives.
func (s *bareStage) take(ctx context.Context, who string, a runner.Arrival) ([]screenplay.Heard, error) {
	c := s.callers[who]
	s.moment()
	taken, err := s.gateway.runner.Take(ctx, a)
	if err != nil {
		return nil, err
	}
	c.taken = taken
	out, err := s.words(taken.Reply, prompts.Spoken)
	switch taken.Reply.Then {
	case flows.Transfer:
		s.waiting = who
		out = append(out, receptionRings())
	case flows.HangUp:
		out = append(out, callEnds(""))
		err = errors.Join(err, s.hungUp(ctx, c))
	}
	return out, err
}

// hungUp is when a call is over, however.
func (s *bareStage) hungUp(ctx context.Context, c *bareCaller) error {
	c.over = true
	if c.attempt == "" {
		return nil
	}
	return s.gateway.desk.News(ctx, c.attempt, string(c.id), store.Delivered, "")
}

// words puts a reply into words, a line after the other.
func (s *bareStage) words(r flows.Reply, form prompts.Form) ([]screenplay.Heard, error) {
	var out []screenplay.Heard
	for _, line := range r.Lines {
		lang := r.Language
		if line.In != "" {
			lang = line.In
		}
		text, err := s.gateway.catalogue.Render(lang, form, line)
		if err != nil {
			return out, err
		}
		h := screenplay.Heard{How: screenplay.Spoken, Words: text}
		if lang != prompts.English {
			h.Language = string(lang)
		}
		out = append(out, h)
	}
	return out, nil
}

// onCall is somebody who is on the telephone.
func (s *bareStage) onCall(who string) (*bareCaller, error) {
	c := s.callers[who]
	if c == nil || c.over {
		return nil, fmt.Errorf("but %s is not on the telephone", who)
	}
	return c, nil
}

// Press gathers keys as a telephone does: one at a time where one key is an
// answer, else until #, the last that can be, or a pause.
func (s *bareStage) Press(ctx context.Context, who, keys string) ([]screenplay.Heard, error) {
	c, err := s.onCall(who)
	if err != nil {
		return nil, err
	}
	var out []screenplay.Heard
	for keys != "" && !c.over && c.taken.Reply.Then == flows.Wait {
		var digits string
		digits, keys = gather(c.taken.Reply.Collect, keys)
		heard := flows.Heard{By: flows.Keyed, Text: store.Words(digits)}
		switch {
		case digits == "" && c.recorded:
			heard = s.recording(c)
		case digits == "":
			heard = flows.Heard{By: flows.Silent}
		}
		next, err := s.turn(ctx, who, heard)
		if err != nil {
			return nil, err
		}
		out = append(out, next...)
	}
	return out, nil
}

// gather takes the keys of one answer.
func gather(c flows.Collect, keys string) (answer, rest string) {
	if c.OneKey {
		return keys[:1], keys[1:]
	}
	if c.MaxDigits > 0 && len(keys) > c.MaxDigits && !strings.Contains(keys[:c.MaxDigits], "#") {
		return keys[:c.MaxDigits], keys[c.MaxDigits:]
	}
	answer, rest, _ = strings.Cut(keys, "#")
	return answer, rest
}

func (s *bareStage) Say(ctx context.Context, who, words string) ([]screenplay.Heard, error) {
	c, err := s.onCall(who)
	if err != nil {
		return nil, err
	}
	if c.taken.Reply.Collect.Record {
		c.recorded = true // until a key, or a silence, ends it
		return nil, nil
	}
	// The carrier does not hear Welsh, nor anything where it was not asked to.
	if !c.taken.Reply.Collect.Speech || c.taken.Reply.Language != prompts.English {
		return nil, nil
	}
	return s.turn(ctx, who, flows.Heard{By: flows.Said, Text: store.Words(words)})
}

// recording is what a caller said after the tone.
func (s *bareStage) recording(c *bareCaller) flows.Heard {
	c.recorded = false
	return flows.Heard{By: flows.Recorded, Text: store.Words(s.name("RE"))}
}

func (s *bareStage) Silence(ctx context.Context, who string) ([]screenplay.Heard, error) {
	c, err := s.onCall(who)
	if err != nil {
		return nil, err
	}
	if c.recorded {
		return s.turn(ctx, who, s.recording(c))
	}
	return s.turn(ctx, who, flows.Heard{By: flows.Silent})
}

func (s *bareStage) HangUp(ctx context.Context, who string) ([]screenplay.Heard, error) {
	c, err := s.onCall(who)
	if err != nil {
		return nil, err
	}
	return nil, s.hungUp(ctx, c)
}

func (s *bareStage) Text(ctx context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	phone := number(from.Number)
	var out []screenplay.Heard
	for _, body := range s.out.texts[phone] { // which nobody has read there yet
		out = append(out, screenplay.Heard{How: screenplay.Texted, Words: body})
	}
	delete(s.out.texts, phone)
	s.moment()
	taken, err := s.gateway.runner.Take(ctx, runner.Arrival{
		Conversation: s.gateway.store.TextConversation(phone), Input: store.InputID(s.name("text-")),
		Turn: store.AnyTurn, Channel: store.Text, From: phone,
		Heard: flows.Heard{By: flows.Typed, Text: store.Words(words)}, Language: prompts.English,
	})
	if err != nil {
		return nil, err
	}
	lines, err := s.words(taken.Reply, prompts.Written)
	if err != nil || len(lines) == 0 {
		return out, err
	}
	return append(out, joined(lines)), nil
}

// joined is a text of several lines.
func joined(lines []screenplay.Heard) screenplay.Heard {
	text := screenplay.Heard{How: screenplay.Texted}
	var words []string
	for _, l := range lines {
		words = append(words, l.Words)
	}
	text.Words = strings.Join(words, "\n")
	return text
}

func (s *bareStage) AnswerReception(context.Context) ([]screenplay.Heard, error) { return nil, nil }

func (s *bareStage) LetReceptionRing(ctx context.Context) ([]screenplay.Heard, error) {
	return s.comeBack(ctx, flows.NoAnswer)
}

func (s *bareStage) HangUpReception(ctx context.Context) ([]screenplay.Heard, error) {
	return s.comeBack(ctx, flows.Connected)
}

// comeBack takes the turn of a caller who was put through.
func (s *bareStage) comeBack(ctx context.Context, how flows.Source) ([]screenplay.Heard, error) {
	who := s.waiting
	if _, err := s.onCall(who); err != nil {
		return nil, fmt.Errorf("but nobody is put through")
	}
	heard, err := s.turn(ctx, who, flows.Heard{By: how})
	for i := range heard {
		if heard[i].How == screenplay.Spoken {
			heard[i].To = who
		} else if heard[i] == callEnds("") {
			heard[i] = callEnds(who)
		}
	}
	return heard, err
}

func (s *bareStage) Tasks(ctx context.Context) ([]screenplay.Heard, error) { return s.tasks(ctx) }
