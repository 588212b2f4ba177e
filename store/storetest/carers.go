package storetest

import (
	"errors"

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
