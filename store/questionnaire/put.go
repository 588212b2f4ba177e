package questionnaire

import "landline/store"

// lang is a language by its tag.
type lang = store.Language

// languages are the words as the rest of the house has them: those that were
// first written are in the questionnaire's own language.
func (q *Questionnaire) languages(w Words) map[store.Language]string {
	out := make(map[store.Language]string, len(w))
	for l, s := range w {
		if l != "" {
			out[l] = s
		}
	}
	if s, ok := w[""]; ok && out[q.Language] == "" {
		out[q.Language] = s
	}
	return out
}

// Name is the title for people; what has none is named by its id.
func (q *Questionnaire) Name() map[store.Language]string {
	if len(q.Title) == 0 {
		return map[store.Language]string{q.Language: q.ID}
	}
	return q.languages(q.Title)
}

// Put is the question as a conversation asks it.
func (q *Questionnaire) Put(asked Question) store.Question {
	i := asked.Item
	out := store.Question{
		Item: i.LinkID, Kind: i.Type, Words: q.languages(i.Words), Page: i.Page,
		Required: i.Required, Repeats: i.Repeats, Fewest: i.Fewest, Most: i.Most,
		Least: i.Least, Greatest: i.Greatest, Longest: longestOf(i),
		Number: asked.Number, Of: asked.Of, Given: asked.Given, Skipped: asked.Skipped,
		Lead: q.languages(asked.Lead),
	}
	for _, w := range asked.Before {
		out.Before = append(out.Before, q.languages(w))
	}
	for _, o := range i.Options {
		out.Options = append(out.Options, store.AnswerOption{Answer: o.Value, Words: q.languages(o.Words), Alone: o.Exclusive})
	}
	return out
}

func longestOf(i *Item) int {
	if i.Longest == 0 {
		return longestWords
	}
	return min(i.Longest, longestWords)
}
