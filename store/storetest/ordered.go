package storetest

import (
	"time"

	"landline/store"
)

// ordered: a test that was ordered is waited for until a result of it comes, however
// it comes, and may be taken back.
func ordered(w *world) {
	doctor := asStaff(store.AsClinician, Mary)
	count := store.OrderedTest{Test: "full-blood-count", Name: words("blood count"), Ordered: Today, Due: Today.AddDays(3)}
	kidney := store.OrderedTest{Name: words("kidney test"), Ordered: Today.AddDays(-1), Due: Today.AddDays(3), Private: true}
	other := count
	other.Due = Today.AddDays(9)
	w.once(doctor, store.OrderTest{Test: count}, store.OrderTest{Test: kidney})
	w.want(w.do(doctor, store.OrderTest{Test: other}), store.Taken)
	w.want(w.do(asStaff(store.AsClinician, "nobody"), store.OrderTest{Test: count}), store.None)
	w.want(w.do(asStaff(store.AtReception, Mary), store.OrderTest{Test: other}), store.Refused)
	list := func(came ...bool) []store.OrderedTest {
		w.Helper()
		list := w.want(w.do(doctor, store.ReadOrdered{}), store.Done).Ordered
		for i := range came {
			if len(list) != len(came) || list[i].Came != came[i] {
				w.Fatalf("ordered: %+v, want come: %v", list, came)
			}
		}
		return list
	}
	w.want(w.do(doctor, store.OrderTest{Test: kidney}), store.Done)
	list(false, false)
	result := store.Result{ID: "kidney", Person: Mary, Name: words("Kidney Test"), Taken: Today.AddDays(-2), Status: store.Final, Release: store.ReleaseNever}
	early := store.Result{ID: "count", Person: Mary, Test: "full-blood-count", Name: words("count"), Taken: Today, Status: "preliminary", Release: store.ReleaseNow}
	bring := func() {
		w.Helper()
		if _, err := w.Record.Import(w.ctx, store.Batch{Results: []store.Result{result, early}}, w.now); err != nil {
			w.Fatal(err)
		}
	}
	bring() // one of before, and one that is not final
	list(false, false)
	result.Taken, early.Status = Today.AddDays(-1), store.Corrected
	bring() // that nobody may hear of it is no matter
	tests := list(true, true)
	w.once(doctor, store.WithdrawTest{Test: tests[0].ID}, store.WithdrawTest{Test: "none"})
	list(true)
	w.want(w.do(doctor, store.WithdrawTest{Test: tests[0].ID}), store.None)
	// Two of one test and day are told apart by what their orders are called elsewhere;
	// of a result that says of which it is, each knows whether it is theirs.
	ofOrders := func(due int, orders ...string) (all []store.OrderedTest) {
		for _, o := range orders {
			all = append(all, store.OrderedTest{Person: Tom, Test: "full-blood-count", Name: words("blood count"), Order: o, Ordered: Today, Due: Today.AddDays(due)})
		}
		return all
	}
	early.ID, early.Person, early.Taken, early.Orders = "of-one", Tom, Today.AddDays(-3), []string{"one"}
	for _, b := range []store.Batch{{Ordered: ofOrders(3, "one", "two")}, {Ordered: ofOrders(5, "one")}, {Results: []store.Result{early}}} {
		if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
			w.Fatal(err)
		}
	}
	toms := asStaff(store.AsClinician, Tom)
	for _, t := range w.want(w.do(toms, store.ReadOrdered{}), store.Done).Ordered {
		if one := t.Order == "one"; t.Came != one || (t.Due == Today.AddDays(5)) != one {
			w.Errorf("of two orders: %+v", t)
		}
		w.want(w.do(toms, store.WithdrawTest{Test: t.ID}), store.Done)
	}
	if out := w.want(w.do(asStaff(store.AsClinician, Tom), store.ReadOrdered{}), store.None); len(out.Ordered) != 0 {
		w.Errorf("of Tom: %+v", out.Ordered)
	}
}

// newsOfLateTests: on the day after it was due it is news that a result is late,
// unless it came, or the test was taken back, or is due another day by now.
func newsOfLateTests(w *world) {
	test := func(name string, due store.Day) store.OrderedTest {
		return store.OrderedTest{Person: Mary, Test: name, Name: words(name), Ordered: Today, Due: due}
	}
	due := Today.AddDays(3)
	bring := func(b store.Batch) {
		w.Helper()
		for range 2 {
			if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
				w.Fatal(err)
			}
		}
	}
	private := test("private", due)
	private.Private = true
	bring(store.Batch{Ordered: []store.OrderedTest{test("late", due), test("comes", due), test("moved", due), private}})
	doctor := asStaff(store.AsClinician, Mary)
	taken := w.want(w.do(doctor, store.OrderTest{Test: test("taken-back", due)}), store.Done).Ordered[0]
	bring(store.Batch{Ordered: []store.OrderedTest{test("moved", due.AddDays(4))}, Quiet: true})
	at := due.AddDays(1).Start(w.now.Location()).Add(store.NewsGathers)
	if soon := w.dueOf(store.Update, Mary, at.Add(-time.Second)); len(soon) != 0 {
		w.Errorf("before it was due: %+v", soon)
	}
	notices := w.dueOf(store.Update, Mary, at)
	if len(notices) != 1 || len(notices[0].News) != 5 || store.AllOpen(notices[0].News) {
		w.Fatalf("due: %+v", notices)
	}
	left := func(now time.Time) (names []string) {
		w.Helper()
		left, err := w.Record.NewsLeft(w.ctx, Mary, notices[0].News, now)
		if err != nil {
			w.Fatal(err)
		}
		for _, n := range left {
			names = append(names, n.Test.Name["en"])
		}
		return names
	}
	if names := left(at.AddDate(0, 0, -1)); len(names) != 0 {
		w.Errorf("late before its time: %v", names)
	}
	if names := left(at); len(names) != 4 {
		w.Errorf("late: %v", names)
	}
	w.want(w.do(doctor, store.WithdrawTest{Test: taken.ID}), store.Done)
	w.want(w.do(doctor, store.AddResult{Result: store.Result{Test: "comes", Name: words("it"), Taken: Today, Status: store.Final}}), store.Done)
	if names := left(at); len(names) != 2 {
		w.Errorf("late by now: %v", names)
	}
	if again := w.dueOf(store.Update, Mary, at.AddDate(0, 0, 4)); len(again) != 2 {
		w.Errorf("what is due another day: %+v", again)
	}
	by := as(Mary, store.ByPIN)
	by.Notice = notices[0].ID
	out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.AnswerNotice{Notice: by.Notice, Answer: store.HeardNews}, Now: at})
	if err != nil {
		w.Fatal(err)
	}
	for _, n := range w.want(out, store.Done).News {
		if n.Test == nil || n.Test.Private == (n.Test.Name != nil) {
			w.Errorf("told: %+v", n.Test)
		}
	}
	if w.dueOf(store.Update, Mary, at.AddDate(0, 0, 1)) != nil {
		w.Error("told again")
	}
}
