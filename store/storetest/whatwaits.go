package storetest

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// What waits is told as far as somebody may know of it: below level 2 only that
// there is a message. What may not be told as it stands waits for nobody.
func whatWaits(w *world) {
	mary, low := as(Mary, store.ByPIN), as(Mary, store.ByBirthday)
	waits := func(by store.Authority, want store.Waiting, asks int) {
		w.Helper()
		out := w.do(by, store.WhatWaits{})
		got := store.Waiting{}
		if out.Waiting != nil {
			got = *out.Waiting
		}
		verdict := store.Done
		if !want.Message && asks == 0 {
			verdict = store.None
		}
		if diff := cmp.Diff(want, got); diff != "" || len(out.Asks) != asks || out.Verdict != verdict {
			w.Errorf("%s, %d questionnaires\n%s", out.Verdict, len(out.Asks), diff)
		}
	}
	w.want(w.do(store.Authority{}, store.WhatWaits{}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.WhatWaits{}), store.Refused)
	waits(mary, store.Waiting{}, 0)
	w.withResults(
		result("held", 2, func(r *store.Result) { r.Release = store.ReleaseNever }),
		result("unreleased", 3, func(r *store.Result) { r.Released = time.Time{} }),
		result("delayed", 4, func(r *store.Result) { r.NotBefore = Today.AddDays(2) }),
		result("face-to-face", 5, func(r *store.Result) { r.InPerson = true }),
		result("sensitive", 6, func(r *store.Result) { r.Labels = []store.Label{"HIV"} }),
	)
	waits(mary, store.Waiting{}, 0)
	waits(low, store.Waiting{}, 0)
	w.withResults(result("newest", 1), result("older", 9))
	w.imported(store.Batch{Questionnaires: [][]byte{[]byte(feeling)}, Asks: []store.AskRow{{Person: Mary, Questionnaire: "feeling"}}})
	waits(low, store.Waiting{Message: true}, 1)
	waits(mary, store.Waiting{Message: true, Results: 2}, 1)
	if asks := w.do(low, store.WhatWaits{}).Asks; len(asks) != 1 || asks[0].Title != nil {
		w.Errorf("without the PIN it is called %+v", asks)
	}
	for _, id := range []store.ResultID{"newest", "older"} {
		w.want(w.do(mary, store.HearResult{Result: id, Upto: store.HeardTold}), store.Done)
	}
	waits(mary, store.Waiting{}, 1)
	w.want(w.do(mary, store.LeaveMessage{Words: "May I fly?"}), store.Done)
	for _, task := range w.openTasks() {
		if _, err := w.Record.AnswerMessage(w.ctx, task.ID, "Dr Lee", "You may.", w.now); err != nil {
			w.Fatal(err)
		}
	}
	waits(low, store.Waiting{Message: true}, 1)
	waits(mary, store.Waiting{Message: true, Answers: 1}, 1)
}

// What somebody came for themselves on three days is usual to them, what they came for
// on most days before the rest; it is told where it may be had.
func usual(w *world) {
	mary, low := as(Mary, store.ByPIN), as(Mary, store.ByBirthday)
	is := func(by store.Authority, want ...store.Service) {
		w.Helper()
		var got []store.Service
		if waiting := w.do(by, store.WhatWaits{}).Waiting; waiting != nil {
			got = waiting.Usual
		}
		if !slices.Equal(got, want) {
			w.Errorf("at level %d %q are usual, not %q", by.Level, got, want)
		}
	}
	turn := 0
	days := func(times int, actor store.PersonID, lines ...store.LedgerLine) {
		w.Helper()
		for range times {
			w.deed("call", turn, actor, lines...) // by text it is the same one for years
			w.now = w.now.AddDate(0, 0, 1)
			turn++
		}
	}
	heard, sent := line(store.HearResult{}, store.Done), line(store.SendReading{}, store.Done)
	is(mary)
	days(5, Ann, sent) // her carer's habits are not hers
	days(3, Mary, line(store.ListAppointments{}, store.Done), line(store.ListResults{}, store.None))
	days(1, Mary, sent, sent, sent, sent)
	days(1, Mary, sent, line(store.ListReadings{}, store.Done))
	is(mary)
	days(1, Mary, sent)
	is(mary, store.ServiceReadings)
	is(low, store.ServiceReadings)
	days(4, Mary, heard, heard)
	is(mary, store.ServiceResults, store.ServiceReadings)
	is(low, store.ServiceReadings)
	days(1, Mary, sent)
	is(mary, store.ServiceResults, store.ServiceReadings) // as many: as they are offered
	days(1, Mary, sent)
	is(mary, store.ServiceReadings, store.ServiceResults)
	w.want(w.do(mary, store.ChangeSetting{Setting: store.Listening, Option: store.SomebodyListens}), store.Done)
	is(low)
	is(mary, store.ServiceReadings, store.ServiceResults)
	// Habits of long ago are none.
	var busy []store.LedgerLine
	for range 20 {
		busy = append(busy, line(store.ListAppointments{}, store.Done))
	}
	days(6, Mary, busy...)
	is(mary)
}
