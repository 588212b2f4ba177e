package journeys

import (
	"landline/store"
)

// said is the same in both languages.
func said(english, welsh string) map[store.Language]string {
	return map[store.Language]string{"en": english, "cy": welsh}
}

// The questionnaires of the samples: one that may stand in a text, and one that
// may not.
var (
	visitAsk   = store.Ask{ID: "visit", Person: "mary", Questionnaire: "pre-visit", Title: said("Before your visit", "Cyn eich ymweliad")}
	feelingAsk = store.Ask{ID: "feeling", Person: "mary", Questionnaire: "phq-9", Title: said("How you have been feeling", "Sut rydych wedi bod yn teimlo"), Private: true}
)

// sampleQuestions are one of each kind that a branch tells apart, the private one
// as long as a question may be.
func sampleQuestions(a store.Ask) []store.Question {
	options := func(n int) []store.AnswerOption {
		all := []store.AnswerOption{
			{Answer: store.OfCode("", "0"), Words: said("Not at all", "Dim o gwbl")},
			{Answer: store.OfCode("", "1"), Words: said("Several days", "Sawl diwrnod")},
			{Answer: store.OfCode("", "2"), Words: said("More than half the days", "Mwy na hanner y dyddiau")},
			{Answer: store.OfCode("", "3"), Words: said("Nearly every day", "Bron bob dydd"), Alone: true},
			{Answer: store.OfCode("", "4"), Words: map[store.Language]string{"en": "Every single day"}},
		}
		return all[:n]
	}
	if a.Private {
		return []store.Question{{
			Item: "8", Kind: store.OneOf, Options: options(4), Page: 4, Required: true, Number: 8, Of: 10,
			Words: said(
				"Moving or speaking so slowly that other people could have noticed? Or the opposite, being so fidgety or restless that you have been moving around a lot more than usual",
				"Symud neu siarad mor araf fel y gallai pobl eraill fod wedi sylwi? Neu'r gwrthwyneb, bod mor aflonydd fel eich bod wedi symud o gwmpas llawer mwy nag arfer"),
			Given: []store.Answer{store.OfCode("", "2")},
			Lead:  said("Over the last two weeks, how often have you been bothered by each of these problems?", "Dros y pythefnos diwethaf, pa mor aml y mae pob un o'r problemau hyn wedi eich poeni?"),
		}}
	}
	ask := func(item string, kind store.AnswerKind, change ...func(*store.Question)) store.Question {
		q := store.Question{
			Item: item, Kind: kind, Number: 3, Of: 12, Page: 1, Longest: 8000,
			Words: said("Which of these would help you most when you come to see us?", "Pa un o'r rhain fyddai'n eich helpu fwyaf pan ddewch i'n gweld?"),
		}
		for _, c := range change {
			c(&q)
		}
		return q
	}
	required := func(q *store.Question) { q.Required = true }
	several := func(q *store.Question) { q.Repeats, q.Fewest, q.Most = true, 2, 3 }
	ten := func(q *store.Question) {
		q.Least, _ = store.OfNumber(store.WholeNumber, "1")
		q.Greatest, _ = store.OfNumber(store.WholeNumber, "10")
	}
	choose := func(n, page int) func(*store.Question) {
		return func(q *store.Question) { q.Options, q.Page = options(n), page }
	}
	lead := func(q *store.Question) {
		q.Before = []map[store.Language]string{said("Now about your medicines.", "Nawr am eich meddyginiaethau.")}
	}
	return []store.Question{
		ask("yes", store.YesOrNo, lead), ask("must", store.YesOrNo, required),
		ask("one", store.OneOf, choose(5, 4)), ask("some", store.OneOf, several, choose(5, 3)), ask("open", store.OneOfOrOwn, required, choose(4, 3)),
		ask("how-many", store.WholeNumber, ten), ask("how-bad", store.WholeNumber, ten, required), ask("how-much", store.AnyNumber, required),
		ask("when", store.ADate), ask("must-when", store.ADate, required),
		ask("why", store.LongWords), ask("must-why", store.ShortWords, required),
	}
}
