package redisstore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var noticeScript = mustScript("notice")

// A notice is planned where the appointment is put into its person's list, in
// the same trip: whoever dies before has not listed it either, and the sweep
// does both. From then on it is replaced by compare-and-set, so that of two who
// take it up one does.
//
// It stands with its time in a shard of its own and names nobody: if it stood
// with its person, whose appointments' times are shifted, a dump would tell
// when they are to be reminded, and so when those are.

// noticesKept is how long after its appointment a notice can still be read.
const noticesKept = 30 * 24 * time.Hour

// noticeID names a notice of a kind about an appointment.
func (s *Store) noticeID(k store.NoticeKind, p store.PersonID, a store.AppointmentID) store.NoticeID {
	return store.NoticeID(s.sealer.name("notice", string(k), string(p), string(a)))
}

// plan adds the notices of an appointment to a trip.
func (s *Store) plan(t *trip, a store.Appointment, now time.Time) error {
	made := func(k store.NoticeKind) store.NoticeID { return s.noticeID(k, a.Person, a.ID) }
	for _, n := range store.Reminders(a, now, s.zone, made) {
		if _, err := s.putNotice(t, "", n, now); err != nil {
			return err
		}
	}
	return nil
}

// confirmationID names the notice that confirms a change of an appointment.
func (s *Store) confirmationID(c store.Change, p store.PersonID, a store.AppointmentID) store.NoticeID {
	return s.noticeID(store.Confirmation, p, store.AppointmentID(string(c)+"|"+string(a)))
}

// confirm adds the notice that confirms a change.
func (s *Store) confirm(t *trip, in intent) error {
	n := store.Confirm(in.Remove, in.Add, *in.Line, in.At)
	n.ID = s.confirmationID(n.Change, n.Person, n.Appointment)
	_, err := s.putNotice(t, "", n, in.At)
	return err
}

// putNotice adds the putting of a notice to a trip. Of what is in a decoy nobody
// is told, whoever would be: in its place stands a command that changes nothing.
func (s *Store) putNotice(t *trip, was string, n store.Notice, now time.Time) (*redis.Cmd, error) {
	k := noticeKeysOf(n.ID)
	if n.Person.Decoy() {
		return t.do("HGET", k.notices, string(n.ID)), nil
	}
	sealed, err := s.sealer.sealJSON(n, place{k.notices, string(n.ID)})
	if err != nil {
		return nil, err
	}
	due := any("")
	if !n.Closed {
		due = n.Due.UnixMilli()
	}
	return t.call(noticeScript, []string{k.notices, k.due, k.past},
		string(n.ID), was, sealed, due, n.Starts.Add(noticesKept).UnixMilli(), now.UnixMilli()), nil
}

// DueNotices names what is due: one trip.
func (s *Store) DueNotices(ctx context.Context, now time.Time, limit int) ([]store.NoticeID, error) {
	t := s.trip("looking for notices")
	due := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		due[i] = t.do("ZRANGEBYSCORE", noticeKeysIn(string(shard)).due, "-inf", now.UnixMilli(), "LIMIT", 0, limit)
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	var ids []store.NoticeID
	for _, d := range due {
		for _, name := range texts(d) {
			ids = append(ids, store.NoticeID(name))
		}
	}
	return ids, nil
}

// NextNotice is when the next is due: one trip.
func (s *Store) NextNotice(ctx context.Context) (time.Time, bool, error) {
	t := s.trip("looking for notices")
	first := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		first[i] = t.do("ZRANGE", noticeKeysIn(string(shard)).due, 0, 0, "WITHSCORES")
	}
	if err := t.send(ctx, reads); err != nil {
		return time.Time{}, false, err
	}
	next := int64(math.MaxInt64)
	for _, f := range first {
		if ms, ok := scoreOf(f); ok {
			next = min(next, ms)
		}
	}
	return time.UnixMilli(next).In(s.zone), next < math.MaxInt64, nil
}

// scoreOf is the score of the first member of a ZRANGE WITHSCORES, which RESP3
// gives as a list of pairs with numbers.
func scoreOf(c *redis.Cmd) (int64, bool) {
	list, _ := c.Val().([]any)
	if len(list) == 0 {
		return 0, false
	}
	score := list[len(list)-1]
	if pair, ok := list[0].([]any); ok && len(pair) == 2 {
		score = pair[1]
	}
	f, err := strconv.ParseFloat(stringOf(score), 64)
	return int64(f), err == nil
}

// OpenNotice reads a notice: one trip.
func (s *Store) OpenNotice(ctx context.Context, id store.NoticeID) (store.KeptNotice, error) {
	if len(id) != nameLength || !validID(string(id)) {
		return store.KeptNotice{}, fmt.Errorf("reading a notice: %w", store.ErrNotFound)
	}
	k := noticeKeysOf(id)
	t := s.trip("reading a notice")
	read := t.do("HGET", k.notices, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.KeptNotice{}, err
	}
	if text(read) == "" {
		return store.KeptNotice{}, fmt.Errorf("reading a notice: %w", store.ErrNotFound)
	}
	return s.keptNotice(id, text(read))
}

// OpenNotices reads several notices: one trip.
func (s *Store) OpenNotices(ctx context.Context, ids []store.NoticeID) ([]store.KeptNotice, error) {
	t := s.trip("reading notices")
	read := make([]*redis.Cmd, len(ids))
	for i, id := range ids {
		k := noticeKeysOf(id)
		read[i] = t.do("HGET", k.notices, string(id))
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	out := make([]store.KeptNotice, 0, len(ids))
	for i, id := range ids {
		if text(read[i]) == "" {
			continue
		}
		kept, err := s.keptNotice(id, text(read[i]))
		if err != nil {
			return nil, err
		}
		out = append(out, kept)
	}
	return out, nil
}

func (s *Store) keptNotice(id store.NoticeID, sealed string) (store.KeptNotice, error) {
	kept := store.KeptNotice{Version: sealed}
	if err := s.sealer.openJSON(sealed, place{noticeKeysOf(id).notices, string(id)}, &kept.Notice); err != nil {
		return store.KeptNotice{}, err
	}
	kept.Starts, kept.Due = kept.Starts.In(s.zone), kept.Due.In(s.zone)
	return kept, nil
}

// SaveNotice replaces a notice: one trip.
func (s *Store) SaveNotice(ctx context.Context, was store.KeptNotice, n store.Notice, now time.Time) error {
	t := s.trip("saving a notice").durably()
	put, err := s.putNotice(t, was.Version, n, now)
	if err != nil {
		return err
	}
	if err := t.send(ctx, writes); err != nil {
		return err
	}
	if done, _ := put.Int(); done != 1 {
		return fmt.Errorf("saving a notice: %w", store.ErrConflict)
	}
	return nil
}

// closeNotice closes a notice that was answered, or heard by another. One that changes all
// the time is closed by whoever looks at it next.
func (s *Store) closeNotice(ctx context.Context, id store.NoticeID, closed func(store.Notice) store.Notice, now time.Time) error {
	for range answerTries {
		kept, err := s.OpenNotice(ctx, id)
		if err == nil {
			err = s.SaveNotice(ctx, kept, closed(kept.Notice), now)
		}
		if !isConflict(err) {
			if isNotFound(err) {
				return nil
			}
			return err
		}
	}
	return nil
}

// The fields of what is learnt of a number.
const callsOnlyField = "calls-only"

func (s *Store) strangerField(k handleKeys, p store.PersonID) string {
	return s.sealer.name("stranger", k.tag, string(p))
}

// Learnt reads what is known of a person's numbers: one trip.
func (s *Store) Learnt(ctx context.Context, p store.PersonID, numbers []store.Number) ([]store.ReachNumber, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	t := s.trip("reading how somebody is reached")
	learnt, stopped := make([]*redis.Cmd, len(numbers)), make([]*redis.Cmd, len(numbers))
	for i, n := range numbers {
		k := s.numberKeys(n)
		learnt[i] = t.do("HMGET", k.learnt, callsOnlyField, s.strangerField(k, p))
		stopped[i] = t.do("GET", k.texts)
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	out := make([]store.ReachNumber, len(numbers))
	for i, n := range numbers {
		f := texts(learnt[i])
		out[i] = store.ReachNumber{
			Number: n, Texts: f[0] == "", Stopped: isStopped(text(stopped[i])), Stranger: f[1] != "",
		}
	}
	return out, nil
}

// CallsOnly notes that a number takes no texts: one trip.
func (s *Store) CallsOnly(ctx context.Context, n store.Number, now time.Time) error {
	t := s.trip("noting that a number takes no texts").durably()
	t.do("HSET", s.numberKeys(n).learnt, callsOnlyField, now.UnixMilli())
	return t.send(ctx, writes)
}

// answerTries is how often an answer is tried again to which somebody else's
// change came in between.
const answerTries = 4

// Answer notes what came back to a notice. Doing it again changes nothing, so
// that it needs no request id.
func (s *Store) Answer(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	var id store.NoticeID
	var take func(store.KeptNotice) (store.Outcome, error)
	switch r := o.Request.(type) {
	case store.TextMe:
		return s.textMe(ctx, o)
	case store.RingMe:
		return s.ringMe(ctx, o)
	case store.AnswerNotice:
		id, take = r.Notice, func(kept store.KeptNotice) (store.Outcome, error) { return s.answer(ctx, o, r, kept) }
	case store.HearNews:
		id = s.updateID(o.By.Actor.Real(), o.Now, o.Now)
		take = func(kept store.KeptNotice) (store.Outcome, error) { return s.tellNews(ctx, o, store.HeardNews, kept) }
	default:
		return store.Outcome{}, fmt.Errorf("%s: not about a notice", o.Request.Verb())
	}
	for range answerTries {
		kept, err := s.OpenNotice(ctx, id)
		if isNotFound(err) {
			return store.Outcome{Verdict: store.None}, nil
		}
		if err != nil {
			return store.Outcome{}, err
		}
		out, err := take(kept)
		if !isConflict(err) {
			return out, err
		}
	}
	return store.Outcome{}, fmt.Errorf("answering a notice: %w: others change it all the time", store.ErrUnavailable)
}

// ringMe plans a call: three trips, one for whom nobody knows. The same request plans it once.
func (s *Store) ringMe(ctx context.Context, o store.Order) (store.Outcome, error) {
	due := o.Now
	if o.By.Channel == store.Voice {
		due = due.Add(store.HangsUpIn)
	}
	n := store.Notice{
		ID: store.NoticeID(s.sealer.name("notice", string(store.RingBack), string(o.ID))), Kind: store.RingBack,
		Person: o.By.Actor.Real(), Number: o.By.Caller, Due: due, Starts: o.Now.Add(store.RingBackLasts), Why: store.TimeToTell,
	}
	if err := s.listTold(ctx, n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	t := s.trip("ring-me").durably()
	if _, err := s.putNotice(t, "", n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done}, nil
}

// textMe plans a text: five trips. A conversation plans one.
func (s *Store) textMe(ctx context.Context, o store.Order) (store.Outcome, error) {
	p, err := s.Person(ctx, o.By.Actor.Real())
	if err != nil {
		return store.Outcome{}, err
	}
	numbers, err := s.Learnt(ctx, p.ID, slices.DeleteFunc(p.Numbers, func(n store.Number) bool { return !n.Mobile() }))
	if err != nil {
		return store.Outcome{}, err
	}
	if _, takes := store.ToText(numbers); !takes {
		return store.Outcome{Verdict: store.None}, nil
	}
	n := store.Notice{
		ID:   s.noticeID(store.Note, o.By.Actor, store.AppointmentID(o.By.Conversation)),
		Kind: store.Note, Person: o.By.Actor, Due: o.Now, Starts: o.Now.Add(store.NoteLasts), Why: store.TimeToTell,
	}
	if err := s.listTold(ctx, n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	t := s.trip("text-me").durably()
	if _, err := s.putNotice(t, "", n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done}, nil
}

func (s *Store) answer(ctx context.Context, o store.Order, r store.AnswerNotice, kept store.KeptNotice) (store.Outcome, error) {
	n, out := kept.Notice, store.Outcome{Verdict: store.Done}
	switch r.Answer {
	case store.NotThem:
		if err := s.noteStranger(ctx, o, n); err != nil {
			return store.Outcome{}, err
		}
		n.Denied, n.Closed, n.Due = true, false, o.Now
	case store.RingNow:
		n.Asked, n.Number, n.Closed, n.Due = true, o.By.Caller, false, o.Now
	case store.TakeOffer:
		if n.Slot == nil || o.By.Actor != n.Person {
			return refusedOutcome, nil
		}
		offer, err := s.Offer(ctx, n.Person, *n.Slot, o.Now)
		if isNotFound(err) {
			return store.Outcome{Verdict: store.None}, nil
		}
		if err != nil {
			return store.Outcome{}, err
		}
		out.Slots, out.Clinics = []store.Slot{offer.Slot}, []store.Clinic{offer.Clinic}
		if offer.Instead != nil {
			out.Appointments = []store.Appointment{*offer.Instead}
		}
		n = n.Answered()
	case store.NoThanks, store.AskNoMore:
		if n.Slot == nil {
			return refusedOutcome, nil
		}
		if err := s.decline(ctx, n.Person, *n.Slot, r.Answer == store.AskNoMore, o.Now); err != nil {
			return store.Outcome{}, err
		}
		n = n.Answered()
	case store.HeardNews, store.HeardQuestions:
		return s.tellNews(ctx, o, r.Answer, kept)
	default:
		a, err := s.concerning(ctx, n)
		if isNotFound(err) {
			return store.Outcome{Verdict: store.None}, nil
		}
		if err != nil {
			return store.Outcome{}, err
		}
		n, out.Appointments = n.Answered(), []store.Appointment{a}
		if r.Answer == store.HeardIt && o.By.Channel == store.Voice {
			if out.Appointments, err = s.tellTogether(ctx, o, n, a); err != nil {
				return store.Outcome{}, err
			}
		}
	}
	return out, s.SaveNotice(ctx, kept, n, o.Now)
}

// tellNews tells what of an Update is still news, and notes that it was told.
func (s *Store) tellNews(ctx context.Context, o store.Order, heard store.NoticeAnswer, kept store.KeptNotice) (store.Outcome, error) {
	n, request := kept.Notice, s.requestName(o.ID)
	if o.By.Actor.Real() != n.Person {
		return refusedOutcome, nil
	}
	left, err := s.NewsLeft(ctx, n.Person, n.News, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	if o.By.Actor.Decoy() { // there is none in a decoy, and what there is was not heard
		return store.Outcome{Verdict: store.None}, nil
	}
	again := n.LastTold != nil && n.LastTold.Request == request
	if again {
		left = n.LastTold.News
	}
	if heard == store.HeardQuestions && !store.AllOpen(left) {
		return store.Outcome{Verdict: store.None}, nil
	}
	out := store.Outcome{Verdict: store.Done, News: speakable(left)}
	if len(left) == 0 {
		out.Verdict = store.None
	}
	if !again {
		if err := s.SaveNotice(ctx, kept, n.Told(store.ToldNews{Request: request, News: left}, o.Now), o.Now); err != nil {
			return store.Outcome{}, err
		}
	}
	for _, told := range left {
		if told.What != store.ChargeUnreached {
			continue
		}
		if err := s.closeNotice(ctx, told.Notice, store.Notice.PassedOn, o.Now); err != nil {
			return store.Outcome{}, err
		}
	}
	return out, nil
}

// concerning is the appointment that a notice is about, as it is now; one that
// was let go, as it was.
func (s *Store) concerning(ctx context.Context, n store.Notice) (store.Appointment, error) {
	if n.Lost != nil {
		return *n.Lost, nil
	}
	return s.Appointment(ctx, n.Person, n.Appointment)
}

// noteStranger notes that the number which the conversation is with is not the
// person's.
func (s *Store) noteStranger(ctx context.Context, o store.Order, n store.Notice) error {
	if !o.By.Caller.Known() {
		return nil
	}
	k := s.numberKeys(o.By.Caller)
	t := s.trip("noting that a number is somebody else's").durably()
	t.do("HSET", k.learnt, s.strangerField(k, n.Person), o.Now.UnixMilli())
	return t.send(ctx, writes)
}

// speakable is news without what a machine does not say.
func speakable(news []store.News) []store.News {
	for i, n := range news {
		if n.Test != nil && n.Test.Private {
			news[i].Test = &store.OrderedTest{Private: true}
		}
	}
	return news
}
