package storetest

import (
	"errors"
	"slices"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// Who may act for somebody is told to them, and taken back by them, at once and
// once; what the practice set is told apart and stays.
func carers(w *world) {
	mary, tom := as(Mary, store.ByPIN), as(Tom, store.ByPIN)
	both := []store.Scope{store.HearAppointments, store.BookAppointments}
	anns := store.Carer{ID: Ann, Given: "Ann", Family: "Jones", Scopes: both, Until: Today.AddDays(30)}
	toms := store.Carer{ID: Tom, Given: "Tom", Family: "Price", Kind: store.Attorney, Scopes: both[:1], Until: Today}
	grant := store.Grant{Carer: Tom, Subject: Mary, Kind: store.Attorney, Scopes: both[:1], Until: Today}
	if _, err := w.Record.Import(w.ctx, store.Batch{Grants: []store.Grant{grant}}, w.now); err != nil {
		w.Fatal(err)
	}
	hears := func(by store.Authority, want ...store.Carer) {
		w.Helper()
		if diff := cmp.Diff(want, w.do(by, store.ListGrants{}).Carers, cmp.Comparer(func(a, b store.Name) bool { return a.Reveal() == b.Reveal() })); diff != "" {
			w.Error(diff)
		}
	}
	w.want(w.do(as(Mary, store.ByBirthday), store.ListGrants{}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.ListGrants{}), store.Refused)
	w.want(w.do(tom, store.ListGrants{}), store.None)
	hears(mary, anns, toms)

	end := store.EndGrant{Carer: Ann}
	w.want(w.do(as(Mary, store.ByBirthday), end), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), end), store.Refused)
	w.want(w.do(tom, end), store.None)
	w.want(w.do(mary, store.EndGrant{Carer: "nobody"}), store.None)
	w.want(w.do(mary, store.EndGrant{Carer: Tom}), store.Refused)
	hears(mary, anns, toms)

	// What the carer's call knew of the grant before it was ended counts no more.
	before := w.forOther(Ann, Mary)
	o := store.Order{ID: w.id(), By: mary, Request: end, Now: w.now}
	w.want(w.order(o), store.Done)
	w.want(w.order(o), store.Done)
	w.want(w.do(mary, end), store.None)
	w.want(w.do(before, store.ListAppointments{Limit: 3}), store.Refused)
	w.want(w.do(before, store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 10, 0)}), store.Refused)
	w.want(w.do(as(Ann, store.ByPIN), store.ListCharges{}), store.None)
	hears(mary, toms)

	o.Request = store.EndGrant{Carer: Tom}
	if _, err := w.Record.Perform(w.ctx, o); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the id again for another: %v", err)
	}
	// The same row of an import does not bring it back.
	if _, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil {
		w.Fatal(err)
	}
	hears(mary, toms)
}

// A grant for a child that an import brings ends before the child's next
// review, also when the same row comes again after it.
func carersOfAChild(w *world) {
	child := Batch().People[0]
	child.Person.ID, child.Person.NHS, child.Person.Born = "child", "", store.BornOn(Today.AddDays(40-11*365-3))
	born := child.Person.Born.Day()
	birthday := store.Day{Year: born.Year + 11, Month: born.Month, Day: born.Day}
	grant := store.Grant{Carer: Ann, Subject: "child", Kind: store.Parent, Scopes: store.Scopes(), Until: Today.AddDays(300)}
	batch := store.Batch{People: []store.PersonRow{child}, Grants: []store.Grant{grant}}
	ends := func(want store.Day) {
		w.Helper()
		if _, err := w.Record.Import(w.ctx, batch, w.now); err != nil {
			w.Fatal(err)
		}
		if g, err := w.Record.Grant(w.ctx, Ann, "child"); err != nil || g.Until != want || g.Kind != store.Parent {
			w.Errorf("%+v, %v; want it to end on %s", g, err, want)
		}
	}
	ends(birthday.AddDays(-1))
	w.now = birthday.At(9, 0, London)
	ends(birthday.AddDays(-1))
	batch.Grants[0].Until = Today.AddDays(301) // staff have looked at it
	ends(Today.AddDays(301))
}

// Whom somebody has told, too, is theirs to choose, stays when the grant changes, and
// goes with it.
func carersTold(w *world) {
	mary, clerk := as(Mary, store.ByPIN), asStaff(store.AtReception, Mary)
	told := func(want ...store.PersonID) {
		w.Helper()
		got, err := w.Record.Copied(w.ctx, Mary, Today)
		if err != nil || !slices.Equal(got, want) {
			w.Errorf("told, too: %v, %v; want %v", got, err, want)
		}
		for _, c := range w.do(mary, store.ListGrants{}).Carers {
			if c.Copied != slices.Contains(want, c.ID) {
				w.Errorf("%s is told: %v", c.ID, c.Copied)
			}
		}
	}
	told()
	mark := store.CopyCarer{Carer: Ann, Copied: true}
	w.want(w.do(as(Mary, store.ByBirthday), mark), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), mark), store.Refused)
	w.want(w.do(mary, store.CopyCarer{Carer: Tom, Copied: true}), store.None)
	told()
	w.once(mary, mark, store.CopyCarer{Carer: Ann})
	told(Ann)
	w.want(w.do(mary, store.CopyCarer{Carer: Ann}), store.Done)
	told()
	w.want(w.do(clerk, mark), store.Done) // whom she asked to do it
	told(Ann)
	if later, err := w.Record.Copied(w.ctx, Mary, Today.AddDays(31)); err != nil || len(later) != 0 {
		w.Errorf("told after the last day: %v, %v", later, err)
	}

	grant := store.Grant{Carer: Ann, Scopes: []store.Scope{store.HearAppointments}, Until: Today.AddDays(9)}
	w.want(w.do(clerk, store.MakeGrant{Grant: grant}), store.Done)
	told(Ann)
	grant.Scopes = []store.Scope{store.UseMessages}
	w.want(w.do(clerk, store.MakeGrant{Grant: grant}), store.Done)
	told()
	w.want(w.do(mary, mark), store.None)
	grant.Scopes = store.Scopes()
	w.want(w.do(clerk, store.MakeGrant{Grant: grant}), store.Done)
	told(Ann)
	w.want(w.do(mary, store.EndGrant{Carer: Ann}), store.Done)
	w.want(w.do(clerk, store.MakeGrant{Grant: grant}), store.Done)
	told()
}

// What is new with somebody is told to the carer whom they have told, too, and once
// that it did not reach them was heard, staff need not try.
func newsOfCharges(w *world) {
	mary, ann := as(Mary, store.ByPIN), as(Ann, store.ByPIN)
	ann.Channel = store.Voice
	by := mary
	by.Channel = store.Voice
	w.want(w.do(by, store.BookSlot{Clinic: Clinics[1], Slot: Slot(Nurse, 4, 9, 0)}), store.Done)
	lost := w.dueOf(store.Confirmation, Mary, w.now)[0]
	w.saveNotice(lost, func(n *store.Notice) { n.Passed = w.now })
	news := []store.News{
		{What: store.ChargeChanged, Of: "change", Thing: string(Mary)},
		{What: store.ChargeUnreached, Of: "unreached", Thing: string(Mary), Notice: lost.ID},
	}
	if err := w.Deliveries.AddNews(w.ctx, Ann, w.now, w.now, news...); err != nil {
		w.Fatal(err)
	}
	left := func(want ...store.NewsKind) {
		w.Helper()
		got, err := w.Record.NewsLeft(w.ctx, Ann, news, w.now)
		if err != nil || len(got) != len(want) {
			w.Fatalf("left: %+v, %v; want %v", got, err, want)
		}
		for i, n := range got {
			if n.What != want[i] || n.Charge.Reveal() != "Mary" {
				w.Errorf("left: %+v; want %s", n, want[i])
			}
		}
	}
	left() // Mary has not said that Ann is told
	w.want(w.do(mary, store.CopyCarer{Carer: Ann, Copied: true}), store.Done)
	left(store.ChargeChanged, store.ChargeUnreached)

	n := w.dueOf(store.Update, Ann, w.now.Add(store.NewsGathers))[0]
	ann.Notice = n.ID
	order := store.Order{ID: w.id(), By: ann, Request: store.AnswerNotice{Notice: n.ID, Answer: store.HeardNews}, Now: w.now}
	for range 2 { // the same turn again hears the same
		out, err := w.Deliveries.Answer(w.ctx, order)
		if err != nil || out.Verdict != store.Done || len(out.News) != 2 {
			w.Fatalf("told: %+v, %v", out, err)
		}
	}
	kept, err := w.Deliveries.OpenNotice(w.ctx, lost.ID)
	if err != nil || !kept.Closed || kept.Why != store.CarerTold {
		w.Errorf("what did not reach Mary: %+v, %v", kept.Notice, err)
	}
	left(store.ChargeChanged)

	// Whoever rings about it, instead of answering, is told as well: once.
	waits := func(want bool) {
		w.Helper()
		out := w.do(as(Ann, store.ByPIN), store.WhatWaits{})
		if got := out.Waiting != nil && out.Waiting.Message && out.Waiting.News; got != want {
			w.Errorf("something waits: %v, want %v; %+v", got, want, out)
		}
	}
	waits(false)
	again := store.News{What: store.ChargeChanged, Of: "another change", Thing: string(Mary)}
	if err := w.Deliveries.AddNews(w.ctx, Ann, w.now, w.now, again); err != nil {
		w.Fatal(err)
	}
	waits(true)
	update, err := w.Deliveries.OpenNotice(w.ctx, n.ID)
	if err != nil {
		w.Fatal(err)
	}
	w.saveNotice(update, func(n *store.Notice) { n.Closed, n.Why = true, store.Arrived }) // the text, and nothing more is done
	waits(true)
	hears := func(by store.Authority, want store.Verdict) {
		w.Helper()
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.HearNews{}, Now: w.now})
		if err != nil || out.Verdict != want || want == store.Done && (len(out.News) != 1 || out.News[0].Of != again.Of) {
			w.Errorf("told: %+v, %v; want %s", out, err, want)
		}
	}
	hears(as(Ann, store.ByBirthday), store.Refused)
	hears(w.forOther(Ann, Mary), store.Refused)
	hears(as(Ann, store.ByPIN), store.Done)
	hears(as(Ann, store.ByPIN), store.None)
	hears(mary, store.None)
	waits(false)
	w.want(w.do(mary, store.EndGrant{Carer: Ann}), store.Done)
	left()
}
