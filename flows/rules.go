package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"landline/prompts"
	"landline/prompts/segment"
	"landline/store"
)

// Rule is something that must hold of every conversation, of some of these
// kinds: what does not hold is told in words.
type Rule struct {
	Name string
	// Turn is asked of each turn as it is taken; "" is that it holds.
	Turn func(*Walk, *TakenTurn) string
	// Reply is asked of each reply that differs from those before, in each
	// language; "" is that it holds.
	Reply func(*Walk, *TakenTurn, prompts.Language) string
	// Whole is asked in the end, of all that was walked.
	Whole func(*Walk) []string
}

// Verdict is how a rule came out.
type Verdict struct {
	Rule   string
	Faults []string
}

// MaxChoices is how many choices a menu may have (needs.md, "What a call must
// be like").
const MaxChoices = 4

// maxSilence is how many silences in a row there can be before a call ends.
const maxSilence = 12

// Check holds every rule against what was walked.
func (w *Walk) Check() []Verdict {
	var verdicts []Verdict
	for _, r := range Rules() {
		faults := slices.Clone(w.faults[r.Name])
		if r.Whole != nil {
			faults = append(faults, r.Whole(w)...)
		}
		slices.Sort(faults)
		verdicts = append(verdicts, Verdict{r.Name, slices.Compact(faults)})
	}
	return verdicts
}

// Rules lists them all.
func Rules() []Rule {
	return []Rule{
		{Name: "every state can be reached", Whole: everyState},
		{Name: "every edge leads somewhere that exists", Whole: everyEdge},
		{Name: "every outcome of every request leads somewhere", Whole: everyOutcome, Turn: noTrouble},
		{Name: "no turn loops without the caller", Turn: noLoop},
		{Name: "every session can reach an end", Whole: everyEnd},
		{Name: "a person is one key away in every menu and question", Whole: personNear},
		{Name: "who may be listened to can end at once, as at a wrong number", Whole: endsInnocently},
		{Name: "silence leads on, and ends only once a call-back is spoken of", Whole: leadsOn(Silence)},
		{Name: "nonsense leads on, and ends only once a call-back is spoken of", Whole: leadsOn(Nonsense)},
		{Name: "the second miss is said another way", Turn: saidOtherwise},
		{Name: "nothing about a person is said below its level", Turn: levelOfWords},
		{Name: "what is sensitive or private is named to the person alone, after the PIN", Turn: sensitiveWords},
		{Name: "no journey needs the policy's refusal", Turn: policyHolds},
		{Name: "nothing is said to be done before its outcome", Turn: claimsHold},
		{Name: "no write follows a read within a turn", Turn: noWriteAfterRead},
		{Name: "nothing is changed without a read-back and a yes", Turn: readBack},
		{Name: "whom to ring about a reading is said as severe as it is, and always then", Turn: severityHolds},
		{Name: "a decoy is told as the record is", Whole: decoysAlike},
		{Name: "whom to ring about an answer that concerns a danger is said at once", Turn: dangerHolds},
		{Name: "at most four choices, three of a list unless they are short, in number order", Turn: fewChoices},
		{Name: "an input is only ever of a class that the grammar declares", Whole: declaredClasses},
		{Name: "every prompt can be said and written in every language", Reply: everyLanguage},
		{Name: "a sentence lasts at most 12 s, a whole prompt 30 s", Reply: shortEnough},
		{Name: "a written reply has at most 2 segments", Reply: fewSegments},
		{Name: "the catalogue is whole, and asks for no word that the carrier keeps", Whole: catalogueHolds},
	}
}

// hold asks the rules of a turn that was just taken.
func (w *Walk) hold(t *TakenTurn) {
	for _, r := range w.rules {
		if r.Turn != nil {
			w.note(r, t, "", r.Turn(w, t))
		}
	}
	if t.After == nil || !w.isNew(t) {
		return
	}
	for _, r := range w.rules {
		if r.Reply == nil {
			continue
		}
		for _, lang := range prompts.Languages() {
			w.note(r, t, " ("+string(lang)+")", r.Reply(w, t, lang))
		}
	}
}

func (w *Walk) note(r Rule, t *TakenTurn, how, fault string) {
	if fault != "" {
		w.faults[r.Name] = append(w.faults[r.Name], t.String()+how+": "+fault)
	}
}

// isNew reports whether a turn's reply differs from those before.
func (w *Walk) isNew(t *TakenTurn) bool {
	id := fmt.Sprint(t.Reply.Lines, t.Reply.Then, t.After.Conversation.Channel == store.Text)
	if w.replies[id] {
		return false
	}
	w.replies[id] = true
	return true
}

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

// saidOtherwise: after a second miss in a row, more is different than that one
// is sorry or is not.
func saidOtherwise(w *Walk, t *TakenTurn) string {
	if t.Before == nil || t.After == nil || t.Before.Conversation.Misses != 1 || t.After.Conversation.Misses != 2 {
		return ""
	}
	if slices.Equal(w.keysButSorry(t.Before.Reply), w.keysButSorry(t.Reply)) {
		return "the second miss is answered as the first: " + keysOf(t.Reply)
	}
	return ""
}

func (w *Walk) keysButSorry(r Reply) []prompts.Key {
	var keys []prompts.Key
	for _, l := range r.Lines {
		if l.Key != w.Engine.book.Sorry && l.Key != w.Engine.book.Fault {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

func (w *Walk) speaksOfCallBack(r Reply) bool { return saysAny(r, w.Engine.book.CallBack...) }

func saysAny(r Reply, keys ...prompts.Key) bool {
	return slices.ContainsFunc(r.Lines, func(l prompts.Line) bool { return slices.Contains(keys, l.Key) })
}

func levelOfWords(w *Walk, t *TakenTurn) string {
	for _, l := range t.Reply.Lines {
		about, c := w.Engine.catalogue.About(l.Key), t.After.Conversation
		// A text that we begin goes to the person's own number.
		begun := c.Outgoing != nil || t.Before != nil && t.Before.Conversation.Outgoing != nil
		toThem := about.Registered && begun && c.Channel == store.Text
		if need := store.Level(about.Level); c.Level < need && !toThem {
			return fmt.Sprintf("%s is said at level %d", l.Key, t.After.Conversation.Level)
		}
	}
	return ""
}

// sensitiveWords: a line about a person that names a sensitive clinic, or says
// what a private questionnaire is or asks.
func sensitiveWords(w *Walk, t *TakenTurn) string {
	if t.After == nil {
		return ""
	}
	c := t.After.Conversation
	if c.Level >= store.ByPIN && c.Charge == nil {
		return ""
	}
	for _, l := range t.Reply.Lines {
		if w.Engine.catalogue.About(l.Key).Level == 0 {
			continue
		}
		for _, a := range l.Args {
			for _, name := range w.sensitive {
				if strings.Contains(a.Text, name) {
					return fmt.Sprintf("%s names what is sensitive", l.Key)
				}
			}
		}
	}
	return ""
}

// sensitiveNames are the words that name the world's sensitive clinics, and what
// its private questionnaires are and ask.
func sensitiveNames(w World) []string {
	var names []string
	for _, o := range w.Outcomes(store.FindQuestion{Ask: store.Ask{Private: true}}, View{Now: w.Now()}) {
		for _, a := range o.Asks {
			names = slices.AppendSeq(names, maps.Values(a.Title))
		}
		if o.Question != nil {
			names = slices.AppendSeq(names, maps.Values(o.Question.Words))
		}
	}
	for _, o := range w.Outcomes(store.ListClinics{}, View{Now: w.Now()}) {
		for _, c := range o.Clinics {
			if c.Sensitive {
				names = slices.AppendSeq(names, maps.Values(c.Name))
			}
		}
	}
	return names
}

func policyHolds(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		if d := store.Allow(a.By, a.Request, store.DayOf(w.World.Now())); !d.Allowed {
			return fmt.Sprintf("%s would be refused: %s", a.Request.Verb(), d.Reason)
		}
	}
	return ""
}

func claimsHold(w *Walk, t *TakenTurn) string {
	for _, l := range t.Reply.Lines {
		claim := store.Verb(w.Engine.catalogue.About(l.Key).Claims)
		if claim != "" && !slices.ContainsFunc(t.Asked, func(a Asked) bool {
			return a.Request.Verb() == claim && a.Outcome.Verdict == store.Done
		}) {
			return fmt.Sprintf("%s is said, but no %s was done", l.Key, claim)
		}
	}
	return ""
}

func noWriteAfterRead(_ *Walk, t *TakenTurn) string {
	read := store.Verb("")
	for _, a := range t.Asked {
		if !a.Request.Writes() {
			read = a.Request.Verb()
		} else if read != "" {
			return fmt.Sprintf("%s follows %s", a.Request.Verb(), read)
		}
	}
	return ""
}

func readBack(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		switch r := a.Request.(type) {
		case store.AnswerInvitation:
			if !r.Agree {
				continue
			}
		case store.BookSlot, store.MoveAppointment, store.CancelAppointment, store.JoinWaitingList, store.EndGrant, store.NameCarer, store.ChangeSetting, store.SendReading, store.SetChoice:
		default:
			continue
		}
		verb := string(a.Request.Verb())
		if t.Class != Yes || t.Before == nil || !slices.ContainsFunc(t.Before.Reply.Lines, func(l prompts.Line) bool {
			return slices.Contains(w.Engine.catalogue.About(l.Key).ReadsBack, verb)
		}) {
			return verb + " without a read-back and a yes"
		}
	}
	return ""
}

// severityHolds: the lines that name whom to ring are those of the outcome's
// severity, in the turn in which it was kept, and never fail there.
func severityHolds(w *Walk, t *TakenTurn) string {
	severity := store.NotSevere
	for _, a := range t.Asked {
		if _, sends := a.Request.(store.SendReading); sends {
			for _, r := range a.Outcome.Readings {
				severity = max(severity, r.Severity)
			}
		}
	}
	said := store.NotSevere
	for _, l := range t.Reply.Lines {
		if s, names := w.Engine.book.Severe[l.Key]; names {
			if s != severity {
				return fmt.Sprintf("%s is said of a reading of severity %d", l.Key, severity)
			}
			said = s
		}
	}
	if said != severity {
		return fmt.Sprintf("of a reading of severity %d it is not said whom to ring", severity)
	}
	return ""
}

// dangerHolds: staff were told by then; the person is told so, and whom to ring.
func dangerHolds(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		if !a.Outcome.Urgent {
			continue
		}
		for _, key := range w.Engine.book.Danger {
			if !saysAny(t.Reply, key) {
				return fmt.Sprintf("%s is not said", key)
			}
		}
	}
	return ""
}

func fewChoices(w *Walk, t *TakenTurn) string {
	if t.Reply.Then != Wait {
		return ""
	}
	said := 0
	for _, l := range t.Reply.Lines {
		if key, ok := l.Args["Key"]; ok {
			said++
			if key.Text != fmt.Sprint(said) {
				return fmt.Sprintf("choice %s is said in place %d", key.Text, said)
			}
		}
	}
	st := &step{engine: w.Engine, c: t.After.Conversation, in: Input{Now: w.World.Now()}}
	_, state := st.where()
	if state == nil || state.Wait == nil {
		return ""
	}
	ctx := w.Engine.context(state, st.view())
	if said > MaxChoices {
		return fmt.Sprintf("%d choices", said)
	}
	most := PageSize
	if list, is := state.Wait.(Pick); is && list.Most > 0 {
		most = min(list.Most, MaxChoices)
	}
	if n := len(ctx.Items); n > most {
		return fmt.Sprintf("%d of a list at a time", n)
	}
	return ""
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

func everyLanguage(w *Walk, t *TakenTurn, lang prompts.Language) string {
	for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
		if _, err := w.Engine.Render(t.Reply, lang, form); err != nil {
			return err.Error()
		}
	}
	return ""
}

func shortEnough(w *Walk, t *TakenTurn, lang prompts.Language) string {
	words, err := w.Engine.Render(t.Reply, lang, prompts.Spoken)
	if err != nil || t.After.Conversation.Channel != store.Voice {
		return ""
	}
	whole := time.Duration(0)
	for i, line := range words {
		whole += prompts.Seconds(line)
		for _, s := range prompts.Sentences(line) {
			if d := prompts.Seconds(s); d > prompts.LongestSentence {
				return fmt.Sprintf("%s lasts %s", t.Reply.Lines[i].Key, d.Round(time.Second/10))
			}
		}
	}
	if whole > prompts.LongestPrompt {
		return fmt.Sprintf("the prompt lasts %s: %s", whole.Round(time.Second/10), keysOf(t.Reply))
	}
	return ""
}

func keysOf(r Reply) string {
	var keys []string
	for _, l := range r.Lines {
		keys = append(keys, string(l.Key))
	}
	return strings.Join(keys, " ")
}

func fewSegments(w *Walk, t *TakenTurn, lang prompts.Language) string {
	words, err := w.Engine.Render(t.Reply, lang, prompts.Written)
	if err != nil || t.After.Conversation.Channel != store.Text {
		return ""
	}
	text := strings.Join(words, "\n")
	if n, _ := segment.Count(text); n > prompts.MostSegments {
		return fmt.Sprintf("%d segments: %s", n, keysOf(t.Reply))
	}
	return ""
}

func catalogueHolds(w *Walk) []string {
	var faults []string
	for _, f := range w.Engine.catalogue.Check() {
		faults = append(faults, f.String())
	}
	return faults
}
