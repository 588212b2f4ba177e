package crowd

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/flows/screenplay"
	"landline/handlers/twilio"
)

// The ways in which a call may leave the play.
const (
	strayEnded   stray = "the call had ended"
	strayNobody  stray = "nobody waited for it"
	strayThrough stray = "put through to reception"
)

// maxRedirects is how many documents in a row the carrier follows that wait for
// nobody.
const maxRedirects = 10

// performance is the stage of one play, for one cast.
type performance struct {
	*Crowd
	cast  int
	pace  *pace
	lines map[string]*line // the calls, by who rang
	read  int              // words in the last text
}

var _ screenplay.Stage = (*performance)(nil)

// line is one call.
type line struct {
	who, sid, from string
	waits          twilio.Verb     // a Gather or a Dial; nil: for nobody
	rest           twilio.Response // what follows the Gather
	heard          string          // since somebody last did something
	over           bool
}

// form is what the carrier posts about the call, and further names and values.
func (p *performance) form(l *line, status twilio.CallStatus, more ...string) url.Values {
	to := p.cfg.Line.E164()
	form := url.Values{
		"CallSid": {l.sid}, "AccountSid": {p.cfg.AccountSID}, "ApiVersion": {"2010-04-01"}, "Direction": {"inbound"},
		"CallStatus": {string(status)}, "From": {l.from}, "Caller": {l.from}, "To": {to}, "Called": {to},
	}
	for _, end := range []string{"From", "Caller", "To", "Called"} {
		for _, part := range []string{"City", "State", "Zip", "Country"} {
			form.Set(end+part, "")
		}
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// from is the number that the gateway is shown.
func (p *performance) from(phone screenplay.Phone) string {
	if phone.Withheld {
		return "anonymous"
	}
	return p.cfg.Phone(phone.Number, p.cast).E164()
}

func (p *performance) Ring(ctx context.Context, who string, from screenplay.Phone) ([]screenplay.Heard, error) {
	l := &line{who: who, sid: sid("CA"), from: p.from(from)}
	p.lines[who] = l
	return p.ask(ctx, l, "", turn{address: p.cfg.PublicURL + twilio.PathVoice, form: p.form(l, twilio.CallRinging)})
}

// ask takes a turn on the telephone and those to which its document leads, up
// to one that waits for somebody.
func (p *performance) ask(ctx context.Context, l *line, to string, t turn) ([]screenplay.Heard, error) {
	words := len(strings.Fields(l.heard))
	t.listens, l.heard = t.listens+time.Duration(words)*word, ""
	var heard []screenplay.Heard
	for range maxRedirects {
		var document twilio.Response
		err := p.turn(ctx, t, func(body []byte) (words string, err error) {
			document, err = twilio.ReadTwiML(body)
			l.waits, l.rest = nil, nil
			for i, verb := range document {
				heard = append(heard, l.hear(verb, to)...)
				if _, ok := verb.(twilio.Gather); ok {
					l.waits, l.rest = verb, document[i+1:]
					break
				}
			}
			return l.heard, err
		})
		if err != nil {
			l.over = true
			return nil, err
		}
		if l.waits != nil {
			return heard, nil
		}
		next, sentOn := last(document).(twilio.Redirect)
		if !sentOn {
			return append(heard, p.end(l, last(document), to)...), nil
		}
		t = turn{address: next.URL, form: p.form(l, twilio.CallAnswered)}
	}
	l.over = true
	err := failure("redirected too often")
	p.tally.Load().fail(err)
	return nil, err
}

func last(document twilio.Response) twilio.Verb {
	if len(document) == 0 {
		return nil
	}
	return document[len(document)-1]
}

// end is what happens on a document that does not go on: a telephone rings, or
// the call is over.
func (p *performance) end(l *line, verb twilio.Verb, to string) []screenplay.Heard {
	if _, ok := verb.(twilio.Dial); ok {
		l.waits = verb
		return []screenplay.Heard{{How: screenplay.Happens, Words: "Reception's telephone rings."}}
	}
	l.over = true
	words := "The call ends."
	if to != "" {
		words = to + "'s call ends."
	}
	return []screenplay.Heard{{How: screenplay.Happens, Words: words}}
}

// hear is what a verb says.
func (l *line) hear(verb twilio.Verb, to string) []screenplay.Heard {
	switch v := verb.(type) {
	case twilio.Say:
		words := spoken(v.Content)
		l.heard += " " + words
		h := screenplay.Heard{How: screenplay.Spoken, To: to, Words: words}
		if language, _, _ := strings.Cut(v.Language, "-"); language != "en" {
			h.Language = language
		}
		return []screenplay.Heard{h}
	case twilio.Gather:
		var out []screenplay.Heard
		for _, prompt := range v.Prompts {
			out = append(out, l.hear(prompt, to)...)
		}
		return out
	}
	return nil
}

// spoken is what a voice says, without the marks of speech.
func spoken(content []twilio.Speech) string {
	var out strings.Builder
	for _, part := range content {
		switch part := part.(type) {
		case twilio.Text:
			out.WriteString(string(part))
		case twilio.Break:
			out.WriteString(" ")
		case twilio.Prosody:
			out.WriteString(spoken(part.Content))
		case twilio.S:
			out.WriteString(" " + spoken(part.Content) + " ")
		case twilio.P:
			out.WriteString(" " + spoken(part.Content) + " ")
		case twilio.Lang:
			out.WriteString(spoken(part.Content))
		case twilio.SayAs:
			out.WriteString(part.Text)
		case twilio.Sub:
			out.WriteString(part.Alias)
		}
	}
	return out.String()
}

// gathers finds the question that somebody is asked on the telephone.
func (p *performance) gathers(who string) (*line, twilio.Gather, error) {
	l := p.lines[who]
	if l == nil || l.over {
		return nil, twilio.Gather{}, strayEnded
	}
	if _, ok := l.waits.(twilio.Dial); ok {
		return nil, twilio.Gather{}, strayThrough
	}
	g, ok := l.waits.(twilio.Gather)
	if !ok {
		return nil, twilio.Gather{}, strayNobody
	}
	return l, g, nil
}

func (p *performance) Press(ctx context.Context, who, keys string) ([]screenplay.Heard, error) {
	var heard []screenplay.Heard
	for keys != "" {
		l, g, err := p.gathers(who)
		if err != nil {
			return nil, err
		}
		digits, rest := taken(g, keys)
		keys = rest
		var more []screenplay.Heard
		if digits == "" {
			more, err = p.silent(ctx, l)
		} else {
			checks := len(digits) == 4 && strings.Contains(l.heard, "PIN")
			more, err = p.ask(ctx, l, "", turn{address: g.Action, form: p.form(l, twilio.CallAnswered, "Digits", digits), checks: checks})
		}
		if err != nil {
			return nil, err
		}
		heard = append(heard, more...)
	}
	return heard, nil
}

// taken is what a question takes of some keys, and what is left for the next.
func taken(g twilio.Gather, keys string) (digits, rest string) {
	finish := g.FinishOnKey
	switch finish {
	case "":
		finish = "#"
	case twilio.NoKey:
		finish = ""
	}
	for i := range len(keys) {
		if strings.IndexByte(finish, keys[i]) >= 0 {
			return keys[:i], keys[i+1:]
		}
		if i+1 == g.NumDigits {
			return keys[:i+1], keys[i+1:]
		}
	}
	return keys, ""
}

func (p *performance) Say(ctx context.Context, who, words string) ([]screenplay.Heard, error) {
	l, g, err := p.gathers(who)
	if err != nil || !strings.Contains(string(g.Input), "speech") {
		return nil, err // said to nobody
	}
	form := p.form(l, twilio.CallAnswered, "SpeechResult", words, "Confidence", "0.91")
	return p.ask(ctx, l, "", turn{address: g.Action, form: form})
}

func (p *performance) Silence(ctx context.Context, who string) ([]screenplay.Heard, error) {
	l, _, err := p.gathers(who)
	if err != nil {
		return nil, err
	}
	return p.silent(ctx, l)
}

// silent lets a question's time run out: the document goes on behind it.
func (p *performance) silent(ctx context.Context, l *line) ([]screenplay.Heard, error) {
	g := l.waits.(twilio.Gather)
	next, ok := last(l.rest).(twilio.Redirect)
	if !ok {
		return p.end(l, last(l.rest), ""), nil
	}
	return p.ask(ctx, l, "", turn{address: next.URL, form: p.form(l, twilio.CallAnswered), listens: g.Timeout})
}

func (p *performance) HangUp(ctx context.Context, who string) ([]screenplay.Heard, error) {
	l := p.lines[who]
	if l == nil || l.over {
		return nil, strayEnded
	}
	l.over = true
	return nil, nil
}

func (p *performance) Text(ctx context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	id := sid("SM")
	t := turn{address: p.cfg.PublicURL + twilio.PathSMS, listens: time.Duration(p.read) * word / 2, form: url.Values{
		"MessageSid": {id}, "SmsSid": {id}, "SmsMessageSid": {id}, "AccountSid": {p.cfg.AccountSID}, "ApiVersion": {"2010-04-01"},
		"SmsStatus": {"received"}, "From": {p.from(from)}, "To": {p.cfg.Line.E164()}, "Body": {words},
		"NumMedia": {"0"}, "NumSegments": {"1"},
	}}
	var heard []screenplay.Heard
	err := p.turn(ctx, t, func(body []byte) (string, error) {
		messages, err := twilio.ReadMessages(body)
		var all strings.Builder
		for _, m := range messages {
			heard = append(heard, screenplay.Heard{How: screenplay.Texted, Words: m.Body})
			all.WriteString(m.Body + "\n")
		}
		p.read = len(strings.Fields(all.String()))
		return all.String(), err
	})
	return heard, err
}

// dialling finds the call that rings at reception, or is through.
func (p *performance) dialling() (*line, twilio.Dial, error) {
	for _, who := range slices.Sorted(maps.Keys(p.lines)) {
		if d, ok := p.lines[who].waits.(twilio.Dial); ok && !p.lines[who].over {
			return p.lines[who], d, nil
		}
	}
	return nil, twilio.Dial{}, strayNobody
}

// AnswerReception hears the note that is for whoever answers.
func (p *performance) AnswerReception(ctx context.Context) ([]screenplay.Heard, error) {
	l, d, err := p.dialling()
	if err != nil || len(d.Numbers) == 0 || d.Numbers[0].URL == "" {
		return nil, err
	}
	form := p.form(l, twilio.CallAnswered, "CallSid", sid("CA"), "ParentCallSid", l.sid, "Direction", "outbound-dial")
	body, err := p.post(context.WithoutCancel(ctx), d.Numbers[0].URL, form)
	if err == nil {
		var note twilio.Response
		if note, err = twilio.ReadTwiML(body); err == nil {
			var heard []screenplay.Heard
			for _, verb := range note {
				heard = append(heard, (&line{}).hear(verb, "Reception")...)
			}
			return heard, nil
		}
		err = failure("unreadable")
	}
	p.tally.Load().fail(err)
	return nil, err
}

func (p *performance) LetReceptionRing(ctx context.Context) ([]screenplay.Heard, error) {
	return p.rang(ctx, twilio.CallNoAnswer)
}

func (p *performance) HangUpReception(ctx context.Context) ([]screenplay.Heard, error) {
	return p.rang(ctx, twilio.CallCompleted)
}

// rang tells how a transfer has ended.
func (p *performance) rang(ctx context.Context, status twilio.CallStatus) ([]screenplay.Heard, error) {
	l, d, err := p.dialling()
	if err != nil {
		return nil, err
	}
	form := p.form(l, twilio.CallAnswered, "DialCallStatus", string(status), "DialCallSid", sid("CA"))
	return p.ask(ctx, l, l.who, turn{address: d.Action, form: form})
}

// Advance is not asked for: New refuses a play in which time passes.
func (p *performance) Advance(context.Context, time.Duration) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// Owns is of no use: nobody is rung or texted unasked.
func (p *performance) Owns(string, screenplay.Phone) {}

// PickUp and the like are not asked for: New refuses a play in which time
// passes, and so one in which somebody is rung.
func (p *performance) PickUp(context.Context, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// Reply is nothing that a caller does.
func (p *performance) Reply(context.Context, string, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// LetGo is nothing that a caller does.
func (p *performance) LetGo(context.Context, string, screenplay.Phone, string, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// OrderTest is nothing that a caller does.
func (p *performance) OrderTest(context.Context, string, screenplay.Phone, string, bool, int) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// LookAt is nothing that a caller does.
func (p *performance) LookAt(context.Context, string, screenplay.Phone, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// Ask is nothing that a caller does.
func (p *performance) Ask(context.Context, string, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// LetRing is not asked for.
func (p *performance) LetRing(context.Context, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// MachineAnswers is not asked for.
func (p *performance) MachineAnswers(context.Context, string) ([]screenplay.Heard, error) {
	return nil, strayNobody
}

// Tasks are nothing that a caller sees.
func (p *performance) Tasks(context.Context) ([]screenplay.Heard, error) { return nil, nil }

// close hangs up wherever the play has left somebody on the telephone, and
// tells of each call that it has ended, as the carrier does. Nobody waits for
// that, so it is no turn.
func (p *performance) close(ctx context.Context) {
	for _, l := range p.lines {
		_, err := p.post(context.WithoutCancel(ctx), p.cfg.PublicURL+twilio.PathVoiceStatus, p.form(l, twilio.CallCompleted, "CallDuration", "60"))
		p.tally.Load().fail(err)
	}
}
