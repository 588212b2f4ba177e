package storetest

import "landline/store"

// A new PIN is given twice, and proves from then on in the place of the old one,
// also once the practice's file is imported again; by no text, at no lower level,
// and none that is easily guessed.
func newPIN(w *world) {
	tom := as(Tom, store.ByPIN)
	tom.Caller = TomPhone
	propose, confirm := store.ProposePIN{PIN: "7305"}, store.ConfirmPIN{PIN: "7305"}
	byText := tom
	byText.Channel = store.Text
	w.want(w.prove(byText, propose), store.Refused)
	w.want(w.prove(as(Tom, store.ByBirthday), propose), store.Refused)
	w.want(w.prove(w.forOther(Ann, Mary), propose), store.Refused)
	for _, weak := range []store.PIN{"1234", "7777", "0407", "12", "1985"} {
		w.want(w.prove(tom, store.ProposePIN{PIN: weak}), store.Wrong)
	}
	w.want(w.prove(tom, confirm), store.None)

	o := store.Order{ID: w.id(), By: tom, Request: propose, Now: w.now}
	for range 2 {
		w.want(w.tried(o), store.Done)
	}
	w.want(w.prove(tom, store.ConfirmPIN{PIN: "7306"}), store.Wrong)
	check := func(pin store.PIN, v store.Verdict) {
		w.Helper()
		w.want(w.prove(tom, store.CheckPIN{PIN: pin}), v)
	}
	check("9184", store.Done)
	later := w.now
	w.now = w.now.Add(store.ProposalLasts + 1)
	w.want(w.prove(tom, confirm), store.None)
	w.now = later
	o = store.Order{ID: w.id(), By: tom, Request: confirm, Now: w.now}
	for range 2 {
		w.want(w.tried(o), store.Done)
	}
	w.want(w.prove(tom, confirm), store.None)
	check("9184", store.Wrong)
	check("7305", store.Done)
	if _, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil {
		w.Fatal(err)
	}
	check("7305", store.Done)
}
