package flows

import (
	"fmt"
	"slices"

	"landline/prompts"
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
