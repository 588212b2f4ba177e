package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"landline/prompts"
	"landline/store"
	"landline/store/demopractice"
)

// holdings are what a record holds after a play.
type holdings struct {
	appointments map[slotName][]store.PersonID // those to come, by slot
	free         map[slotName]bool
	until        time.Time // how far the diaries were read
	tasks        []string
	ledgers      map[store.PersonID][]string // what was asked and said about each, in no order
}

// maxLines is more than a play says about anybody.
const maxLines = 10_000

// looksAhead is further than anybody in a play looks for a time.
const looksAhead = 15 * 24 * time.Hour

// holdings reads the record, once what was begun is finished and every
// hold has lapsed.
func (t *theatre) holdings(ctx context.Context, batch store.Batch) (*holdings, error) {
	if err := t.advance(ctx, store.HoldFor+1, func() error { return nil }); err != nil {
		return nil, err
	}
	h := &holdings{
		appointments: map[slotName][]store.PersonID{}, free: map[slotName]bool{}, ledgers: map[store.PersonID][]string{},
		until: t.clock.Now().Add(looksAhead),
	}
	for _, row := range batch.People {
		if err := t.holdingsOf(ctx, h, row.Person.ID); err != nil {
			return nil, err
		}
	}
	for _, clinic := range batch.Clinics {
		find := store.FindSlots{Clinic: clinic}
		for more := true; more; {
			out, err := t.perform(ctx, batch.People[0].Person.ID, find)
			if err != nil {
				return nil, err
			}
			for _, s := range out.Slots {
				h.free[slotName{s.Clinic, s.ID}] = true
				find.After = store.CursorAt(s)
			}
			more = out.More && find.After.Start.Before(h.until)
		}
	}
	list, err := t.gateway.store.Tasks(ctx, store.TaskCursor{}, maxTasksShown)
	if err != nil {
		return nil, err
	}
	for _, task := range list {
		h.tasks = append(h.tasks, taskLine(task))
	}
	slices.Sort(h.tasks)
	return h, nil
}

// holdingsOf reads what concerns one person.
func (t *theatre) holdingsOf(ctx context.Context, h *holdings, person store.PersonID) error {
	list := store.ListAppointments{}
	for more := true; more; {
		out, err := t.perform(ctx, person, list)
		if err != nil {
			return err
		}
		for _, a := range out.Appointments {
			name := slotName{a.Clinic.ID, a.Slot.ID}
			h.appointments[name] = append(h.appointments[name], person)
			list.After = store.CursorAfter(a)
		}
		more = out.More
	}
	lines, err := t.gateway.store.Lines(ctx, person, maxLines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		h.ledgers[person] = append(h.ledgers[person], strings.TrimSpace(fmt.Sprintf("%s %d %s %s", l.Channel, l.Level, l.What, l.Verdict)))
	}
	slices.Sort(h.ledgers[person]) // conversations reach it in any order
	return nil
}

// perform asks the record as if somebody asked about themselves.
func (t *theatre) perform(ctx context.Context, who store.PersonID, r store.Request) (store.Outcome, error) {
	out, err := t.gateway.record.Perform(ctx, store.Order{
		By:      store.Authority{Conversation: "storm", Channel: store.Voice, Actor: who, Subject: who, Level: store.ByPIN},
		Request: r, Now: t.clock.Now(),
	})
	if err == nil && out.Verdict != store.Done && out.Verdict != store.None {
		err = fmt.Errorf("read the record: %s is %s", r.Verb(), out.Verdict)
	}
	return out, err
}

// verdict says what must not be, after a play in a storm: what it did to the
// record against what people were told, and, where nobody left the play,
// against the record after the play as it is written.
func (s *stormStage) verdict(ctx context.Context, calm *holdings) error {
	s.faults.Flush()
	after, err := s.holdings(ctx, s.words.batch)
	if err != nil {
		return err
	}
	for _, a := range s.exchange.Alerts() {
		if a.Code != 11200 && a.Code != 11205 { // not for want of an answer
			s.wrong = append(s.wrong, "the carrier complains: "+a.String())
		}
	}
	s.checkDiaries(after)
	s.checkTold(after)
	if !s.astray {
		s.compare(calm, after)
	}
	if len(s.wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(s.wrong, "\n"))
}

// checkDiaries: each slot to come is free or one person's.
func (s *stormStage) checkDiaries(after *holdings) {
	known := map[slotName]bool{}
	for _, slot := range s.words.batch.Slots {
		name := slotName{slot.Clinic, slot.ID}
		known[name] = true
		n := len(after.appointments[name])
		if after.free[name] {
			n++
		}
		if n != 1 && slot.Start.After(s.clock.Now()) && slot.Start.Before(after.until) {
			s.wrong = append(s.wrong, fmt.Sprintf("%s at %s is free (%t) and %d people's",
				slot.Clinic, slot.Start.Format("Mon 2 Jan 15:04"), after.free[name], len(after.appointments[name])))
		}
	}
	for name := range after.appointments {
		if !known[name] {
			s.wrong = append(s.wrong, "somebody has a slot that never was: "+string(name.slot))
		}
	}
}

// checkTold: what people were told last of a slot is so, and what is so they
// were told, unless they were told that something went wrong, too.
func (s *stormStage) checkTold(after *holdings) {
	before := map[slotName]store.PersonID{}
	for _, row := range s.words.batch.Appointments {
		before[slotName{row.Clinic, row.Slot}] = row.Person
	}
	last := map[slotName]claim{}
	moved := 0
	for _, c := range s.told {
		last[c.slot] = c
		if c.key == prompts.MoveDone {
			moved = c.step
		}
	}
	for _, slot := range s.words.batch.Slots {
		name := slotName{slot.Clinic, slot.ID}
		if !slot.Start.After(s.clock.Now()) {
			continue
		}
		var holder store.PersonID
		if people := after.appointments[name]; len(people) > 0 {
			holder = people[0]
		}
		told, ever := last[name]
		had := before[name]
		where := fmt.Sprintf("%s at %s", slot.Clinic, slot.Start.Format("Mon 2 Jan 15:04"))
		switch {
		case holder != "" && (!ever && holder != had || ever && told.key == prompts.CancelDone) && !s.troubled(holder):
			s.wrong = append(s.wrong, where+" is booked, and nobody was told")
		case holder == "" && ever && told.key != prompts.CancelDone && moved <= told.step && !s.troubled(s.holderOf(told)):
			s.wrong = append(s.wrong, fmt.Sprintf("%s was told that they have %s, and it is not booked", told.who, where))
		case holder == "" && !ever && had != "" && moved == 0 && !s.troubled(had):
			s.wrong = append(s.wrong, where+" is not booked any more, and nobody was told")
		}
	}
}

// holderOf is who told was about, as far as it can be known.
func (s *stormStage) holderOf(c claim) store.PersonID { return demopractice.ID(strings.ToLower(c.who)) }

// troubled reports whether somebody, or who acts for them, was told that
// something went wrong.
func (s *stormStage) troubled(person store.PersonID) bool {
	for who := range s.sorry {
		id := demopractice.ID(strings.ToLower(who))
		if id == person {
			return true
		}
		for _, g := range s.words.batch.Grants {
			if g.Carer == id && g.Subject == person {
				return true
			}
		}
	}
	return false
}

// compare: the storm has left the record as it would have been.
func (s *stormStage) compare(calm, after *holdings) {
	for _, slot := range s.words.batch.Slots {
		name := slotName{slot.Clinic, slot.ID}
		if slot.Start.After(s.clock.Now()) && !slices.Equal(calm.appointments[name], after.appointments[name]) {
			s.wrong = append(s.wrong, fmt.Sprintf("%s at %s is another's than without the storm", slot.Clinic, slot.Start.Format("Mon 2 Jan 15:04")))
		}
	}
	if !slices.Equal(calm.tasks, after.tasks) {
		s.wrong = append(s.wrong, fmt.Sprintf("staff have other tasks than without the storm:\n  %s\ninstead of\n  %s",
			strings.Join(after.tasks, "\n  "), strings.Join(calm.tasks, "\n  ")))
	}
	for _, row := range s.words.batch.People {
		id := row.Person.ID
		was, is := calm.ledgers[id], after.ledgers[id]
		if len(s.sorry) > 0 { // who is asked again hears and looks things up again
			was, is = changes(was), changes(is)
		}
		if !slices.Equal(was, is) {
			s.wrong = append(s.wrong, fmt.Sprintf("the ledger of %s is another than without the storm:\n  %s\ninstead of\n  %s", row.Person.Given.Reveal(),
				strings.Join(is, "\n  "), strings.Join(was, "\n  ")))
		}
	}
}

// changes are the lines of a ledger that tell of a change to the record.
func changes(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		verb := store.Verb(strings.Fields(line)[2])
		return !slices.Contains([]store.Verb{
			store.BookSlot{}.Verb(), store.MoveAppointment{}.Verb(), store.CancelAppointment{}.Verb(),
			store.JoinWaitingList{}.Verb(), store.OpenTask{}.Verb(),
		}, verb)
	})
}
