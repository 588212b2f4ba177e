package outreach

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// work is a notice under work, with what is known of its person now.
type work struct {
	*Desk
	kept        store.KeptNotice
	person      store.Person
	appointment store.Appointment
	reach       store.Reach
	now         time.Time
}

// work takes up one notice: decides, notes what it is about to do, does it, and
// notes what came of it. Somebody else's change in between leaves it to them.
func (d *Desk) work(ctx context.Context, kept store.KeptNotice) error {
	w, err := d.concerning(ctx, kept)
	if err != nil {
		return err
	}
	if err := w.tellOfLate(ctx); err != nil {
		return err
	}
	if err := w.copyCarers(ctx); err != nil {
		return err
	}
	step := store.NextStep(w.kept.Notice, w.reach, w.now)
	d.decided.WithLabelValues(string(w.kept.Kind), string(step.Do), string(step.Why)).Inc()
	err = w.take(ctx, step)
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// open reads a notice and what is known of its person.
func (d *Desk) open(ctx context.Context, id store.NoticeID) (*work, error) {
	kept, err := d.Deliveries.OpenNotice(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.concerning(ctx, kept)
}

// concerning reads what is known of a notice's person.
func (d *Desk) concerning(ctx context.Context, kept store.KeptNotice) (_ *work, err error) {
	w := &work{Desk: d, kept: kept, now: d.Now().In(d.Zone), reach: store.Reach{Zone: d.Zone}}
	if kept.Closed {
		return w, nil
	}
	if kept.Kind == store.RingBack {
		w.reach.Numbers = []store.ReachNumber{{Number: kept.Number}}
		if kept.Person == "" {
			return w, nil
		}
		p, err := d.Record.Person(ctx, kept.Person)
		w.reach.Standing = p.Standing
		if errors.Is(err, store.ErrNotFound) {
			err = nil // whoever they are, they asked to be rung
		}
		return w, err
	}
	if w.person, err = d.Record.Person(ctx, kept.Person); err == nil {
		err = w.about(ctx)
	}
	if errors.Is(err, store.ErrNotFound) || w.reach.Gone {
		w.reach.Gone = true
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	w.reach.TextOnly = w.person.TextOnly
	w.reach.Standing, w.reach.Zone = w.person.Standing, w.person.Zone(d.Zone)
	numbers := w.person.Numbers
	if kept.Kind == store.Invited || kept.Kind == store.CodeAsked { // whose wishes nobody knows
		numbers = []store.Number{kept.Number}
	} else if w.reach.Wishes, err = d.Record.Settings(ctx, kept.Person); err != nil {
		return nil, err
	}
	w.reach.Numbers, err = d.Deliveries.Learnt(ctx, kept.Person, numbers)
	for i := range w.reach.Numbers {
		n := &w.reach.Numbers[i]
		n.Texts = n.Texts && n.Number.Mobile()
	}
	return w, err
}

// about reads what the notice is to tell.
func (w *work) about(ctx context.Context) (err error) {
	switch {
	case w.kept.Kind == store.Invited:
		g, err := w.Record.Invitation(ctx, w.kept.Person, w.kept.Invitation)
		w.reach.Gone = err == nil && !g.Asked.Open(w.now)
		return err
	case w.kept.Kind == store.Note, w.kept.Kind == store.CodeAsked: // whatever there is by now
	case w.kept.Kind == store.Update:
		w.reach.News, err = w.Record.NewsLeft(ctx, w.kept.Person, w.kept.News, w.now)
	case w.kept.Slot != nil:
		var offer store.Offer
		offer, err = w.Record.Offer(ctx, w.kept.Person, *w.kept.Slot, w.now)
		w.appointment = store.Appointment{Slot: offer.Slot, Clinic: offer.Clinic}
	case w.kept.Lost != nil:
		w.appointment = *w.kept.Lost
		w.appointment.Slot.Start = w.appointment.Slot.Start.In(w.Zone)
	default:
		w.appointment, err = w.Record.Appointment(ctx, w.kept.Person, w.kept.Appointment)
	}
	return err
}

func (w *work) take(ctx context.Context, step store.NoticeStep) error {
	n := w.kept.Notice
	n.Why = step.Why
	switch step.Do {
	case store.Postpone:
		n.Due = step.Until
		return w.save(ctx, n)
	case store.AskCarers:
		asked, err := w.askCarers(ctx)
		if err != nil {
			return err
		}
		if !asked {
			return w.take(ctx, store.NoticeStep{Do: store.HandToDesk, Why: step.Why})
		}
		n.Passed, n.Due, n.Why = w.now, w.now, store.CarerAsked
		if next := store.NextStep(n, w.reach, w.now); next.Do == store.Postpone {
			n.Due = next.Until
		}
		return w.save(ctx, n)
	case store.HandToDesk:
		if err := w.handOver(ctx, n); err != nil {
			return err
		}
		n.Why, n.Closed = step.Why, true
		return w.save(ctx, n)
	case store.Tell:
		if step.Rung == store.ByCall && n.Reminds() {
			if waits, err := w.besideOthers(ctx, n); waits || err != nil {
				return err
			}
		}
		n.Attempts = append(slices.Clone(n.Attempts), store.Attempt{
			Rung: step.Rung, Number: step.Number, Began: w.now, State: store.Sending, Sends: 1, Asked: step.Why == store.TheyAsked,
		})
		n.Due, n.Asked = w.now.Add(store.SendingFor), false
		if err := w.save(ctx, n); err != nil {
			return err
		}
		if err := w.pace(ctx, step.Rung); err != nil {
			return errors.Join(err, w.withdraw(context.WithoutCancel(ctx), store.CarrierBusy, 0))
		}
		return w.send(ctx)
	case store.FindOut:
		return w.findOut(ctx)
	}
	n.Closed = true
	return w.save(ctx, n)
}

// besideOthers has a reminder that is about to ring wait for the others of its
// person, and reports whether it does; see store.Notice.Beside.
func (w *work) besideOthers(ctx context.Context, n store.Notice) (waits bool, err error) {
	kept, err := w.Deliveries.Reminders(ctx, n.Person, w.now)
	if err != nil {
		return false, err
	}
	others := make([]store.Notice, len(kept))
	for i, k := range kept {
		others[i] = k.Notice
	}
	shared, first := n.Beside(others, w.now)
	switch {
	case shared != nil:
		n.Attempts = append(slices.Clone(n.Attempts), *shared)
		n.Due, n.Why = shared.Began.Add(store.CallWaits), store.RungAlready
	case !first:
		n.Due, n.Why = w.now.Add(busyFor), store.RungAlready
	default:
		return false, nil
	}
	return true, w.save(ctx, n)
}

// save keeps a notice in the place of the one that was read, and goes on from
// it.
func (w *work) save(ctx context.Context, n store.Notice) error {
	if err := w.Deliveries.SaveNotice(ctx, w.kept, n, w.now); err != nil {
		return err
	}
	kept, err := w.Deliveries.OpenNotice(ctx, n.ID)
	if err != nil {
		return err
	}
	w.kept = kept
	return nil
}

// send gives the last attempt to the carrier.
func (w *work) send(ctx context.Context) error {
	if w.last().Rung == store.ByText {
		return w.sendText(ctx)
	}
	return w.placeCall(ctx)
}

func (w *work) last() store.Attempt { return w.kept.Attempts[len(w.kept.Attempts)-1] }

// ref names the last attempt.
func (w *work) ref() string { return ref(w.kept.ID, len(w.kept.Attempts)-1) }

// note writes down what became of the last attempt, and when to look again. A
// callback may have been faster: what is known by then goes forward only.
func (w *work) note(ctx context.Context, change func(*store.Attempt)) error {
	return w.noteAt(ctx, len(w.kept.Attempts)-1, change)
}

// noteTries is how often a note is tried again to which another change came in
// between.
const noteTries = 5

func (w *work) noteAt(ctx context.Context, i int, change func(*store.Attempt)) error {
	for range noteTries {
		n := w.kept.Notice
		if i >= len(n.Attempts) {
			return fmt.Errorf("outreach: note an attempt: %w", store.ErrNotFound)
		}
		n.Attempts = slices.Clone(n.Attempts)
		change(&n.Attempts[i])
		if step := store.NextStep(n, w.reach, w.now); step.Do == store.Postpone {
			n.Due, n.Why = step.Until, step.Why
		} else {
			n.Due = w.now
		}
		err := w.save(ctx, n)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if w.kept, err = w.Deliveries.OpenNotice(ctx, n.ID); err != nil {
			return err
		}
	}
	return fmt.Errorf("outreach: note an attempt: %w: others change it all the time", store.ErrUnavailable)
}

// withdraw takes the last attempt back, which never reached the carrier, and
// looks again later.
func (w *work) withdraw(ctx context.Context, why store.NoticeReason, after time.Duration) error {
	n := w.kept.Notice
	n.Attempts = n.Attempts[:len(n.Attempts)-1]
	n.Why, n.Due = why, w.now.Add(after)
	return w.save(ctx, n)
}

// outgoing is what a conversation about the notice is to tell.
func (w *work) outgoing(ctx context.Context, to store.Number) (*flows.Outgoing, error) {
	likes, err := w.Recognise(ctx, store.Order{
		By:      store.Authority{Conversation: store.ConversationID("notice:" + w.kept.ID), Caller: to},
		Request: store.Recognise{Number: to}, Now: w.now,
	})
	if err != nil {
		return nil, err
	}
	if w.kept.Kind == store.Invited { // whoever has the number is not told who asks before they are known
		return &flows.Outgoing{Notice: w.kept.ID, Kind: store.Invited, Caller: likes.Caller, Until: w.kept.Starts}, nil
	}
	if w.kept.Kind == store.CodeAsked { // nor whose it is to be
		return &flows.Outgoing{Notice: w.kept.ID, Kind: store.CodeAsked, Person: w.person.ID, Caller: likes.Caller, Until: w.kept.Starts}, nil
	}
	return &flows.Outgoing{
		Notice: w.kept.ID, Kind: w.kept.Kind, Person: w.person.ID, Given: w.person.Given,
		Caller: likes.Caller, Appointment: w.appointment, Change: w.kept.Change, Until: w.kept.Starts, Careful: w.reach.Wishes.Careful(), TextOnly: w.reach.TextOnly,
		Questions: store.AllOpen(w.reach.News) && !w.reach.Wishes.Careful(),
	}, nil
}

// language is the one to begin in: that which the number last asked for, or the
// person's own.
func (w *work) language(out *flows.Outgoing) prompts.Language {
	return prompts.Language(cmp.Or(out.Caller.Language, w.person.Language))
}

// taskOf is what staff are asked to do about a notice that reached nobody.
var taskOf = map[store.NoticeKind]store.TaskKind{
	store.EarlyReminder: store.Unreached, store.LateReminder: store.Unreached, store.RingBack: store.CallBack,
	store.Invited:      store.Unreached,
	store.Confirmation: store.Unreached, store.Update: store.Unreached, store.Note: store.Unreached, store.CodeAsked: store.Unreached,
}

// handOver asks staff to reach somebody whom we could not.
func (w *work) handOver(ctx context.Context, n store.Notice) error {
	task := store.Task{
		Kind: taskOf[n.Kind], About: string(n.Kind) + ": " + string(n.Why), Language: w.person.Language, Notice: n.ID,
	}
	for _, a := range n.Attempts {
		task.Trail = append(task.Trail, fmt.Sprintf("%s %s: %s %s", a.Began.In(w.Zone).Format("Mon 2 Jan 15:04"), a.Rung, a.State, a.Why))
	}
	return w.openTask(ctx, store.RequestID("notice:"+string(n.ID)), task)
}

// openTask gives staff a task about the person.
func (w *work) openTask(ctx context.Context, id store.RequestID, task store.Task) error {
	n := w.kept.Notice
	task.Subject, task.Actor, task.Number = n.Person, n.Person, n.Number
	if !n.Number.Known() && len(w.person.Numbers) > 0 {
		task.Number = w.person.Numbers[0]
	}
	out, err := w.Record.Perform(ctx, store.Order{
		ID: id, Now: n.Due,
		By:      store.Authority{Conversation: store.ConversationID("notice:" + n.ID), Channel: store.Text, Actor: n.Person, Subject: n.Person, Caller: task.Number},
		Request: store.OpenTask{Task: task},
	})
	if err == nil && out.Verdict != store.Done {
		err = errors.New("open a task: " + string(out.Verdict))
	}
	return err
}
