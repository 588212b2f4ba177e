package main

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"landline/flows"
	"landline/flows/runner"
	"landline/flows/screenplay"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// bareCarrier texts and rings for the gateway on the bare stage: a text has
// arrived, a telephone rings.
type bareCarrier struct {
	stage *bareStage
	texts map[store.Number][]string // not read yet
	rung  map[store.Number]string   // the attempt for which a telephone rings
	told  map[store.Number]bool     // that it rings
}

func newBareCarrier(s *bareStage) *bareCarrier {
	return &bareCarrier{s, map[store.Number][]string{}, map[store.Number]string{}, map[store.Number]bool{}}
}

func (b *bareCarrier) CreateMessage(_ context.Context, m twilio.OutgoingMessage) (twilio.SentMessage, error) {
	b.texts[m.To] = append(b.texts[m.To], m.Body)
	return twilio.SentMessage{SID: b.stage.name("message-"), Status: twilio.MessageDelivered, To: m.To, From: m.From}, nil
}

// Messages are asked for only where a sending went wrong, as none does here.
func (b *bareCarrier) Messages(context.Context, store.Number, time.Time, int) ([]twilio.SentMessage, error) {
	return nil, nil
}

func (b *bareCarrier) CreateCall(ctx context.Context, c twilio.OutgoingCall) (string, error) {
	sid := b.stage.name("call-out-")
	if b.rung[c.To] != "" { // engaged
		return sid, b.stage.gateway.desk.News(ctx, attemptIn(c.URL), sid, store.Failed, twilio.Class(twilio.CallBusy))
	}
	b.rung[c.To] = attemptIn(c.URL)
	return sid, nil
}

// attemptIn is the attempt that an address names.
func attemptIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("d")
}

// MessagesUpto knows of none: nothing stays here.
func (b *bareCarrier) MessagesUpto(context.Context, store.Number, time.Time, int) ([]twilio.SentMessage, error) {
	return nil, nil
}

// DeleteMessage has nothing to delete.
func (b *bareCarrier) DeleteMessage(context.Context, string) error { return nil }

// Recording is what a caller said, and silent.
func (b *bareCarrier) Recording(context.Context, string) ([]byte, error) { return []byte("RIFF"), nil }

// DeleteRecording has nothing to delete.
func (b *bareCarrier) DeleteRecording(context.Context, string) error { return nil }

func (s *bareStage) Owns(who string, phone screenplay.Phone) { s.phones[who] = number(phone.Number) }

// unasked gathers what reached people unasked since it was last looked for.
func (s *bareStage) unasked() []screenplay.Heard {
	var out []screenplay.Heard
	for _, who := range slices.Sorted(maps.Keys(s.phones)) {
		phone := s.phones[who]
		if s.out.rung[phone] != "" && !s.out.told[phone] {
			s.out.told[phone] = true
			out = append(out, telephoneRings(who))
		}
		for _, body := range s.out.texts[phone] {
			out = append(out, screenplay.Heard{How: screenplay.Texted, To: who, Words: body})
		}
		delete(s.out.texts, phone)
	}
	return out
}

// Advance is as that of the whole stage.
func (s *bareStage) Advance(ctx context.Context, d time.Duration) ([]screenplay.Heard, error) {
	var out []screenplay.Heard
	err := s.advance(ctx, d, func() error {
		out = append(out, s.unasked()...)
		for _, who := range slices.Sorted(maps.Keys(s.phones)) {
			if s.out.rung[s.phones[who]] == "" {
				continue
			}
			if _, err := s.LetRing(ctx, who); err != nil {
				return err
			}
		}
		return nil
	})
	return append(out, s.unasked()...), err
}

// ringing takes the call that rings somebody's telephone.
func (s *bareStage) ringing(who string) (string, error) {
	phone := s.phones[who]
	attempt := s.out.rung[phone]
	if attempt == "" {
		return "", notRung(who)
	}
	delete(s.out.rung, phone)
	delete(s.out.told, phone)
	return attempt, nil
}

func (s *bareStage) LetRing(ctx context.Context, who string) ([]screenplay.Heard, error) {
	attempt, err := s.ringing(who)
	if err != nil {
		return nil, err
	}
	return nil, s.gateway.desk.News(ctx, attempt, s.name("call-"), store.Failed, twilio.Class(twilio.CallNoAnswer))
}

func (s *bareStage) MachineAnswers(ctx context.Context, who string) ([]screenplay.Heard, error) {
	attempt, err := s.ringing(who)
	if err != nil {
		return nil, err
	}
	if err := s.gateway.desk.News(ctx, attempt, s.name("call-"), store.Failed, twilio.Machine); err != nil {
		return nil, err
	}
	out, lang, err := s.gateway.desk.Voicemail(ctx, attempt)
	if errors.Is(err, store.ErrNotFound) {
		return []screenplay.Heard{callEnds("")}, nil
	}
	if err != nil {
		return nil, err
	}
	return s.begun(ctx, who, attempt, out, lang)
}

func (s *bareStage) PickUp(ctx context.Context, who string) ([]screenplay.Heard, error) {
	attempt, err := s.ringing(who)
	if err != nil {
		return nil, err
	}
	out, lang, err := s.gateway.desk.Outgoing(ctx, attempt)
	if err != nil {
		return nil, err
	}
	return s.begun(ctx, who, attempt, out, lang)
}

// begun has a call that was answered say what it is to tell.
func (s *bareStage) begun(ctx context.Context, who, attempt string, out *flows.Outgoing, lang prompts.Language) ([]screenplay.Heard, error) {
	c := &bareCaller{id: store.ConversationID(s.name("call-")), from: s.phones[who], attempt: attempt}
	s.callers[who] = c
	return s.take(ctx, who, runner.Arrival{
		Conversation: c.id, Input: store.InputID(c.id + ":0"), Channel: store.Voice, From: c.from,
		Heard: flows.Heard{By: flows.Began}, Language: lang, Outgoing: out,
	})
}
