package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

// An import touches many aggregates, so it is one large intent: its rows are
// staged, sealed, in pieces; once the last is there it is declared whole, and
// from then on it will be applied, by whoever staged it, by the next import or
// by a sweep. Every row may be applied again.
//
// Each thing keeps the mark of the row it came from: the number of the import
// and a fingerprint of the row. A row that is the same as the last time
// changes nothing, so that an import does not undo what callers did since:
//
//   - a slot that was booked stays booked;
//   - an appointment that was cancelled or moved does not come back: the file
//     is older than what the caller did;
//   - a slot that is booked cannot be changed: such a batch is refused, because
//     somebody was told another time.

var (
	beginImportScript = mustScript("begin_import")
	stageImportScript = mustScript("stage_import")
	endImportScript   = mustScript("end_import")
)

// stagingGivenUp is how long a staging may stand still before another import
// takes its place.
const stagingGivenUp = 5 * time.Minute

// claimedForImport is how long the slots of an import's appointments are held
// while it is staged.
const claimedForImport = 10 * time.Minute

// piece is a part of a staged import: rows of one kind.
type piece struct {
	Quiet        bool                `json:"quiet,omitempty"` // nobody is told
	Practice     *store.Practice     `json:"practice,omitempty"`
	Clinics      []store.Clinic      `json:"clinics,omitempty"`
	People       []stagedPerson      `json:"people,omitempty"`
	Grants       []store.Grant       `json:"grants,omitempty"`
	Appointments []stagedAppointment `json:"appointments,omitempty"`
	Slots        []store.Slot        `json:"slots,omitempty"`
	Results      []store.Result      `json:"results,omitempty"`
	Explanations []store.Explanation `json:"explanations,omitempty"`

	Choices  []store.ChoiceRow  `json:"choices,omitempty"`
	Settings []store.SettingRow `json:"settings,omitempty"`

	Limits   []store.ReadingLimits `json:"limits,omitempty"`
	Readings []store.Reading       `json:"readings,omitempty"`

	Forms   []stagedForm        `json:"forms,omitempty"`
	Asks    []keptAsk           `json:"asks,omitempty"`
	Ordered []store.OrderedTest `json:"ordered,omitempty"`
	Entries []store.Entry       `json:"entries,omitempty"`

	Messages  []store.MessageRow `json:"messages,omitempty"`
	Responses []keptAsk          `json:"responses,omitempty"`
}

type stagedPerson struct {
	Person store.Person `json:"person"`
	PIN    *pinRecord   `json:"pin,omitempty"` // where it changes
}

type stagedAppointment struct {
	Person store.PersonID `json:"person"`
	Slot   store.Slot     `json:"slot"`
	Clinic store.Clinic   `json:"clinic"`
}

func (a stagedAppointment) row() store.AppointmentRow {
	return store.AppointmentRow{Person: a.Person, Clinic: a.Slot.Clinic, Slot: a.Slot.ID}
}

// Import takes in a whole batch or nothing. What is wrong with the batch comes
// back as a *store.BatchError; store.ErrConflict says that another import is
// being staged; after store.ErrUnknown the batch may still go in, and importing
// it again does no harm.
func (s *Store) Import(ctx context.Context, b store.Batch, now time.Time) (store.ImportReport, error) {
	c := &checking{s: s, b: b, now: now}
	c.rows()
	if err := c.references(ctx); err != nil {
		return store.ImportReport{}, err
	}
	if len(c.faults) > 0 {
		return store.ImportReport{}, &store.BatchError{Faults: c.faults}
	}
	if err := c.pinRows(ctx); err != nil {
		return store.ImportReport{}, err
	}
	im := &importing{s: s, id: rand.Text(), now: now}
	if err := im.begin(ctx); err != nil {
		return store.ImportReport{}, err
	}
	if err := im.claim(ctx, c); err != nil {
		return store.ImportReport{}, errors.Join(err, im.end(ctx))
	}
	if len(c.faults) > 0 {
		if err := im.end(ctx); err != nil {
			return store.ImportReport{}, err
		}
		return store.ImportReport{}, &store.BatchError{Faults: c.faults}
	}
	if err := im.careful(ctx, b.People); err != nil {
		return store.ImportReport{}, errors.Join(err, im.end(ctx))
	}
	if err := im.stage(ctx, c.pieces()); err != nil {
		return store.ImportReport{}, err
	}
	if err := im.apply(ctx); err != nil {
		return store.ImportReport{}, err
	}
	return im.report, im.end(ctx)
}

// careful has us reckon with it that somebody listens to whoever has a duress PIN,
// unless they chose otherwise: before the PIN is there.
func (im *importing) careful(ctx context.Context, rows []store.PersonRow) error {
	for _, r := range rows {
		if r.Duress == "" {
			continue
		}
		chosen, err := im.s.Settings(ctx, r.Person.ID)
		if err != nil {
			return err
		}
		if _, chose := chosen[store.Listening]; chose {
			continue
		}
		if err := im.s.beCareful(ctx, store.Order{
			ID: store.RequestID("import:" + im.id + ":" + string(r.Person.ID)), Now: im.now,
			By: store.Authority{Subject: r.Person.ID, Staff: &store.Staff{Role: store.AsClinician}},
		}); err != nil {
			return err
		}
	}
	return nil
}

// importing is one import under way.
type importing struct {
	s      *Store
	id     string
	seq    string
	now    time.Time
	report store.ImportReport
}

func (im *importing) due() (key, member string) {
	return dueKey(im.s.sealer.name("import", im.id)[:1]), importIntent + "|" + im.id
}

// name names the import for a sweep at the given time.
func (im *importing) name(ctx context.Context, at time.Time) error {
	key, member := im.due()
	return im.s.due(ctx, key, member, at)
}

// begin starts the staging, after it has finished another import that is
// whole already.
func (im *importing) begin(ctx context.Context) error {
	if err := im.name(ctx, im.now.Add(dueAfter)); err != nil {
		return err
	}
	for {
		t := im.s.trip("beginning an import")
		begun := t.call(beginImportScript, []string{importStateKey, importSeqKey},
			im.id, im.now.UnixMilli(), im.now.Add(-stagingGivenUp).UnixMilli())
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		answer := texts(begun)
		if len(answer) < 2 {
			return errors.New("beginning an import: unexpected answer")
		}
		switch answer[0] {
		case "begun":
			im.seq = answer[1]
			if gone := answer[2]; gone != "" {
				other := &importing{s: im.s, id: gone}
				return other.end(ctx)
			}
			return nil
		case "finish":
			other := &importing{s: im.s, id: answer[1], now: im.now}
			if err := other.finish(ctx); err != nil {
				return fmt.Errorf("finishing the import before: %w", err)
			}
		default:
			return fmt.Errorf("beginning an import: %w: another is being staged", store.ErrConflict)
		}
	}
}

// finish applies an import that is whole.
func (im *importing) finish(ctx context.Context) error {
	t := im.s.trip("finishing an import")
	state := t.do("HMGET", importStateKey, "id", "seq", "ready")
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	f := texts(state)
	if len(f) != 3 || f[0] != im.id {
		return nil // done meanwhile
	}
	im.seq = f[1]
	if err := im.apply(ctx); err != nil {
		return err
	}
	return im.end(ctx)
}

// pieces are the rows in the order in which they are applied: what is pointed
// to comes first. Appointments come before slots, so that a slot which comes
// with its appointment is at no time free.
func (c *checking) pieces() []piece {
	var out []piece
	if c.b.Practice != nil {
		out = append(out, piece{Practice: c.b.Practice})
	}
	out = append(out, chunks(c.b.Clinics, func(r []store.Clinic) piece { return piece{Clinics: r} })...)
	people := make([]stagedPerson, len(c.b.People))
	for i, r := range c.b.People {
		people[i].Person = r.Person
		if pin, changes := c.pins[i]; changes {
			people[i].PIN = &pin
		}
	}
	out = append(out, chunks(people, func(r []stagedPerson) piece { return piece{People: r} })...)
	out = append(out, chunks(c.b.Grants, func(r []store.Grant) piece { return piece{Grants: r, Quiet: c.b.Quiet} })...)
	out = append(out, chunks(c.b.Explanations, func(r []store.Explanation) piece { return piece{Explanations: r} })...)
	out = append(out, chunks(c.b.Results, func(r []store.Result) piece { return piece{Results: r, Quiet: c.b.Quiet} })...)
	out = append(out, chunks(c.b.Choices, func(r []store.ChoiceRow) piece { return piece{Choices: r} })...)
	out = append(out, chunks(c.b.Settings, func(r []store.SettingRow) piece { return piece{Settings: r} })...)
	out = append(out, chunks(c.b.Limits, func(r []store.ReadingLimits) piece { return piece{Limits: r} })...)
	out = append(out, chunks(c.b.Readings, func(r []store.Reading) piece { return piece{Readings: r} })...)
	for _, f := range c.forms { // a piece each: they are long
		out = append(out, piece{Forms: []stagedForm{f}})
	}
	out = append(out, chunks(c.asks, func(r []keptAsk) piece { return piece{Asks: r, Quiet: c.b.Quiet} })...)
	out = append(out, chunks(c.b.Ordered, func(r []store.OrderedTest) piece { return piece{Ordered: r, Quiet: c.b.Quiet} })...)
	out = append(out, chunks(c.b.Entries, func(r []store.Entry) piece { return piece{Entries: r} })...)
	out = append(out, chunks(c.b.Messages, func(r []store.MessageRow) piece { return piece{Messages: r, Quiet: c.b.Quiet} })...)
	out = append(out, chunks(c.responded, func(r []keptAsk) piece { return piece{Responses: r} })...)
	var appointments []stagedAppointment
	for _, r := range c.b.Appointments {
		slot := c.slots[slotName{r.Clinic, r.Slot}]
		appointments = append(appointments, stagedAppointment{r.Person, slot, c.clinics[r.Clinic]})
	}
	out = append(out, chunks(appointments, func(r []stagedAppointment) piece { return piece{Appointments: r} })...)
	return append(out, chunks(c.b.Slots, func(r []store.Slot) piece { return piece{Slots: r} })...)
}

func chunks[T any](rows []T, of func([]T) piece) []piece {
	var out []piece
	for len(rows) > 0 {
		n := min(len(rows), importPage)
		out = append(out, of(rows[:n]))
		rows = rows[n:]
	}
	return out
}

// stage puts the pieces down, and declares the import whole.
func (im *importing) stage(ctx context.Context, pieces []piece) error {
	key := importRowsKey(im.id)
	put := func(sealed string, n int, what effect) error {
		t := im.s.trip("staging an import")
		cmd := t.call(stageImportScript, []string{importStateKey, key}, im.id, im.now.UnixMilli(), sealed, n)
		if err := t.send(ctx, what); err != nil {
			return err
		}
		if ok, _ := cmd.Int(); ok != 1 {
			return fmt.Errorf("staging an import: %w: it was given up", store.ErrConflict)
		}
		return nil
	}
	for n, p := range pieces {
		sealed, err := im.s.sealer.sealJSON(p, place{key, strconv.Itoa(n)})
		if err != nil {
			return err
		}
		if err := put(sealed, n, reads); err != nil {
			return err
		}
	}
	return put("", len(pieces), writes)
}

// end clears the import away, and its name.
func (im *importing) end(ctx context.Context) error {
	t := im.s.after("ending an import")
	t.call(endImportScript, []string{importStateKey, importRowsKey(im.id)}, im.id)
	key, member := im.due()
	t.do("ZREM", key, member)
	return t.send(ctx, writes)
}

// sweepImport finishes an import that is due, or clears it away if it never
// was whole.
func (s *Store) sweepImport(ctx context.Context, now time.Time, id string) (bool, error) {
	im := &importing{s: s, id: id, now: now}
	t := s.trip("sweeping an import")
	state := t.do("HMGET", importStateKey, "id", "ready", "at")
	if err := t.send(ctx, reads); err != nil {
		return false, err
	}
	f := texts(state)
	if len(f) != 3 || f[0] != id {
		return false, im.end(ctx)
	}
	if f[1] == "1" {
		return true, im.finish(ctx)
	}
	at, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil {
		return false, fmt.Errorf("sweeping an import: %w", err)
	}
	moved := time.UnixMilli(at)
	if moved.After(now) { // by a clock that has jumped back since
		t = s.trip("sweeping an import")
		t.do("HSET", importStateKey, "at", now.UnixMilli())
		if err := t.send(ctx, reads); err != nil {
			return false, err
		}
		moved = now
	}
	if moved.After(now.Add(-stagingGivenUp)) {
		return false, im.name(ctx, moved.Add(stagingGivenUp))
	}
	return false, im.end(ctx)
}

// rowName is the fingerprint of a row.
func (s *Store) rowName(kind, row string) string { return s.sealer.name("row", kind, row) }

// sameMark reports whether the mark is that of a row with the fingerprint.
func sameMark(mark, fingerprint string) bool {
	_, of, _ := strings.Cut(mark, "|")
	return of == fingerprint
}

// importedID is the id of the appointment that a row stands for.
func (s *Store) importedID(r store.AppointmentRow) store.AppointmentID {
	return store.AppointmentID(s.sealer.name("imported appointment", string(r.Person), string(r.Clinic), string(r.Slot)))
}

// importedAs is the name of that appointment in its diary.
func (s *Store) importedAs(r store.AppointmentRow) string {
	return s.bookedAs(diaryKeysOf(r.Clinic), s.importedID(r))
}

// wasImported reports whether the appointment is among those ever imported.
func wasImported(kept, name string) bool { return strings.Contains(kept, "|"+name) }
