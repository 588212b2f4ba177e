package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/handlers/twilio"
	"landline/store/demopractice"
)

// wholeStage plays on everything there is: a telephone at the exchange, signed
// webhooks, the gateway, TwiML, and what the exchange makes of it.
type wholeStage struct {
	*theatre
	exchange *exchange.Exchange
	calls    map[string]*exchange.Call // by who is on the telephone
	ended    map[string]bool           // whose call was seen to end
	ringing  map[string]bool           // whose call was seen to ring at reception
	phones   map[string]string         // the telephones of people, by whose they are
	rung     map[string]bool           // whose telephone was heard to ring
}

// withheldNumber is the telephone of whoever withholds their number; one caller
// may do so at a time.
const withheldNumber = "+441632960999"

func newWholeStage(ctx context.Context, begins time.Time, log *slog.Logger) (*wholeStage, error) {
	t, err := openTheatre(ctx, begins, log)
	if err != nil {
		return nil, err
	}
	return t.whole(log)
}

// whole is the stage in a theatre.
func (t *theatre) whole(log *slog.Logger) (*wholeStage, error) {
	router, err := t.gateway.router(true)
	if err != nil {
		return nil, firstOf(err, t.stop())
	}
	return t.telephones(exchange.Through(router), log)
}

// telephones puts an exchange before the gateway, which is asked through the
// transport. If that fails, the theatre is stopped.
func (t *theatre) telephones(transport http.RoundTripper, log *slog.Logger) (*wholeStage, error) {
	s := &wholeStage{
		theatre: t, calls: map[string]*exchange.Call{}, ended: map[string]bool{},
		ringing: map[string]bool{}, phones: map[string]string{}, rung: map[string]bool{},
	}
	practice := t.gateway.practice
	var err error
	s.exchange, err = exchange.New(exchange.Config{
		AccountSID: stageSID, AuthToken: stageToken,
		Lines: []exchange.Line{lineOf(t.gateway)},
		Phones: []exchange.Phone{
			{Number: practice.Reception.E164(), Label: "Reception", Kind: exchange.Reception},
			{Number: withheldNumber, Label: "Withheld", Kind: exchange.Withheld},
		},
		Pace: exchange.Attentive, Transport: transport, Random: t.random,
		Now: t.clock.Now, Location: demopractice.Zone(), Logger: log,
		Elapsed: func(d time.Duration) { t.clock.pass(d); t.redis.pass(d) },
	})
	if err != nil {
		return nil, firstOf(err, t.stop())
	}
	t.onStop("exchange", func(context.Context) error { s.exchange.Close(); return nil })
	rest := twilio.Router(log)
	s.exchange.MountREST(rest)
	t.carrier.Carrier, err = twilio.NewClient(twilio.Config{
		AccountSID: stageSID, AuthToken: stageToken, APIURL: stageREST, Transport: exchange.Through(rest),
	})
	if err != nil {
		return nil, firstOf(err, t.stop())
	}
	return s, nil
}

// lineOf is the practice's line as the exchange has to know it.
func lineOf(g *gateway) exchange.Line {
	return exchange.Line{
		Number: g.practice.Number.E164(), Label: g.practice.Name["en"],
		VoiceURL: g.links.Voice(), VoiceFallback: g.links.VoiceFallback(), StatusCallback: g.links.VoiceStatus(),
		SMSURL: g.links.SMS(), SMSFallback: g.links.SMSFallback(),
	}
}

func (s *wholeStage) Ring(_ context.Context, who string, from screenplay.Phone) ([]screenplay.Heard, error) {
	phone := number(from.Number).E164()
	if from.Withheld {
		phone = withheldNumber
	}
	call, err := s.exchange.Dial(phone, s.gateway.practice.Number.E164())
	if err != nil {
		return nil, err
	}
	s.calls[who] = call
	s.ended[who], s.ringing[who] = false, false
	return s.heard(who), nil
}

// by has somebody do something on the telephone.
func (s *wholeStage) by(who string, do func(*exchange.Call)) ([]screenplay.Heard, error) {
	call := s.calls[who]
	if call == nil || s.ended[who] {
		return nil, fmt.Errorf("but %s is not on the telephone", who)
	}
	do(call)
	return s.heard(who), nil
}

func (s *wholeStage) Press(_ context.Context, who, keys string) ([]screenplay.Heard, error) {
	return s.by(who, func(c *exchange.Call) { c.Press(keys); c.Settle() })
}

func (s *wholeStage) Say(_ context.Context, who, words string) ([]screenplay.Heard, error) {
	return s.by(who, func(c *exchange.Call) { c.Say(words) })
}

func (s *wholeStage) Silence(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.by(who, (*exchange.Call).Silence)
}

func (s *wholeStage) HangUp(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.by(who, func(c *exchange.Call) {
		c.HangUp()
		s.ended[who] = true // which nobody needs to be told
	})
}

func (s *wholeStage) Text(_ context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	phone := number(from.Number).E164()
	s.phones[who] = phone
	if err := s.exchange.Text(phone, s.gateway.practice.Number.E164(), words); err != nil {
		return nil, err
	}
	return s.heard(who), nil
}

func (s *wholeStage) AnswerReception(context.Context) ([]screenplay.Heard, error) {
	_, err := s.exchange.Answer(s.gateway.practice.Reception.E164())
	return s.heard(""), err
}

func (s *wholeStage) LetReceptionRing(context.Context) ([]screenplay.Heard, error) {
	err := s.exchange.LetRing(s.gateway.practice.Reception.E164())
	return s.heard(""), err
}

func (s *wholeStage) HangUpReception(context.Context) ([]screenplay.Heard, error) {
	err := s.exchange.HangUp(s.gateway.practice.Reception.E164())
	return s.heard(""), err
}

func (s *wholeStage) Owns(who string, phone screenplay.Phone) {
	s.phones[who] = number(phone.Number).E164()
}

// Advance has whoever is rung on the way, and for whom the play goes on without
// a word, let it ring.
func (s *wholeStage) Advance(ctx context.Context, d time.Duration) ([]screenplay.Heard, error) {
	var out []screenplay.Heard
	err := s.advance(ctx, d, func() error {
		out = append(out, s.heard("")...)
		s.exchange.LetAllRing()
		clear(s.rung)
		return nil
	})
	return append(out, s.heard("")...), err
}

func (s *wholeStage) PickUp(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.answeredBy(who, exchange.Human)
}

func (s *wholeStage) MachineAnswers(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.answeredBy(who, exchange.Machine)
}

func (s *wholeStage) answeredBy(who, what string) ([]screenplay.Heard, error) {
	call, err := s.exchange.AnswerAs(s.phones[who], what)
	if err != nil {
		return nil, notRung(who)
	}
	s.calls[who], s.ended[who], s.ringing[who], s.rung[who] = call, false, false, false
	return s.heard(who), nil
}

func (s *wholeStage) LetRing(_ context.Context, who string) ([]screenplay.Heard, error) {
	if err := s.exchange.LetRing(s.phones[who]); err != nil {
		return nil, notRung(who)
	}
	s.rung[who] = false
	return s.heard(""), nil
}

func (s *wholeStage) Tasks(ctx context.Context) ([]screenplay.Heard, error) { return s.tasks(ctx) }

// reception is who answers there, as a play calls them.
const reception = "Reception"

// heard gathers what everybody heard since it was last asked: first whoever
// acted, then the others by name.
func (s *wholeStage) heard(acted string) []screenplay.Heard {
	var out []screenplay.Heard
	if leg, err := s.exchange.Call(s.gateway.practice.Reception.E164()); err == nil {
		out = append(out, said(leg.Heard(), reception)...)
	}
	var later []screenplay.Heard
	for _, who := range slices.Sorted(maps.Keys(s.calls)) {
		if who == acted {
			out = append(s.onCall(who, ""), out...)
		} else {
			later = append(later, s.onCall(who, who)...)
		}
	}
	out = append(out, later...)
	owners := slices.Sorted(maps.Keys(s.phones))
	// Of those who share a telephone, whoever acted reads what came.
	slices.SortStableFunc(owners, func(a, b string) int { return cmp.Compare(rank(a == acted), rank(b == acted)) })
	for _, who := range owners {
		if rings := s.exchange.RungAt(s.phones[who]); rings && !s.rung[who] {
			s.rung[who] = true
			out = append(out, telephoneRings(who))
		}
		to := who
		if who == acted {
			to = ""
		}
		for _, text := range s.exchange.Inbox(s.phones[who]) {
			h := screenplay.Heard{How: screenplay.Texted, To: to, Words: text.Body}
			if text.Carrier {
				h.By = "THE CARRIER"
			}
			out = append(out, h)
		}
	}
	return out
}

// rank puts what is true first.
func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// onCall is what one caller heard, and what became of the call.
func (s *wholeStage) onCall(who, to string) []screenplay.Heard {
	call := s.calls[who]
	out := said(call.Heard(), to)
	rings := call.Ringing() != ""
	if rings && !s.ringing[who] {
		out = append(out, receptionRings())
	}
	s.ringing[who] = rings
	if call.Ended() && !s.ended[who] {
		s.ended[who] = true
		out = append(out, callEnds(to))
	}
	return out
}

func notRung(who string) error { return fmt.Errorf("but %s's telephone does not ring", who) }

func telephoneRings(whose string) screenplay.Heard {
	return screenplay.Heard{How: screenplay.Happens, Words: whose + "'s telephone rings."}
}

func receptionRings() screenplay.Heard {
	return screenplay.Heard{How: screenplay.Happens, Words: "Reception's telephone rings."}
}

// callEnds tells that a call is over without the caller having hung up.
func callEnds(whose string) screenplay.Heard {
	words := "The call ends."
	if whose != "" {
		words = whose + "'s call ends."
	}
	return screenplay.Heard{How: screenplay.Happens, Words: words}
}

// said puts what a telephone heard as a play has it.
func said(heard []exchange.Heard, to string) []screenplay.Heard {
	var out []screenplay.Heard
	for _, h := range heard {
		words := screenplay.Heard{How: screenplay.Spoken, To: to, Words: h.Text}
		if lang, _, _ := strings.Cut(h.Language, "-"); lang != "en" {
			words.Language = lang
		}
		if h.Play != "" {
			words.How, words.Words = screenplay.Happens, "A recording is played."
		}
		out = append(out, words)
	}
	return out
}
