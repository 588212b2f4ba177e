package voice_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/handlers/twilio/twimltest"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
)

// What a reply of each kind becomes.
func TestDocument(t *testing.T) {
	hello, welsh := prompts.Say("hello"), prompts.Say("welsh")
	welsh.In = prompts.Welsh
	lines := []prompts.Line{hello, prompts.Say("named", prompts.Text("Name", "Mary"))}
	var all [][]byte
	for name, r := range map[string]flows.Reply{
		"menu":             {Language: "en", Lines: lines, Then: flows.Wait, Collect: flows.Collect{OneKey: true, Speech: true, Hints: []string{"book", "a person", strings.Repeat("long ", 30)}}},
		"menu slower":      {Language: "en", Slow: true, Lines: lines, Then: flows.Wait, Collect: flows.Collect{OneKey: true}},
		"menu in Welsh":    {Language: "cy", Lines: lines, Then: flows.Wait, Collect: flows.Collect{OneKey: true, Speech: true}},
		"digits":           {Language: "en", Lines: lines, Then: flows.Wait, Collect: flows.Collect{MaxDigits: 8}},
		"any digits":       {Language: "en", Lines: lines, Then: flows.Wait, Collect: flows.Collect{Speech: true}},
		"Welsh in English": {Language: "en", Lines: []prompts.Line{hello, welsh, hello}, Then: flows.Wait, Collect: flows.Collect{OneKey: true}},
		"record":           {Language: "en", Lines: lines, Then: flows.Wait, Collect: flows.Collect{Record: true, MaxSeconds: 90}},
		"transfer":         {Language: "cy", Lines: lines, Then: flows.Transfer, Number: reception},
		"hang up":          {Language: "en", Lines: lines, Then: flows.HangUp},
		"nothing to say":   {Language: "en", Then: flows.Wait, Collect: flows.Collect{OneKey: true}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, says(r))
			doc := l.post("/twilio/voice/turn?t=3&l=en", form("Digits", "1"))
			l.golden(doc)
			all = append(all, []byte(doc))
		})
	}
	twimltest.Validate(t, all...)
}

func TestAVeryLongReplyIsSaidInSeveralPieces(t *testing.T) {
	long := prompts.Say("named", prompts.Text("Name", strings.Repeat("It goes on & on. ", 500)))
	l := newLine(t, says(flows.Reply{Language: "en", Lines: []prompts.Line{long}, Then: flows.HangUp}))
	if doc := l.post("/twilio/voice", form()); strings.Count(doc, "<Say") < 3 || strings.Contains(doc, "<Dial") {
		t.Errorf("%d pieces", strings.Count(doc, "<Say"))
	}
}

func TestWhatTheCallerDid(t *testing.T) {
	const again = ":again"
	recording := "https://api.example/Recordings/RE1"
	for name, c := range map[string]struct {
		path   string
		fields []string
		want   flows.Heard
		turn   int
		input  string // after the call and the turn
	}{
		"answered":          {"/twilio/voice", nil, flows.Heard{By: flows.Began}, 0, ""},
		"keyed":             {"/twilio/voice/turn?t=4&l=en", []string{"Digits", "2"}, flows.Heard{By: flows.Keyed, Text: "2"}, 4, ""},
		"star":              {"/twilio/voice/turn?t=4&l=en", []string{"Digits", "*"}, flows.Heard{By: flows.Keyed, Text: "*"}, 4, ""},
		"keyed and said":    {"/twilio/voice/turn?t=4&l=en", []string{"Digits", "2", "SpeechResult", "two"}, flows.Heard{By: flows.Keyed, Text: "2"}, 4, ""},
		"said":              {"/twilio/voice/turn?t=4&l=en", []string{"SpeechResult", "The nurse.", "Confidence", "0.9"}, flows.Heard{By: flows.Said, Text: "The nurse."}, 4, ""},
		"said nothing":      {"/twilio/voice/turn?t=4&l=en", []string{"SpeechResult", " "}, flows.Heard{By: flows.Silent}, 4, ""},
		"empty digits":      {"/twilio/voice/turn?t=4&l=en", []string{"Digits", ""}, flows.Heard{By: flows.Silent}, 4, ""},
		"silent":            {"/twilio/voice/turn?t=4&l=en&s=1", nil, flows.Heard{By: flows.Silent}, 4, ""},
		"silent, old keys":  {"/twilio/voice/turn?t=4&l=en&s=1", []string{"Digits", "7"}, flows.Heard{By: flows.Silent}, 4, ""},
		"talked":            {"/twilio/voice/turn?t=4&l=en", []string{"DialCallStatus", "completed"}, flows.Heard{By: flows.Connected}, 4, ""},
		"answered there":    {"/twilio/voice/turn?t=4&l=en", []string{"DialCallStatus", "answered"}, flows.Heard{By: flows.Connected}, 4, ""},
		"nobody there":      {"/twilio/voice/turn?t=4&l=en", []string{"DialCallStatus", "no-answer"}, flows.Heard{By: flows.NoAnswer}, 4, ""},
		"busy there":        {"/twilio/voice/turn?t=4&l=en", []string{"DialCallStatus", "busy"}, flows.Heard{By: flows.NoAnswer}, 4, ""},
		"failed there":      {"/twilio/voice/turn?t=4&l=en", []string{"DialCallStatus", "failed"}, flows.Heard{By: flows.NoAnswer}, 4, ""},
		"recorded":          {"/twilio/voice/turn?t=4&l=en", []string{"RecordingUrl", recording, "Digits", "#"}, flows.Heard{By: flows.Recorded, Text: store.Words(path.Base(recording))}, 4, ""},
		"recorded, 6":       {"/twilio/voice/turn?t=4&l=en", []string{"RecordingUrl", recording, "Digits", "6"}, flows.Heard{By: flows.Hushed, Text: store.Words(path.Base(recording))}, 4, ""},
		"recorded, hung up": {"/twilio/voice/turn?t=4&l=en", []string{"RecordingUrl", recording, "Digits", "hangup"}, flows.Heard{By: flows.Recorded, Text: store.Words(path.Base(recording))}, 4, ""},
		"person, recording": {"/twilio/voice/turn?t=4&l=en", []string{"RecordingUrl", recording, "Digits", "0"}, flows.Heard{By: flows.Keyed, Text: "0"}, 4, ""},
		"begun again":       {"/twilio/voice/turn?t=0&l=en&f=1", []string{"DialCallStatus", "no-answer"}, flows.Heard{By: flows.Began}, 0, ""},
		"asked again":       {"/twilio/voice/turn?t=4&l=en&f=1", []string{"DialCallStatus", "no-answer"}, flows.Heard{By: flows.Silent}, 4, again},
	} {
		t.Run(name, func(t *testing.T) {
			f := says(flows.Reply{Language: "en", Then: flows.HangUp})
			newLine(t, f).post(c.path, form(c.fields...))
			if len(f.arrived) != 1 {
				t.Fatalf("%d turns", len(f.arrived))
			}
			a := f.arrived[0]
			want := runner.Arrival{
				Conversation: sid, Input: store.InputID(sid + ":" + string(rune('0'+c.turn)) + c.input), Turn: c.turn,
				Channel: store.Voice, From: "+441632960101", Heard: c.want, Language: "en",
			}
			if a != want {
				t.Errorf("took %+v (%q), want %+v", a, a.Heard.Text.Reveal(), want)
			}
		})
	}
}

func TestAWithheldCallerIsAsWelcome(t *testing.T) {
	f := says(flows.Reply{Language: "en", Then: flows.HangUp})
	newLine(t, f).post("/twilio/voice", form("From", "anonymous"))
	if len(f.arrived) != 1 || f.arrived[0].From.Known() {
		t.Error("a withheld caller was not taken as one")
	}
}

// The store is away: what the caller hears, in each place they may be.
func TestApology(t *testing.T) {
	var all [][]byte
	for name, c := range map[string]struct {
		path   string
		fields []string
	}{
		"on answering":               {"/twilio/voice", nil},
		"in English":                 {"/twilio/voice/turn?t=3&l=en", []string{"Digits", "1"}},
		"in Welsh":                   {"/twilio/voice/turn?t=3&l=cy", []string{"Digits", "1"}},
		"in a language unknown here": {"/twilio/voice/turn?t=3&l=xx", []string{"Digits", "1"}},
		"nobody answered":            {"/twilio/voice/turn?t=3&l=cy&f=1", []string{"DialCallStatus", "no-answer"}},
		"after a transfer of theirs": {"/twilio/voice/turn?t=3&l=en", []string{"DialCallStatus", "busy"}},
		"they have talked":           {"/twilio/voice/turn?t=3&l=en&f=1", []string{"DialCallStatus", "completed"}},
		"an odd address":             {"/twilio/voice/turn?l=en", []string{"Digits", "1"}},
		"fallback":                   {"/twilio/voice/fallback", []string{"ErrorCode", "11200", "ErrorUrl", public + "/twilio/voice/turn?t=3&l=cy"}},
		"fallback, nothing known":    {"/twilio/voice/fallback", nil},
		"fallback, after apology":    {"/twilio/voice/fallback", []string{"ErrorUrl", public + "/twilio/voice/turn?t=3&l=en&f=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, away())
			doc := l.post(c.path, form(c.fields...))
			l.golden(doc)
			all = append(all, []byte(doc))
		})
	}
	twimltest.Validate(t, all...)
}

// After the apology nobody answered at reception, and the store is back: the
// conversation goes on with the same turn.
func TestTheConversationGoesOnWhenTheStoreIsBack(t *testing.T) {
	back := false
	f := &fake{take: func(a runner.Arrival) (runner.Taken, error) {
		if !back {
			return runner.Taken{}, store.ErrUnavailable
		}
		return runner.Taken{Reply: flows.Reply{Language: "cy", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait}, Next: a.Turn + 1}, nil
	}}
	l := newLine(t, f)
	sorry, err := twilio.ReadTwiML([]byte(l.post("/twilio/voice/turn?t=7&l=cy", form("Digits", "1"))))
	if err != nil {
		t.Fatal(err)
	}
	dial := sorry[len(sorry)-1].(twilio.Dial)
	next, err := url.Parse(dial.Action)
	if err != nil || dial.Numbers[0].Number != reception {
		t.Fatalf("%+v (%v)", dial, err)
	}
	back = true
	doc := l.post(next.RequestURI(), form("DialCallStatus", "no-answer"))
	if f.arrived[1].Turn != 7 || !strings.Contains(doc, "Helô") || !strings.Contains(doc, "t=8&amp;l=cy") {
		t.Errorf("turn %d: %s", f.arrived[1].Turn, doc)
	}
}

// The turn that the apology answered is still held when nobody answered at
// reception: the caller waits for it a few times, is not put through in a
// circle, and only then is told the number.
func TestATurnThatIsStillHeldIsWaitedFor(t *testing.T) {
	busy := true
	f := &fake{take: func(a runner.Arrival) (runner.Taken, error) {
		if busy {
			return runner.Taken{}, runner.ErrBusy
		}
		return runner.Taken{Reply: flows.Reply{Language: "en", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait}, Next: a.Turn + 1}, nil
	}}
	l := newLine(t, f)
	again := func(path string, fields ...string) (string, []twilio.Verb) {
		t.Helper()
		doc := l.post(path, form(fields...))
		verbs, err := twilio.ReadTwiML([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		last, ok := verbs[len(verbs)-1].(twilio.Redirect)
		if !ok {
			return "", verbs
		}
		next, err := url.Parse(last.URL)
		if err != nil {
			t.Fatal(err)
		}
		return next.RequestURI(), verbs
	}
	waits := 0
	path, verbs := again("/twilio/voice/turn?t=7&l=en&f=1", "DialCallStatus", "no-answer")
	first := path
	for ; path != "" && waits < 10; waits++ {
		if _, ok := verbs[0].(twilio.Pause); !ok {
			t.Errorf("no pause before %s", path)
		}
		path, verbs = again(path) // a redirect does not tell how the transfer ended
	}
	if _, ok := verbs[len(verbs)-1].(twilio.Hangup); !ok || waits < 1 || waits > 3 {
		t.Errorf("after %d waits: %+v", waits, verbs)
	}
	for _, a := range f.arrived {
		if a.Turn != 7 || a.Heard.By != flows.Silent || a.Input != f.arrived[0].Input {
			t.Errorf("%+v", a)
		}
	}
	busy = false
	if doc := l.post(first, form()); !strings.Contains(doc, "Hello") || !strings.Contains(doc, "t=8&amp;l=en") {
		t.Error(doc)
	}
}

func TestAReplyThatCannotBeSaidIsAnApology(t *testing.T) {
	for name, r := range map[string]flows.Reply{
		"no such line":     {Language: "en", Lines: []prompts.Line{prompts.Say("nowhere")}, Then: flows.HangUp},
		"no such language": {Language: "xx", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.HangUp},
		"no such end":      {Language: "en", Lines: []prompts.Line{prompts.Say("hello")}},
		"nobody to ring":   {Language: "en", Then: flows.Transfer},
	} {
		l := newLine(t, says(r))
		if doc := l.post("/twilio/voice/turn?t=3&l=en", form("Digits", "1")); !strings.Contains(doc, "Sorry. A person") || !strings.Contains(doc, reception.E164()) {
			t.Errorf("%s: %s", name, doc)
		}
	}
}

func TestAPanicIsAnApology(t *testing.T) {
	for path, want := range map[string]string{
		"/twilio/voice":                        "Sorry. A person",
		"/twilio/voice/turn?t=3&l=cy":          "ddrwg gennym",
		"/twilio/voice/turn?t=3&l=cy&f=1":      "Ffoniwch",
		"/twilio/voice/whisper":                "<Response/>",
		"/twilio/voice/turn?t=3&l=en&s=1&x=%2": "Sorry. A person",
	} {
		boom := func() { panic("about Mary Jones") }
		l := newLine(t, &fake{
			take: func(runner.Arrival) (runner.Taken, error) { boom(); return runner.Taken{}, nil },
			handover: func(context.Context, store.ConversationID) (flows.Conversation, error) {
				boom()
				return flows.Conversation{}, nil
			},
		})
		if doc := l.post(path, form("ParentCallSid", sid)); !strings.Contains(doc, want) {
			t.Errorf("%s: %s", path, doc)
		}
		if log := l.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "Mary") {
			t.Errorf("%s: logged %s", path, log)
		}
	}
}

func TestWhisper(t *testing.T) {
	trail := []flows.Mark{{Asked: "first", Answer: "1"}, {Asked: "kind", Answer: "the nurse"}, {Asked: "when", Answer: "morning"}, {Asked: "which?", Answer: "Tuesday <&>"}, {Asked: "right?", Answer: "silence"}, {Asked: "right?", Answer: "person"}}
	for name, c := range map[string]flows.Conversation{
		"nobody proved":  {Given: "Mary"},
		"by birthday":    {Given: "Mary", Family: "Jones", Level: 1, Trail: trail[:1]},
		"carer, by PIN":  {Given: "Ann", Level: 2, Subject: "mary", Charge: &store.Charge{Subject: "mary", Given: "Mary"}, Trail: trail, Language: prompts.Welsh},
		"through relay":  {Given: "Mary", Family: "Jones", Level: 1, Waits: true},
		"a carer, alone": {Given: "Ann", Level: 2, Subject: "ann", Charge: &store.Charge{Subject: "mary", Given: "Mary"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, &fake{handover: func(_ context.Context, id store.ConversationID) (flows.Conversation, error) {
				if id != sid {
					t.Errorf("asked for %s", id)
				}
				return c, nil
			}})
			l.golden(l.post("/twilio/voice/whisper", form("CallSid", "CA"+strings.Repeat("f", 32), "ParentCallSid", sid)))
		})
	}
}

func TestAWhisperNeverKeepsPeopleApart(t *testing.T) {
	slow := &fake{handover: func(ctx context.Context, _ store.ConversationID) (flows.Conversation, error) {
		if end, ok := ctx.Deadline(); !ok || time.Until(end) > 2*time.Second {
			t.Error("nothing bounds the wait")
		}
		return flows.Conversation{}, context.DeadlineExceeded
	}}
	wordless := &fake{handover: func(context.Context, store.ConversationID) (flows.Conversation, error) {
		return flows.Conversation{Level: 1, Given: "\xff", Trail: []flows.Mark{{}}}, nil
	}}
	for name, c := range map[string]struct {
		runner *fake
		parent string
	}{"away": {away(), sid}, "slow": {slow, sid}, "no parent": {away(), ""}} {
		if doc := newLine(t, c.runner).post("/twilio/voice/whisper", form("ParentCallSid", c.parent)); !strings.Contains(doc, "<Response/>") {
			t.Errorf("%s: %s", name, doc)
		}
	}
	newLine(t, wordless).post("/twilio/voice/whisper", form("ParentCallSid", sid))
}

// An address that was made for a call long over, sent by whoever kept it, is
// not acted on; and if somebody is there after all, they get a person.
func TestAnAddressOfACallLongOverIsNotActedOn(t *testing.T) {
	now := time.Date(2026, 9, 16, 9, 0, 0, 0, time.UTC)
	r := says(flows.Reply{Language: "en", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait, Collect: flows.Collect{OneKey: true}})
	l := newLine(t, r, func(c *voice.Config) { c.Links = c.Links.Dated(func() time.Time { return now }) })
	menu := l.post("/twilio/voice", form())
	_, rest, _ := strings.Cut(menu, `action="`+public)
	address, _, _ := strings.Cut(rest, "#")
	address = strings.ReplaceAll(address, "&amp;", "&")
	for _, c := range []struct {
		later time.Duration
		acted bool
	}{{time.Minute, true}, {4 * time.Hour, true}, {5 * time.Hour, false}, {8 * 24 * time.Hour, false}} {
		now = time.Date(2026, 9, 16, 9, 0, 0, 0, time.UTC).Add(c.later)
		before := len(r.arrived)
		document := l.post(address, form("Digits", "1"))
		if (len(r.arrived) > before) != c.acted || strings.Contains(document, "<Dial") == c.acted {
			t.Errorf("%s later: %d turns taken, %s", c.later, len(r.arrived)-before, document)
		}
	}
	now = now.Add(time.Hour)
	if document := l.post(address, form("DialCallStatus", "completed")); !strings.Contains(document, "<Hangup") || strings.Contains(document, "<Dial") {
		t.Errorf("who has talked to somebody goes round in a circle: %s", document)
	}
}

func TestStatusIsTakenNoteOf(t *testing.T) {
	if w := newLine(t, away()).serve(signed("/twilio/voice/status", form("CallStatus", "completed"))); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
}

// What is not a signed form of the carrier's never reaches the runner, and is
// logged without a word of what it said.
func TestWhatIsRefused(t *testing.T) {
	paths := []string{"/twilio/voice", "/twilio/voice/turn?t=1&l=en", "/twilio/voice/fallback", "/twilio/voice/whisper", "/twilio/voice/status"}
	request := func(path string, f url.Values, change func(*http.Request)) *http.Request {
		r := signed(path, f)
		change(r)
		return r
	}
	nothing := func(*http.Request) {}
	for name, c := range map[string]struct {
		status int
		make   func(path string) *http.Request
	}{
		"no signature": {403, func(p string) *http.Request {
			return request(p, form(), func(r *http.Request) { r.Header.Del(twilio.SignatureHeader) })
		}},
		"wrong signature": {403, func(p string) *http.Request {
			return request(p, form(), func(r *http.Request) { r.Header.Set(twilio.SignatureHeader, "AAAA") })
		}},
		"another path":    {403, func(p string) *http.Request { r := signed(p, form()); r.URL.RawQuery += "&t=9"; return r }},
		"added parameter": {403, func(p string) *http.Request { return tampered(p, form(), form("Digits", "1")) }},
		"not a form": {415, func(p string) *http.Request {
			return request(p, form(), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
		}},
		"oversized":  {413, func(p string) *http.Request { return signed(p, form("Extra", strings.Repeat("Jones", 20_000))) }},
		"malformed":  {400, func(p string) *http.Request { return tampered(p, form(), nil) }},
		"no call":    {400, func(p string) *http.Request { return request(p, form("CallSid", "Jones"), nothing) }},
		"odd digits": {400, func(p string) *http.Request { return request(p, form("Digits", "Jones"), nothing) }},
		"not a POST": {405, func(p string) *http.Request { r := signed(p, form()); r.Method = http.MethodGet; return r }},
	} {
		for _, path := range paths {
			f := &fake{take: func(runner.Arrival) (runner.Taken, error) { return runner.Taken{}, errors.New("taken") }}
			l := newLine(t, f)
			w := l.serve(c.make(path))
			if w.Code != c.status || len(f.arrived) > 0 || strings.Contains(w.Body.String(), "<Response") {
				t.Errorf("%s at %s: status %d, %d turns, %q", name, path, w.Code, len(f.arrived), w.Body)
			}
			if log := l.log.String(); strings.Contains(log, "Jones") || strings.Contains(log, "1632") {
				t.Errorf("%s at %s: logged %s", name, path, log)
			}
		}
	}
}

// tampered is a request signed for one form that brings another, or none that
// can be read.
func tampered(path string, signedForm, brought url.Values) *http.Request {
	body := "%zz=Jones"
	if brought != nil {
		body = brought.Encode()
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(twilio.SignatureHeader, twilio.Sign(token, public+path, signedForm))
	return r
}

func TestManyCallsAtOnce(t *testing.T) {
	taken := runner.Taken{Reply: flows.Reply{Language: "en", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait}, Next: 4}
	l := newLine(t, takes(func() (runner.Taken, error) { return taken, nil }))
	want := l.post("/twilio/voice/turn?t=3&l=en", form("Digits", "1"))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if got := l.serve(signed("/twilio/voice/turn?t=3&l=en", form("Digits", "1"))).Body.String(); got != want {
				t.Error(got)
			}
		})
	}
	wg.Wait()
}

// takes is a runner that notes nothing, for many at once.
type takes func() (runner.Taken, error)

func (f takes) Take(context.Context, runner.Arrival) (runner.Taken, error) { return f() }
func (f takes) Handover(context.Context, store.ConversationID) (flows.Conversation, error) {
	return flows.Conversation{}, store.ErrNotFound
}

func TestAHandlerThatCannotApologiseIsNotMade(t *testing.T) {
	verifier, err := twilio.NewVerifier(public, token)
	if err != nil {
		t.Fatal(err)
	}
	whole := voice.Config{
		Runner: away(), Words: words(t), Limits: admits(store.Admitted), Verifier: verifier, Reception: reception, Now: time.Now, Log: discard,
	}
	for name, change := range map[string]func(*voice.Config){
		"no runner":    func(c *voice.Config) { c.Runner = nil },
		"no reception": func(c *voice.Config) { c.Reception = "" },
		"no words":     func(c *voice.Config) { c.Words = &prompts.Catalogue{} },
	} {
		c := whole
		change(&c)
		if _, err := voice.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := voice.New(whole); err != nil {
		t.Error(err)
	}
}
