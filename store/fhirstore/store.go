package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Local is what stays ours: redisstore.Store.
type Local interface {
	store.Record
	// Begin reads what is known of a request, whose first change is made in a
	// clinic's diary; Keep keeps what came of it, and returns what counts.
	Begin(ctx context.Context, o store.Order, clinic store.ClinicID) (store.Begun, error)
	Keep(ctx context.Context, o store.Order, clinic store.ClinicID, out store.Outcome, l *store.Listing) (store.Outcome, error)
	// List has what hangs on an appointment follow a change of it; Listed are those
	// that it knows.
	List(ctx context.Context, l store.Listing) error
	Listed(ctx context.Context, p store.PersonID, from time.Time) ([]store.Appointment, error)
	// LeftAs are the names that LeaveMessage gives a message and its task; PutAnswer
	// keeps an answer, of which the person is told, once.
	LeftAs(id store.RequestID) (store.MessageID, store.TaskID)
	PutAnswer(ctx context.Context, m store.Message, now time.Time) error
	// OrderedAs is the name of a test that was ordered.
	OrderedAs(t store.OrderedTest) store.OrderedID
	// PutGrant keeps what of a grant is said elsewhere, as far as a child's review lets
	// it hold, and returns it as it stands; ErrNotFound if its subject or its carer is
	// nobody. Grants are all of somebody's; OpenNotice reads what asks one to be agreed to.
	PutGrant(ctx context.Context, g store.Grant, there store.GrantThere, now time.Time) (store.Grant, error)
	Grants(ctx context.Context, p store.PersonID) ([]store.Grant, error)
	OpenNotice(ctx context.Context, id store.NoticeID) (store.KeptNotice, error)
	// Note leaves lines to the ledger, and AddNews has somebody told of what is new to
	// them; each takes the same once.
	Note(ctx context.Context, lines ...store.LedgerLine) error
	AddNews(ctx context.Context, p store.PersonID, at, now time.Time, news ...store.News) error
	// Severity is how severe a reading is, by what is set for everybody and for them.
	Severity(ctx context.Context, p store.PersonID, r store.SendReading) (store.Severity, error)
	// DiariesAt says where slots are that are offered to who waits, and Freed that some
	// are new.
	DiariesAt(d store.Diaries)
	Freed(ctx context.Context, now time.Time, slots ...store.Slot) error
	// NewSlots hands over those of the slots that it was never given before.
	NewSlots(ctx context.Context, now time.Time, slots []store.Slot, take func([]store.Slot) error) error
	// CopyLedgers has what is chained from now on wait for CopyLines, which hands it over
	// to be copied.
	CopyLedgers()
	CopyLines(ctx context.Context, do func(context.Context, store.LedgerCopy) error) (int, error)
	// Watermark is how far changes elsewhere were followed.
	Watermark(ctx context.Context, of string) (string, error)
	SetWatermark(ctx context.Context, of, mark string) error
	// Task is one of staff's, open or closed not long ago, or ErrNotFound.
	Task(ctx context.Context, id store.TaskID) (store.Task, error)
	// Name is a keyed, one-way name.
	Name(kind string, parts ...string) string
}

// Store is a record whose diaries stand on a FHIR server. It is safe for many at
// once.
type Store struct {
	Local
	server  *fhir.Client
	diaries diaries
	reports reports
	// answered is which versions of somebody's messages were taken in.
	answered reports
	copies   copies
	zone     *time.Location
	now      func() time.Time
	log      *slog.Logger
	// hookURL is where the server tells us of changes; "": nowhere.
	hookURL    string
	subscribed subscriptions
	can        capabilities
	// numbersName says that a carer was seen whom an NHS number alone names: see
	// carers_nhs.go.
	numbersName atomic.Bool
}

var _ store.Record = (*Store)(nil)

// Options are what a Store may be told. The zero value serves.
type Options struct {
	// Zone is the practice's; nil: UTC.
	Zone *time.Location
	// Now is the clock by which a grant begins; nil: the system's.
	Now func() time.Time
	// Logger hears what a sweep could not finish; nil: slog.Default.
	Logger *slog.Logger
	// HookURL is where the server reaches our Hook; "": it is not asked to tell us of
	// changes.
	HookURL string
}

// New makes a Store.
func New(server *fhir.Client, local Local, o Options) *Store {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &Store{Local: local, server: server, diaries: diaries{server: server}, zone: o.Zone, now: o.Now, log: o.Logger, hookURL: o.HookURL}
	local.DiariesAt(offersOf{s})
	local.CopyLedgers()
	return s
}

// Perform carries out what a conversation asks. Requests to the server: a read, a
// reading or a message one, of a summary one for each type of resource that it may be in,
// at the same time; for whom a carer may act two, and what they may do one more, before each thing that they do;
// a sharing choice two, a grant that is ended two and one that is made four, and one for each that it replaces; a hold two, and one that asks for clashes; a booking four; a move seven; a
// cancellation four.
func (s *Store) Perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	out, err := s.perform(ctx, o)
	if errors.Is(err, fhir.ErrGone) || errors.Is(err, fhir.ErrStale) {
		err = unknownIf(o.Request.Writes(), o.Request.Verb(), err)
	}
	return out, err
}

func (s *Store) perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	if may := store.Allow(o.By, o.Request, today(o)); may.Reason == store.NoGrant && o.By.Grant == nil {
		// Whoever decided on it has not read the grant, and what the Local has may be over.
		g, err := s.Grant(ctx, o.By.Actor, o.By.Subject)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return refused, nil
		case err != nil:
			return store.Outcome{}, err
		}
		o.By.Grant = &g
	}
	switch r := o.Request.(type) {
	case store.FindSlots:
		return s.findSlots(ctx, o, r)
	case store.ListAppointments:
		return s.listAppointments(ctx, o, r)
	case store.HoldSlot:
		return s.holdSlot(ctx, o, r)
	case store.ReleaseSlot:
		return s.releaseSlot(ctx, o, r)
	case store.BookSlot:
		return s.bookSlot(ctx, o, r)
	case store.MoveAppointment:
		return s.moveAppointment(ctx, o, r)
	case store.CancelAppointment:
		return s.cancelAppointment(ctx, o, r)
	case store.SendReading:
		return s.sendReading(ctx, o, r)
	case store.ListReadings:
		return s.listReadings(ctx, o, r)
	case store.LeaveMessage:
		return s.leaveMessage(ctx, o, r)
	case store.ListMessages, store.HearMessage:
		return s.messages(ctx, o)
	case store.AnswerTask:
		return s.answerTask(ctx, o, r)
	case store.SendAnswers:
		return s.sendAnswers(ctx, o, r)
	case store.ListCharges:
		return s.listCharges(ctx, o)
	case store.ListGrants:
		return s.listGrants(ctx, o)
	case store.EndGrant:
		return s.endGrant(ctx, o, r)
	case store.MakeGrant:
		return s.makeGrant(ctx, o, r)
	case store.AnswerInvitation:
		return s.answerInvitation(ctx, o, r)
	case store.ListChoices:
		return s.listChoices(ctx, o)
	case store.SetChoice:
		return s.setChoice(ctx, o, r)
	case store.AddResult:
		return s.addResult(ctx, o, r)
	case store.ReviseResult:
		return s.reviseResult(ctx, o, r)
	case store.ListResults, store.HearResult, store.ReadResults:
		return s.results(ctx, o)
	case store.OrderTest:
		return s.orderTest(ctx, o, r)
	case store.ReadOrdered:
		return s.readOrdered(ctx, o)
	case store.WithdrawTest:
		return s.withdrawTest(ctx, o, r)
	case store.ListSummary:
		return s.listSummary(ctx, o, r)
	case store.ReadEntries:
		return s.readEntries(ctx, o, r)
	case store.AddEntry:
		return s.addEntry(ctx, o, r)
	case store.CorrectEntry:
		return s.changeEntry(ctx, o, r.ID, r.Version, func(e *store.Entry) {
			right := r.Entry
			right.ID, right.Person, right.Kind = e.ID, e.Person, e.Kind
			*e = right
		})
	case store.EndEntry:
		return s.changeEntry(ctx, o, r.ID, r.Version, func(e *store.Entry) { e.Ended = r.From })
	case store.ReadDiary:
		return s.readDiary(ctx, o, r)
	case store.PublishSlots:
		return s.publishSlots(ctx, o, r)
	case store.WithdrawSlot:
		return s.withdrawSlot(ctx, o, r)
	}
	return s.Local.Perform(ctx, o)
}

var (
	refused = store.Outcome{Verdict: store.Refused}
	none    = store.Outcome{Verdict: store.None}
	taken   = store.Outcome{Verdict: store.Taken}
	done    = store.Outcome{Verdict: store.Done}
)

// unknownIf makes an error that says what a failure comes to where something may
// have been changed before it.
func unknownIf(changed bool, doing any, err error) error {
	if changed {
		return fmt.Errorf("%v: %w: %v", doing, store.ErrUnknown, err)
	}
	return fmt.Errorf("%v: %w: %v", doing, store.ErrUnavailable, err)
}

// ignore is an error, unless it is another.
func ignore(err, other error) error {
	if errors.Is(err, other) {
		return nil
	}
	return err
}

// refuses reports whether the server has said that it will not have it, whenever it is
// sent; also are statuses that say so, too. A line is not sent again then: it would keep
// all others from being copied.
func refuses(err error, also ...int) bool {
	var said *fhir.Error
	return errors.As(err, &said) && slices.Contains(append(also,
		http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusUnprocessableEntity), said.Status)
}

// byIDs are resources by their logical ids, those that there are: a request for each 50.
func (s *Store) byIDs(ctx context.Context, kind string, ids []string) (all []fhir.Resource, err error) {
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), 50) {
		found, err := s.server.Search(ctx, fhir.Query{Type: kind, Params: url.Values{"_id": {strings.Join(some, ",")}, "_count": {"50"}}})
		if err != nil {
			return all, err
		}
		all = append(all, found.Resources...)
	}
	return all, nil
}

// today is the day of an order, in the practice's zone.
func today(o store.Order) store.Day { return store.DayOf(o.Now) }

// instant writes a time for the server: in UTC, to the millisecond, so that servers
// which compare times as texts compare them right.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// maxPage is the longest page of slots or appointments.
const maxPage = 10

func pageSize(limit int) int {
	if limit <= 0 || limit > maxPage {
		return maxPage
	}
	return limit
}
