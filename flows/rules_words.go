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
