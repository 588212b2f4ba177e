package store

import (
	"slices"
	"time"
)

// The hours in which people are told things, on their own clock (needs.md,
// "Reaching people").
const (
	ReachFrom  = 9 * time.Hour
	ReachUntil = 20 * time.Hour
)

// How long the ladder waits.
const (
	// SendingFor is how long an attempt may be being sent before somebody else
	// finds out what became of it.
	SendingFor = 2 * time.Minute
	// TextWaits is how long a text of a late reminder waits for its answer before
	// a call is made.
	TextWaits = 4 * time.Hour
	// CallWaits is how long after a call that was not answered the next is made:
	// at another hour.
	CallWaits = 3 * time.Hour
	// MostCalls is how often somebody is rung for one notice.
	MostCalls = 3
	// CarerWaits is how long whom we could not reach is left to the carer who is told,
	// too, before staff are.
	CarerWaits = 4 * time.Hour
	// CallLasts is how long a call may last before its end is not waited for.
	CallLasts = time.Hour
	// NewsWaits is how long a text waits that says there is a message, UnheardFor
	// how long after they were told of it what it is about may stay unheard.
	NewsWaits  = 48 * time.Hour
	UnheardFor = 7 * 24 * time.Hour
	// LastCall is how long before an appointment nobody is told of it any more.
	LastCall = 2 * time.Hour
	// A call that was asked for is made at once, and again after RingBackWaits, at
	// most MostRingBacks times, for as long as RingBackLasts.
	RingBackWaits = 10 * time.Minute
	RingBackLasts = 2 * time.Hour
	MostRingBacks = 2
	// HangsUpIn is how long who asked in a call has to put the telephone down.
	HangsUpIn = time.Minute
	// NoteLasts is how long a text that was asked for may be late.
	NoteLasts = 24 * time.Hour
)

// NextStep is what to do about a notice at now: a rule, and nothing else. What
// it says holds at the time of sending, not of planning.
func NextStep(n Notice, r Reach, now time.Time) NoticeStep {
	last := n.last()
	switch {
	case n.Closed:
		return NoticeStep{Do: CloseIt, Why: AlreadyHeard}
	case !r.Standing.IsHere():
		return NoticeStep{Do: CloseIt, Why: r.Standing.Told()}
	case n.Denied:
		return NoticeStep{Do: HandToDesk, Why: WrongPerson}
	case n.Kind == Update && len(r.News) == 0 && !r.Gone:
		return NoticeStep{Do: CloseIt, Why: HeardElsewhere}
	case n.Written:
		return NoticeStep{Do: CloseIt, Why: InWriting}
	case n.heard():
		return n.afterHearing(r, now)
	case r.Gone:
		return NoticeStep{Do: CloseIt, Why: ChangedSince}
	case last.State == Sending && now.Before(last.Began.Add(SendingFor)):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: last.Began.Add(SendingFor)}
	case last.State == Sending:
		return NoticeStep{Do: FindOut, Why: AskCarrier}
	case n.Kind == RingBack:
		return n.ringBack(now)
	case last.ringing() && now.Before(last.Began.Add(CallLasts)):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: last.Began.Add(CallLasts)}
	case n.Asked:
		return NoticeStep{Do: Tell, Why: TheyAsked, Rung: ByCall, Number: n.Number}
	case n.Kind == Note:
		return n.note(r, now)
	case n.Kind == CodeAsked:
		return n.prove(r, now)
	case !now.Before(n.ends()):
		return NoticeStep{Do: CloseIt, Why: n.over()}
	case n.arrived(r):
		return NoticeStep{Do: CloseIt, Why: Arrived}
	}
	if until, waits := n.waits(r, now); waits {
		return NoticeStep{Do: Postpone, Why: NotHeardYet, Until: until}
	}
	step := n.wished(n.rung(r), r)
	if step.Do != Tell {
		return step
	}
	if at := NextHours(now, r.Wishes.Hours(), r.Zone); at.After(now) {
		if at.After(n.ends()) {
			return NoticeStep{Do: CloseIt, Why: n.over()}
		}
		return NoticeStep{Do: Postpone, Why: OutOfHours, Until: at}
	}
	return step
}

// ends is when there is nothing more to tell.
func (n Notice) ends() time.Time {
	if n.Kind == Offered {
		return n.Starts
	}
	return n.Starts.Add(-LastCall)
}

func (n Notice) over() NoticeReason {
	if n.Kind == Offered {
		return Lapsed
	}
	return TooLate
}

// afterHearing is what to do once they heard of it: nothing more, but to see
// that what the news speaks of is heard, too.
func (n Notice) afterHearing(r Reach, now time.Time) NoticeStep {
	if n.Kind != Update || r.Gone || !chased(r.News) {
		return NoticeStep{Do: CloseIt, Why: AlreadyHeard}
	}
	if until := n.last().Began.Add(UnheardFor); now.Before(until) {
		return NoticeStep{Do: Postpone, Why: NotHeardYet, Until: until}
	}
	return NoticeStep{Do: HandToDesk, Why: StillUnheard}
}

// arrived reports whether it is enough that a text is on their telephone: of
// what needs no answer. One of which the carrier never says that it arrived has
// had its time.
func (n Notice) arrived(r Reach) bool {
	last := n.last()
	return last.Rung == ByText && last.State == Delivered && !n.asksForMore(r)
}

// asksForMore reports whether it must be heard, and not only sent.
func (n Notice) asksForMore(r Reach) bool {
	return n.Kind != Confirmation && (n.Kind != Update || rings(r.News))
}

// ringBack makes a call that was asked for, at whatever hour, and leaves it to
// staff if nobody answers.
func (n Notice) ringBack(now time.Time) NoticeStep {
	last := n.last()
	wait := RingBackWaits
	if last.State == Sent {
		wait = CallLasts
	}
	switch until := last.Began.Add(wait); {
	case last.State == Delivered:
		return NoticeStep{Do: CloseIt, Why: AlreadyHeard}
	case now.Before(until):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: until}
	case n.tries(ByCall) >= MostRingBacks || now.After(n.Starts):
		return NoticeStep{Do: HandToDesk, Why: CallUnanswered}
	}
	return NoticeStep{Do: Tell, Why: n.failing(), Rung: ByCall, Number: n.Number}
}

// note sends a text that was asked for, at whatever hour, once: who asked has
// heard what it speaks of, so that nobody rings them or looks after them for it.
func (n Notice) note(r Reach, now time.Time) NoticeStep {
	switch {
	case n.last().State == Failed:
		return NoticeStep{Do: CloseIt, Why: n.failing()}
	case len(n.round()) > 0:
		return NoticeStep{Do: CloseIt, Why: Arrived}
	}
	to, takes := ToText(r.Numbers)
	switch {
	case !takes:
		return NoticeStep{Do: CloseIt, Why: NoNumber}
	case !now.Before(n.Starts):
		return NoticeStep{Do: CloseIt, Why: TooLate}
	}
	return NoticeStep{Do: Tell, Why: TimeToTell, Rung: ByText, Number: to}
}

// prove has a new number texted, if it takes texts, and else rung, at whatever
// hour, twice: somebody waits for it.
func (n Notice) prove(r Reach, now time.Time) NoticeStep {
	last := n.last()
	again := last.Began.Add(RingBackWaits)
	to, takes := ToText(r.Numbers)
	switch {
	case !now.Before(n.Starts):
		return NoticeStep{Do: CloseIt, Why: TooLate}
	case last.Rung == ByText && last.State != Failed:
		return NoticeStep{Do: Postpone, Why: NotHeardYet, Until: n.Starts}
	case last.Rung == "" && takes:
		return NoticeStep{Do: Tell, Why: TimeToTell, Rung: ByText, Number: to}
	case n.tries(ByCall) >= MostRingBacks:
		return NoticeStep{Do: CloseIt, Why: LadderEnds}
	case last.Rung == ByCall && now.Before(again):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: again}
	}
	return NoticeStep{Do: Tell, Why: n.failing(), Rung: ByCall, Number: n.Number}
}

// round is the attempts that count.
func (n Notice) round() []Attempt { return n.Attempts[min(n.Round, len(n.Attempts)):] }

// last is the latest attempt; the zero Attempt if there was none.
func (n Notice) last() Attempt {
	round := n.round()
	if len(round) == 0 {
		return Attempt{}
	}
	return round[len(round)-1]
}

// RungBack reports whether the notice is ringing the number because they asked for it
// there: see ProvedByRinging.
func (n Notice) RungBack(number Number) bool {
	if n.Kind == RingBack {
		return n.Number == number
	}
	last := n.last()
	return last.Asked && last.Number == number
}

func (a Attempt) ringing() bool { return a.Rung == ByCall && a.State == Sent }

func (n Notice) heard() bool {
	return slices.ContainsFunc(n.round(), func(a Attempt) bool { return a.State == Heard })
}

// Answered is the notice once the person was told it, or has answered.
func (n Notice) Answered() Notice {
	n.Attempts = slices.Clone(n.Attempts)
	if len(n.round()) > 0 {
		n.Attempts[len(n.Attempts)-1].State = Heard
	}
	n.Closed, n.Asked, n.Why = true, false, AlreadyHeard
	return n
}

// PassedOn is the notice once a carer heard that it did not reach the person.
func (n Notice) PassedOn() Notice {
	n.Closed, n.Asked, n.Why = true, false, CarerTold
	return n
}

// tries counts the attempts by a rung.
func (n Notice) tries(r Rung) int {
	k := 0
	for _, a := range n.round() {
		if a.Rung == r {
			k++
		}
	}
	return k
}

// waits reports until when the last attempt is given time, if it is.
func (n Notice) waits(r Reach, now time.Time) (time.Time, bool) {
	last := n.last()
	until := time.Time{}
	switch {
	case !n.Passed.IsZero():
		if until = n.Passed.Add(CarerWaits); !until.Before(n.ends()) { // staff would come too late
			until = time.Time{}
		}
	case last.Rung == ByText && last.State != Failed:
		until = last.Began.Add(TextWaits)
		switch {
		// The late reminder follows the early one, which needs no other rung; an offer
		// has all its time.
		case n.Kind == EarlyReminder, n.Kind == Offered:
			until = n.Starts
		case n.Kind == Update && rings(r.News):
			until = last.Began.Add(textWaits(r.News))
		}
	case last.Rung == ByCall && n.Kind == Offered:
		until = last.Began.Add(OfferCallWaits)
	case last.Rung == ByCall:
		until = last.Began.Add(CallWaits)
	}
	return until, now.Before(until)
}

// rung is the next way to try: a text, then calls at different hours, then
// staff.
func (n Notice) rung(r Reach) NoticeStep {
	usable := slices.DeleteFunc(slices.Clone(r.Numbers), func(k ReachNumber) bool { return k.Stranger })
	if len(usable) == 0 {
		why := NoNumber
		if len(r.Numbers) > 0 {
			why = WrongPerson
		}
		return n.end(r, why)
	}
	why := n.failing()
	texts, calls := n.tries(ByText), n.tries(ByCall)
	if texts == 0 && calls == 0 && r.Wishes.Of(ReachBy) != ByCallAlone {
		if to, takes := ToText(usable); takes {
			return NoticeStep{Do: Tell, Why: why, Rung: ByText, Number: to}
		}
	}
	switch {
	case n.Self: // who did it has heard it: a text is a convenience, a call would be none
		return NoticeStep{Do: CloseIt, Why: SaidAlready}
	case texts > 0 && n.last().State != Failed && !n.asksForMore(r):
		return NoticeStep{Do: CloseIt, Why: Arrived}
	case calls < MostCalls && !r.TextOnly:
		return NoticeStep{Do: Tell, Why: why, Rung: ByCall, Number: usable[calls%len(usable)].Number}
	}
	return n.end(r, LadderEnds)
}

// end is what comes where nothing is left to try: the carer who is told, too, and then
// staff, but for what the next notice tells, or nobody has to answer.
func (n Notice) end(r Reach, why NoticeReason) NoticeStep {
	switch {
	case n.Kind == EarlyReminder && why == LadderEnds, n.Self, n.Kind == Offered, n.Kind == Update && !chased(r.News):
		return NoticeStep{Do: CloseIt, Why: why}
	case n.Passed.IsZero() && n.passesOn(r, why):
		return NoticeStep{Do: AskCarers, Why: why}
	}
	return NoticeStep{Do: HandToDesk, Why: why}
}

// passesOn reports whether a carer may help: where it is their own record that somebody
// was not told of, and not where they fear who is with them, or are written to anyway.
func (n Notice) passesOn(r Reach, why NoticeReason) bool {
	return (n.Kind == LateReminder || n.Kind == EarlyReminder || n.Kind == Confirmation || n.Kind == Update) &&
		!r.Wishes.Careful() && why != WantsLetters && why != WrongPerson
}

// wished is the step, where the person wants to be reached so, and else what comes
// instead. A letter is for staff to send, with the first reminder; by the second it
// would come too late. A relay is dialled before the number, which staff can do
// and the carrier cannot.
func (n Notice) wished(step NoticeStep, r Reach) NoticeStep {
	by := r.Wishes.Of(ReachBy)
	switch {
	case by == ByLetter && n.Kind == LateReminder && !n.Only:
		return NoticeStep{Do: CloseIt, Why: WantsLetters}
	case by == ByLetter:
		return n.end(r, WantsLetters)
	case step.Do != Tell || step.Rung != ByCall:
		return step
	case r.Wishes.Of(TextRelay) == ThroughRelay:
		return n.end(r, CallsByRelay)
	case by == ByTextAlone:
		return n.end(r, WantsTexts)
	}
	return step
}

// failing is why the next rung is tried.
func (n Notice) failing() NoticeReason {
	switch last := n.last(); {
	case last.Rung == ByText && last.State == Failed:
		return TextFailed
	case last.Rung == ByText:
		return NotHeardYet
	case last.Rung == ByCall:
		return CallUnanswered
	}
	return TimeToTell
}

// NextHours is now, if it is within the hours in the zone, and else when they next
// begin.
func NextHours(now time.Time, h DayHours, zone *time.Location) time.Time {
	local := now.In(zone)
	day := DayOf(local)
	from, until := onDay(day, h.From, zone), onDay(day, h.Until, zone)
	switch {
	case local.Before(from):
		return from
	case local.Before(until):
		return now
	}
	return onDay(day.AddDays(1), h.From, zone)
}

// onDay is a time of day by the clock on the wall, whatever the clocks do that
// night.
func onDay(d Day, at time.Duration, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, zone)
}
