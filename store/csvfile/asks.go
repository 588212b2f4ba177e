package csvfile

import "landline/store"

// ask has somebody asked a questionnaire.
func (r *reader) ask(w row) {
	a := store.AskRow{
		Person: r.personID(w, "person"), Questionnaire: w.cells["questionnaire"],
		On: r.day(w, "day"), ByText: r.yes(w, "by_text"),
	}
	r.once(w.place, "", "questionnaire for the same person and day", string(a.Person)+"\x00"+a.Questionnaire+"\x00"+a.On.String())
	r.out.Batch.Asks = append(r.out.Batch.Asks, a)
	r.add("asks", w.place)
}
