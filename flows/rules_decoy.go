package flows

import (
	"encoding/json"
	"fmt"
	"slices"

	"landline/store"
)

// decoysAlike: what follows a PIN is the same, word for word and state for
// state, whether it opened the record or a decoy. Turns that differ in nothing
// but what was opened are held against one another; whatever the record answers
// then, it answers to both alike. Only of what was taken up from a conversation
// at a higher level, or was for somebody else, nothing goes on in a decoy.
func decoysAlike(w *Walk) []string {
	type twin struct {
		before *Session
		heard  string
		asked  string
	}
	real := map[twin]*TakenTurn{}
	var decoys []twin
	of := map[twin]*TakenTurn{}
	for _, t := range w.proofs {
		i := slices.IndexFunc(t.Asked, opens)
		if t.Before != nil && (t.Before.Conversation.TakenUp || t.Before.Conversation.Charge != nil) {
			continue
		}
		key := twin{before: t.Before, heard: fmt.Sprint(t.Class, t.Index)}
		for n, a := range t.Asked {
			o := *a.Outcome
			o.Opens = ""
			if n > i {
				o = withoutPeople(o)
			}
			whole, err := json.Marshal(o) // what is personal redacts itself otherwise
			if err != nil {
				return []string{err.Error()}
			}
			key.asked += fmt.Sprint(a.At, a.Request.Verb(), string(whole))
		}
		if t.Asked[i].Outcome.Opens.Decoy() {
			decoys = append(decoys, key)
			of[key] = t
			continue
		}
		real[key] = t
	}
	if len(decoys) == 0 {
		return []string{"no decoy was ever opened"}
	}
	var faults []string
	for _, key := range decoys {
		d, r := of[key], real[key]
		switch {
		case r == nil:
			faults = append(faults, d.String()+": no turn of the record is like it")
		case d.After != r.After:
			faults = append(faults, fmt.Sprintf("%s: the decoy comes to %s, the record to %s", d, where(d.After.Conversation), where(r.After.Conversation)))
		case fmt.Sprint(d.Reply.Lines, d.Reply.Then, d.Reply.Collect) != fmt.Sprint(r.Reply.Lines, r.Reply.Then, r.Reply.Collect):
			faults = append(faults, d.String()+": the decoy says something else")
		}
	}
	return faults
}

// opens reports whether a request proved somebody by a PIN.
func opens(a Asked) bool { return a.Outcome.Opens != "" }

// withoutPeople is an outcome without the ids of whom it is about.
func withoutPeople(o store.Outcome) store.Outcome {
	o.Appointments = slices.Clone(o.Appointments)
	for i := range o.Appointments {
		o.Appointments[i].Person = ""
	}
	return o
}
