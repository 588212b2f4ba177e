package storetest

import "landline/store"

// What is chosen holds at once, once, for the person alone.
func sharing(w *world) {
	mary := as(Mary, store.ByPIN)
	no := store.SetChoice{Audience: store.Hospitals, Category: store.Medicines}
	w.want(w.do(as(Mary, store.ByBirthday), store.ListChoices{}), store.Refused)
	w.want(w.do(as(Mary, store.ByBirthday), no), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.ListChoices{}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), no), store.Refused)
	if out := w.want(w.do(mary, store.ListChoices{}), store.Done); len(out.Choices) != 0 {
		w.Errorf("chosen before anything was: %v", out.Choices)
	}
	w.want(w.do(mary, store.SetChoice{Audience: "everybody", Category: store.Everything}), store.Refused)
	w.want(w.do(mary, store.SetChoice{Audience: store.Extras, Category: store.Medicines}), store.Refused)
	order := store.Order{ID: w.id(), By: mary, Request: no, Now: w.now}
	for range 2 { // the second is the carrier's retry
		w.want(w.order(order), store.Done)
	}
	out := w.want(w.do(mary, store.ListChoices{}), store.Done)
	if len(out.Choices) != 1 || store.Shares(out.Choices, store.Hospitals, store.Medicines) || !out.Choices[0].At.Equal(w.now) {
		w.Errorf("chosen: %+v", out.Choices)
	}
	w.want(w.do(mary, store.SetChoice{Audience: store.Hospitals, Category: store.Medicines, Share: true}), store.Done)
	if out := w.want(w.do(mary, store.ListChoices{}), store.Done); !store.Shares(out.Choices, store.Hospitals, store.Medicines) {
		w.Errorf("taken back: %+v", out.Choices)
	}
	if out := w.want(w.do(as(Tom, store.ByPIN), store.ListChoices{}), store.Done); len(out.Choices) != 0 {
		w.Error("somebody else chose too")
	}
}
