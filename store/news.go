package store

import (
	"slices"
	"time"
)

// News is something in a person's record of which they do not know yet.
type News struct {
	What NewsKind `json:"what"`
	// Of names what, in its version: the same is told once.
	Of string `json:"of"`
	// Thing is the id of a result, of an answer, of what somebody was asked, or of whom it
	// is about, by which the record knows whether it was heard, and may be told.
	Thing string `json:"thing,omitempty"`
	// Open says that no PIN is needed to be told of it.
	Open bool `json:"open,omitempty"`
	// Notice is that which did not reach whom a ChargeUnreached is about.
	Notice NoticeID `json:"notice,omitempty"`
	// Charge is whom a ChargeChanged or a ChargeUnreached is about, as NewsLeft fills it
	// in; their id is the Thing.
	Charge Name `json:"charge,omitempty"`
	// Test is that of a ResultLate, as NewsLeft fills it in; Staffed says that staff
	// were told of it.
	Test    *OrderedTest `json:"test,omitempty"`
	Staffed bool         `json:"staffed,omitempty"`
}

// NewsKind is what sort of news it is.
type NewsKind string

// The kinds of news.
const (
	ResultReleased  NewsKind = "result"
	MessageAnswered NewsKind = "answer"
	RecordChanged   NewsKind = "record"
	GrantChanged    NewsKind = "grant"
	CarerActed      NewsKind = "carer"
	QuestionsAsked  NewsKind = "questions"
	ResultLate      NewsKind = "late" // of a test that was ordered

	// These two are for a carer who is told, too: an appointment of their charge was
	// booked, moved or cancelled, and we could not reach them.
	ChargeChanged   NewsKind = "charge-changed"
	ChargeUnreached NewsKind = "charge-unreached"
)

// NewsKinds lists every kind there is.
func NewsKinds() []NewsKind {
	return []NewsKind{ResultReleased, MessageAnswered, RecordChanged, GrantChanged, CarerActed, QuestionsAsked, ResultLate, ChargeChanged, ChargeUnreached}
}

// Chased reports whether it is not enough to have told that it is there: it must
// be heard, and staff are told if it is not.
func (k NewsKind) Chased() bool { return k == ResultReleased || k == MessageAnswered }

// Counted reports whether what waits is counted where it is kept, so that it is found
// without its notice; see WhatWaits.
func (k NewsKind) Counted() bool { return k.Chased() || k == QuestionsAsked }

// Tells reports whether at now an Update has anything to tell that is counted nowhere
// else: also where a text that there is a message has arrived, and nothing more is done.
func (n Notice) Tells(now time.Time) bool {
	return !n.Denied && now.Before(n.Starts) && slices.ContainsFunc(n.News, func(k News) bool { return !k.What.Counted() })
}

func chased(news []News) bool {
	return slices.ContainsFunc(news, func(n News) bool { return n.What.Chased() })
}

// rings reports whether a text that arrived is not enough, and a call follows.
func rings(news []News) bool {
	return slices.ContainsFunc(news, func(n News) bool {
		return n.What.Chased() || n.What == QuestionsAsked || n.What == ResultLate || n.What == ChargeUnreached
	})
}

// textWaits is how long a text that there is news waits: others are to pass on at once
// what somebody could not be told.
func textWaits(news []News) time.Duration {
	if slices.ContainsFunc(news, func(n News) bool { return n.What == ChargeUnreached }) {
		return TextWaits
	}
	return NewsWaits
}

// AllOpen reports whether none of the news needs a PIN: then it may be said of what
// it is.
func AllOpen(news []News) bool {
	return len(news) > 0 && !slices.ContainsFunc(news, func(n News) bool { return !n.Open })
}

const (
	// NewsGathers is how long news waits for other news: several at once become
	// one notice.
	NewsGathers = 15 * time.Minute
	// NewsLasts is how long it is tried to tell it.
	NewsLasts = 14 * 24 * time.Hour
	// mostKnown bounds what is remembered of news that was told.
	mostKnown = 50
)

// With is a person's Update with more news from at on. What it told before, or is
// about to tell, is no news: then it is the same, and With returns false. What
// comes once they heard the rest, or nobody could be told, begins a new round.
func (n Notice) With(at time.Time, news ...News) (Notice, bool) {
	fresh := slices.DeleteFunc(slices.Clone(news), func(k News) bool { return slices.Contains(n.Known, k.Of) })
	if len(fresh) == 0 {
		return n, false
	}
	n.News, n.Known = slices.Clone(n.News), slices.Clone(n.Known)
	over := n.Closed || n.heard()
	if n.Closed {
		n.News = nil
	}
	for _, k := range fresh {
		n.News, n.Known = append(n.News, k), append(n.Known, k.Of)
	}
	n.Known = n.Known[max(0, len(n.Known)-mostKnown):]
	if over || n.Due.IsZero() {
		n.Round, n.Due = len(n.Attempts), at.Add(NewsGathers)
		n.Why, n.Closed, n.Denied, n.Asked, n.Passed = TimeToTell, false, false, false, time.Time{}
	}
	n.Starts = at.Add(NewsLasts)
	return n, true
}

// ToldNews is the news that a request was told.
type ToldNews struct {
	Request string `json:"request"` // its name
	News    []News `json:"news,omitempty"`
}

// Told is an Update once its news was told at now: what must be heard itself is
// looked after.
func (n Notice) Told(told ToldNews, now time.Time) Notice {
	left := slices.DeleteFunc(slices.Clone(n.News), func(k News) bool { return !k.What.Chased() })
	n = n.Answered()
	n.LastTold = &told
	if n.News = left; len(left) > 0 {
		n.Closed, n.Due = false, now.Add(UnheardFor)
	}
	return n
}

// Confirm is the notice that a change of an appointment is confirmed with, and by which
// the carers learn of it who are told, too. old is the appointment that goes, fresh the
// one that comes; either may be nil.
func Confirm(old, fresh *Appointment, by LedgerLine, now time.Time) Notice {
	self := by.Actor == by.Subject
	n := Notice{Kind: Confirmation, Self: self, Written: self && by.Channel == Text, Due: now, Why: TimeToTell}
	if !self {
		n.Doer = by.Actor
	}
	a := fresh
	switch {
	case old == nil:
		n.Change = WasBooked
	case fresh != nil:
		n.Change = WasMoved
	default:
		n.Change, a, n.Lost = WasCancelled, old, old
	}
	n.Person, n.Appointment, n.Starts = a.Person, a.ID, a.Slot.Start
	if n.Lost != nil && n.Starts.Before(now.Add(aDay)) { // it is told after it would have been, too
		n.Starts = now.Add(aDay)
	}
	return n
}

const aDay = 24 * time.Hour
