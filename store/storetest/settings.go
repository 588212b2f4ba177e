package storetest

import (
	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// What somebody chose holds from then on, for them alone, whatever else they
// chose; only they choose, after the PIN, and only what there is.
func settings(w *world) {
	mary, tom := as(Mary, store.ByPIN), as(Tom, store.ByPIN)
	letters := store.ChangeSetting{Setting: store.ReachBy, Option: store.ByLetter}
	w.want(w.do(as(Mary, store.ByBirthday), store.ListSettings{}), store.Refused)
	w.want(w.do(as(Mary, store.ByBirthday), letters), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), letters), store.Refused)
	w.want(w.do(mary, store.ChangeSetting{Setting: store.ReachBy, Option: store.InBraille}), store.Refused)
	w.want(w.do(mary, store.ChangeSetting{}), store.Refused)
	if out := w.want(w.do(mary, store.ListSettings{}), store.Done); len(out.Preferences) != 0 || out.Preferences.Of(store.ReachBy) != store.ByTextOrCall {
		w.Errorf("before: %v", out.Preferences)
	}

	o := store.Order{ID: w.id(), By: mary, Request: letters, Now: w.now}
	for range 2 {
		w.want(w.order(o), store.Done)
	}
	w.want(w.do(mary, store.ChangeSetting{Setting: store.ReachHours, Option: store.EveningHours}), store.Done)
	want := store.Preferences{store.ReachBy: store.ByLetter, store.ReachHours: store.EveningHours}
	if diff := cmp.Diff(want, w.do(mary, store.ListSettings{}).Preferences); diff != "" {
		w.Error(diff)
	}
	kept, err := w.Record.Settings(w.ctx, Mary)
	if diff := cmp.Diff(want, kept); err != nil || diff != "" {
		w.Error(diff, err)
	}
	if out := w.do(tom, store.ListSettings{}); len(out.Preferences) != 0 {
		w.Errorf("Tom has %v", out.Preferences)
	}
	w.want(w.do(mary, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByTextOrCall}), store.Done)
	if kept, err := w.Record.Settings(w.ctx, Mary); err != nil || kept.Chosen(store.ReachBy) || !kept.Chosen(store.ReachHours) {
		w.Error(kept, err)
	}
}
