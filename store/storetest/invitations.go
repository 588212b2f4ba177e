package storetest

import (
	"errors"

	"landline/store"
)

// invited are the notices by which whoever was named is asked, oldest first.
func (w *world) invited() []store.KeptNotice {
	w.Helper()
	ids, err := w.Deliveries.DueNotices(w.ctx, w.now.Add(store.AskedAfter), 10)
	if err != nil {
		w.Fatal(err)
	}
	var out []store.KeptNotice
	for _, id := range ids {
		n, err := w.Deliveries.OpenNotice(w.ctx, id)
		if err != nil {
			w.Fatal(err)
		}
		if n.Kind == store.Invited {
			out = append(out, n)
		}
	}
	return out
}

// names has Mary name whoever has the number, and is the notice that asks them.
func (w *world) names(n store.Number) store.KeptNotice {
	w.Helper()
	before := w.invited()
	w.want(w.do(as(Mary, store.ByPIN), naming(n)), store.Done)
	for _, now := range w.invited() {
		known := false
		for _, old := range before {
			known = known || old.ID == now.ID
		}
		if !known {
			return now
		}
	}
	w.Fatal("nobody is asked")
	return store.KeptNotice{}
}

func naming(n store.Number) store.NameCarer {
	return store.NameCarer{Number: n, Scopes: []store.Scope{store.HearAppointments, store.HearResults}, Until: Today.AddDays(90)}
}

// asked is somebody in the conversation that a notice began.
func asked(p store.PersonID, level store.Level, n store.KeptNotice) store.Authority {
	by := as(p, level)
	by.Notice, by.Caller = n.ID, n.Number
	return by
}

// Whoever has the number that somebody named is asked, and may do nothing before
// they have agreed and are known to be the one who has it.
func invitations(w *world) {
	mary, tom := as(Mary, store.ByPIN), as(Tom, store.ByPIN)
	o := store.Order{ID: w.id(), By: mary, Request: naming(TomPhone), Now: w.now}
	for range 2 {
		w.want(w.order(o), store.Done)
	}
	notices := w.invited()
	if len(notices) != 1 || notices[0].Number != TomPhone || notices[0].Person != Mary || notices[0].Appointment != "" {
		w.Fatalf("asked by %+v", notices)
	}
	n := notices[0]
	w.want(w.do(mary, naming(TomPhone)), store.Wait)
	w.want(w.do(tom, store.ListCharges{}), store.None)
	if g, err := w.Record.Invitation(w.ctx, Mary, n.Invitation); err != nil || g.Holds(Today) || !g.Asked.Open(w.now) {
		w.Errorf("%+v, %v", g, err)
	}
	if _, err := w.Record.Invitation(w.ctx, Tom, n.Invitation); !errors.Is(err, store.ErrNotFound) {
		w.Error("another's invitation:", err)
	}

	hear, agree := store.HearInvitation{Notice: n.ID}, store.AnswerInvitation{Notice: n.ID, Agree: true}
	w.want(w.do(tom, hear), store.Refused)
	w.want(w.do(tom, agree), store.Refused)
	w.want(w.do(asked("", store.Unproved, n), hear), store.Refused)
	w.want(w.do(asked(Mary, store.ByBirthday, n), hear), store.None)
	w.want(w.do(asked(Mary, store.ByBirthday, n), agree), store.Refused)
	by := asked(Tom, store.ByBirthday, n)
	heard := w.want(w.do(by, hear), store.Done).Charges[0]
	if heard.Given.Reveal() != "Mary" || !heard.May(store.HearResults) || heard.Until != Today.AddDays(90) || heard.Subject != "" {
		w.Errorf("heard %+v", heard)
	}
	o = store.Order{ID: w.id(), By: by, Request: agree, Now: w.now}
	for range 2 {
		w.want(w.order(o), store.Done)
	}
	w.want(w.do(by, agree), store.None)
	if g, err := w.Record.Grant(w.ctx, Tom, Mary); err != nil || !g.Allows(store.HearResults, Today) || g.Allows(store.BookAppointments, Today) {
		w.Errorf("the grant is %+v, %v", g, err)
	}
	w.want(w.do(tom, store.ListCharges{}), store.Done)
	if left := w.invited(); len(left) != 0 {
		w.Errorf("asked again: %+v", left)
	}
	if carers := w.do(mary, store.ListGrants{}).Carers; len(carers) != 2 || carers[1].ID != Tom || carers[1].Asked != nil {
		w.Errorf("Mary hears of %+v", carers)
	}
	w.want(w.do(mary, store.EndGrant{Carer: Tom}), store.Done)
	w.want(w.do(tom, store.ListCharges{}), store.None)
}

// Who cannot be known by the number is not told who asks; staff find out who
// agreed. It is the same where several people have it, and where somebody proves
// themselves on it whose it is not.
func invitationsOfStrangers(w *world) {
	const nobodys = store.Number("+447700900199")
	for _, by := range []struct {
		number store.Number
		who    store.PersonID
		level  store.Level
	}{{nobodys, "", store.Unproved}, {TomPhone, "", store.Unproved}, {SharedPhone, Ravi, store.ByPIN}, {AnnPhone, Tom, store.ByPIN}} {
		n := w.names(by.number)
		agree := store.AnswerInvitation{Notice: n.ID, Agree: true}
		o := store.Order{ID: w.id(), By: asked(by.who, by.level, n), Request: agree, Now: w.now}
		for range 2 {
			w.want(w.order(o), store.Several)
		}
		if _, err := w.Record.Grant(w.ctx, by.who, Mary); by.who != "" && !errors.Is(err, store.ErrNotFound) {
			w.Errorf("%+v may act: %v", by, err)
		}
	}
	tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10)
	if err != nil || len(tasks) != 4 {
		w.Errorf("staff are told %+v, %v", tasks, err)
	}
	for _, task := range tasks {
		if task.Kind != store.EnrolCarer || task.Subject != Mary || task.Number == nobodys && task.Actor != "" {
			w.Errorf("staff are told %+v", task)
		}
	}
	for _, c := range w.do(as(Mary, store.ByPIN), store.ListGrants{}).Carers[1:] {
		if c.Asked == nil || c.Asked.State != store.Checking {
			w.Errorf("Mary hears of %+v", c)
		}
	}
}

// No is no, what is taken back counts no more, who does not answer in time is too
// late, and nobody has too many people asked.
func invitationsEnd(w *world) {
	mary := as(Mary, store.ByPIN)
	states := func() (out []store.InvitationState) {
		for _, c := range w.do(mary, store.ListGrants{}).Carers {
			if c.Asked != nil {
				out = append(out, c.Asked.State)
			}
		}
		return out
	}
	n := w.names(TomPhone)
	w.want(w.do(asked("", store.Unproved, n), store.AnswerInvitation{Notice: n.ID}), store.Done)
	w.want(w.do(asked(Tom, store.ByPIN, n), store.AnswerInvitation{Notice: n.ID, Agree: true}), store.None)
	w.want(w.do(mary, naming(TomPhone)), store.Wait)
	if s := states(); len(s) != 1 || s[0] != store.Declined {
		w.Error("declined:", s)
	}

	back := w.names(AnnPhone)
	w.want(w.do(mary, store.EndGrant{Asked: back.Invitation}), store.Done)
	w.want(w.do(mary, store.EndGrant{Asked: back.Invitation}), store.None)
	w.want(w.do(asked(Ann, store.ByBirthday, back), store.HearInvitation{Notice: back.ID}), store.None)
	w.want(w.do(asked(Ann, store.ByBirthday, back), store.AnswerInvitation{Notice: back.ID, Agree: true}), store.None)
	late := w.names(AnnPhone)
	w.now = w.now.Add(store.InvitationLasts)
	w.want(w.do(asked(Ann, store.ByBirthday, late), store.AnswerInvitation{Notice: late.ID, Agree: true}), store.None)

	for _, last := range []store.Number{"+447700900191", "+447700900192"} {
		w.names(last)
	}
	w.want(w.do(mary, naming("+447700900193")), store.Wait)
	w.now = w.now.Add(store.InvitationsKept)
	w.names("+447700900193")
	if s := states(); len(s) != 1 || s[0] != store.NotAnswered {
		w.Error("after a month:", s)
	}
}

// What staff set for the same two people stays, and a child's carer is named until
// the child's next review at most.
func invitationsBesideStaff(w *world) {
	attorney := store.Grant{Carer: Tom, Subject: Mary, Kind: store.Attorney, Scopes: store.Scopes(), Until: Today.AddDays(10)}
	child := Batch().People[0]
	child.Person.ID, child.Person.NHS, child.Person.Born = "child", "", store.BornOn(Today.AddDays(40-11*365-3))
	if _, err := w.Record.Import(w.ctx, store.Batch{People: []store.PersonRow{child}, Grants: []store.Grant{attorney}}, w.now); err != nil {
		w.Fatal(err)
	}
	n := w.names(TomPhone)
	w.want(w.do(asked(Tom, store.ByBirthday, n), store.AnswerInvitation{Notice: n.ID, Agree: true}), store.Done)
	if g, err := w.Record.Grant(w.ctx, Tom, Mary); err != nil || g.Kind != store.Attorney || g.Until != attorney.Until {
		w.Errorf("the attorney's grant is %+v, %v", g, err)
	}
	out := w.want(w.do(as("child", store.ByPIN), naming(AnnPhone)), store.Done)
	if until := out.Carers[0].Until; !until.Before(Today.AddDays(60)) {
		w.Error("a child's carer is named until", until)
	}
	for _, bad := range []store.NameCarer{
		{Number: AnnPhone, Scopes: store.Scopes()},
		{Number: AnnPhone, Scopes: store.Scopes(), Until: Today},
		{Number: AnnPhone, Scopes: store.Scopes(), Until: Today.AddDays(store.LongestGrant + 1)},
		{Number: AnnPhone, Scopes: []store.Scope{"all"}, Until: Today.AddDays(5)},
		{Number: AnnPhone, Until: Today.AddDays(5)},
		{Scopes: store.Scopes(), Until: Today.AddDays(5)},
	} {
		w.want(w.do(as(Mary, store.ByPIN), bad), store.Refused)
	}
}
