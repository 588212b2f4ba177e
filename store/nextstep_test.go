package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"landline/store"
)

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return l
}()

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, london)
	if err != nil {
		panic(err)
	}
	return t
}

// What is done about a notice of an appointment on Thursday 10 September at
// 10:20, by what was tried and what is known at the time of sending.
func TestNextStep(t *testing.T) {
	const mobile, home = store.Number("+447700900102"), store.Number("+441632960101")
	starts := at("2026-09-10 10:20")
	texts := store.ReachNumber{Number: mobile, Texts: true}
	rings := store.ReachNumber{Number: home}
	text := func(began string, state store.AttemptState) store.Attempt {
		return store.Attempt{Rung: store.ByText, Number: mobile, Began: at(began), State: state}
	}
	call := func(began string, state store.AttemptState) store.Attempt {
		return store.Attempt{Rung: store.ByCall, Number: home, Began: at(began), State: state}
	}
	late := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.LateReminder, Starts: starts, Attempts: a}
	}
	early := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.EarlyReminder, Starts: starts, Attempts: a}
	}
	passed := func(when string, n store.Notice) store.Notice { n.Passed = at(when); return n }
	only := func(n store.Notice) store.Notice { n.Only = true; return n }
	ring := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.RingBack, Number: home, Starts: starts, Attempts: a}
	}
	both := store.Reach{Numbers: []store.ReachNumber{rings, texts}, Zone: london}
	landline := store.Reach{Numbers: []store.ReachNumber{rings}, Zone: london}
	stopped := store.Reach{Numbers: []store.ReachNumber{{Number: mobile, Texts: true, Stopped: true}}, Zone: london}
	stranger := store.Reach{Numbers: []store.ReachNumber{{Number: mobile, Texts: true, Stranger: true}}, Zone: london}
	textOnly := store.Reach{Numbers: []store.ReachNumber{texts}, TextOnly: true, Zone: london}
	noTexts := store.Reach{Numbers: []store.ReachNumber{rings}, TextOnly: true, Zone: london}
	gone := func(is store.StandingKind) store.Reach {
		return store.Reach{Numbers: both.Numbers, Zone: london, Standing: store.Standing{Is: is}}
	}
	died, moved, merged := gone(store.Died), gone(store.MovedAway), gone(store.Merged)
	ask := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.Invited, Number: mobile, Starts: starts, Attempts: a}
	}
	confirm := func(self bool, a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.Confirmation, Self: self, Starts: starts, Attempts: a}
	}
	news := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.Update, Starts: starts.AddDate(0, 0, 14), Attempts: a}
	}
	asked := news(text("2026-09-08 10:20", store.Delivered))
	asked.Asked, asked.Number = true, mobile
	nextRound := news(text("2026-09-01 10:20", store.Heard))
	nextRound.Round = 1
	leftOf := func(r store.Reach, kinds ...store.NewsKind) store.Reach {
		for _, k := range kinds {
			r.News = append(r.News, store.News{What: k})
		}
		return r
	}
	wishing := func(r store.Reach, s store.Setting, o store.Option) store.Reach {
		r.Wishes = store.Preferences{s: o}
		return r
	}
	offer := func(a ...store.Attempt) store.Notice {
		return store.Notice{Kind: store.Offered, Starts: at("2026-09-08 11:20"), Attempts: a}
	}
	denied := late(text("2026-09-09 10:20", store.Delivered))
	denied.Denied = true
	closed := late()
	closed.Closed = true
	for _, tc := range []struct {
		what  string
		n     store.Notice
		reach store.Reach
		now   string
		do    store.NoticeDeed
		why   store.NoticeReason
		rung  store.Rung
		until string
	}{
		{"a mobile gets a text", late(), both, "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"a landline is rung", late(), landline, "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"who stopped texts is rung", late(), stopped, "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"who can only text gets a text", late(), textOnly, "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"and is not rung after it", late(text("2026-09-09 10:20", store.Delivered)), textOnly, "2026-09-09 14:20", store.AskCarers, store.LadderEnds, "", ""},
		{"nor where no text can go", late(), noTexts, "2026-09-09 10:20", store.AskCarers, store.LadderEnds, "", ""},
		{"not before nine", late(), both, "2026-09-09 08:59", store.Postpone, store.OutOfHours, "", "2026-09-09 09:00"},
		{"nine is in time", late(), both, "2026-09-09 09:00", store.Tell, store.TimeToTell, store.ByText, ""},
		{"not after eight", early(), both, "2026-09-08 20:00", store.Postpone, store.OutOfHours, "", "2026-09-09 09:00"},
		{"the next morning may be too late", late(), both, "2026-09-09 20:30", store.CloseIt, store.TooLate, "", ""},
		{"an hour before is too late", late(), both, "2026-09-10 09:20", store.CloseIt, store.TooLate, "", ""},
		{"what changed is not told", late(), store.Reach{Gone: true}, "2026-09-09 10:20", store.CloseIt, store.ChangedSince, "", ""},
		{"who died is told nothing", late(), died, "2026-09-09 10:20", store.CloseIt, store.PersonDied, "", ""},
		{"who moved away is told nothing", early(text("2026-09-07 10:20", store.Delivered)), moved, "2026-09-08 10:20", store.CloseIt, store.PersonMoved, "", ""},
		{"nor whose record was merged", late(), merged, "2026-09-09 10:20", store.CloseIt, store.PersonMerged, "", ""},
		{"nor rung back, though somebody asked", ring(), died, "2026-09-09 10:20", store.CloseIt, store.PersonDied, "", ""},
		{"what is closed stays closed", closed, both, "2026-09-09 10:20", store.CloseIt, store.AlreadyHeard, "", ""},
		{"one that answered is left alone", late(text("2026-09-09 10:20", store.Heard)), both, "2026-09-09 10:30", store.CloseIt, store.AlreadyHeard, "", ""},
		{"somebody is at it", late(text("2026-09-09 10:20", store.Sending)), both, "2026-09-09 10:21", store.Postpone, store.UnderWay, "", "2026-09-09 10:22"},
		{"somebody died at it", late(text("2026-09-09 10:20", store.Sending)), both, "2026-09-09 10:23", store.FindOut, store.AskCarrier, "", ""},
		{"a text has four hours", late(text("2026-09-09 10:20", store.Delivered)), both, "2026-09-09 14:00", store.Postpone, store.NotHeardYet, "", "2026-09-09 14:20"},
		{"then they are rung", late(text("2026-09-09 10:20", store.Delivered)), both, "2026-09-09 14:20", store.Tell, store.NotHeardYet, store.ByCall, ""},
		{"at once if the text did not arrive", late(text("2026-09-09 10:20", store.Failed)), both, "2026-09-09 10:25", store.Tell, store.TextFailed, store.ByCall, ""},
		{"an early reminder by text needs no call", early(text("2026-09-07 10:20", store.Sent)), both, "2026-09-07 19:00", store.Postpone, store.NotHeardYet, "", "2026-09-10 10:20"},
		{"nobody answered: at another hour", late(call("2026-09-09 10:20", store.Failed)), landline, "2026-09-09 10:30", store.Postpone, store.NotHeardYet, "", "2026-09-09 13:20"},
		{"the second call", late(call("2026-09-09 10:20", store.Failed)), landline, "2026-09-09 13:20", store.Tell, store.CallUnanswered, store.ByCall, ""},
		{"after three, the carer who is told, too", late(call("2026-09-09 09:00", store.Failed), call("2026-09-09 12:00", store.Delivered), call("2026-09-09 15:00", store.Failed)), landline, "2026-09-09 18:00", store.AskCarers, store.LadderEnds, "", ""},
		{"who has some time", passed("2026-09-08 18:00", late(call("2026-09-08 09:00", store.Failed), call("2026-09-08 12:00", store.Delivered), call("2026-09-08 15:00", store.Failed))), landline, "2026-09-08 21:59", store.Postpone, store.NotHeardYet, "", "2026-09-08 22:00"},
		{"then staff", passed("2026-09-08 18:00", late(call("2026-09-08 09:00", store.Failed), call("2026-09-08 12:00", store.Delivered), call("2026-09-08 15:00", store.Failed))), landline, "2026-09-08 22:00", store.HandToDesk, store.LadderEnds, "", ""},
		{"staff at once, where they would come too late", passed("2026-09-10 05:00", late(call("2026-09-09 09:00", store.Failed), call("2026-09-09 12:00", store.Delivered), call("2026-09-09 15:00", store.Failed))), landline, "2026-09-10 05:00", store.HandToDesk, store.LadderEnds, "", ""},
		{"staff at once, where somebody may be listening", late(call("2026-09-09 09:00", store.Failed), call("2026-09-09 12:00", store.Delivered), call("2026-09-09 15:00", store.Failed)), wishing(landline, store.Listening, store.SomebodyListens), "2026-09-09 18:00", store.HandToDesk, store.LadderEnds, "", ""},
		{"of an early one, nobody: the late one comes", early(call("2026-09-07 09:00", store.Failed), call("2026-09-07 12:00", store.Failed), call("2026-09-07 15:00", store.Failed)), landline, "2026-09-07 18:00", store.CloseIt, store.LadderEnds, "", ""},
		{"no number", late(), store.Reach{Zone: london}, "2026-09-09 10:20", store.AskCarers, store.NoNumber, "", ""},
		{"another's number", late(), stranger, "2026-09-09 10:20", store.HandToDesk, store.WrongPerson, "", ""},
		{"who is asked to act for another is texted", ask(), both, "2026-09-05 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"in the morning", ask(), both, "2026-09-05 20:01", store.Postpone, store.OutOfHours, "", "2026-09-06 09:00"},
		{"then rung", ask(text("2026-09-05 10:20", store.Delivered)), both, "2026-09-05 14:20", store.Tell, store.NotHeardYet, store.ByCall, ""},
		{"asked by staff when nothing is left to try", ask(call("2026-09-05 09:00", store.Failed), call("2026-09-05 12:00", store.Failed), call("2026-09-05 15:00", store.Failed)), both, "2026-09-05 18:00", store.HandToDesk, store.LadderEnds, "", ""},
		{"who wants no texts is rung", late(), wishing(both, store.ReachBy, store.ByCallAlone), "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"who wants no calls is texted", late(), wishing(both, store.ReachBy, store.ByTextAlone), "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"and not rung", late(text("2026-09-09 10:20", store.Delivered)), wishing(both, store.ReachBy, store.ByTextAlone), "2026-09-09 14:20", store.AskCarers, store.WantsTexts, "", ""},
		{"a relay is not rung by us", late(text("2026-09-09 10:20", store.Failed)), wishing(both, store.TextRelay, store.ThroughRelay), "2026-09-09 10:25", store.AskCarers, store.CallsByRelay, "", ""},
		{"a relay may be texted", late(), wishing(both, store.TextRelay, store.ThroughRelay), "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"staff send a letter", early(), wishing(both, store.ReachBy, store.ByLetter), "2026-09-07 10:20", store.HandToDesk, store.WantsLetters, "", ""},
		{"a letter for the one reminder there is", only(late()), wishing(both, store.ReachBy, store.ByLetter), "2026-09-07 10:20", store.HandToDesk, store.WantsLetters, "", ""},
		{"not the day before", late(), wishing(both, store.ReachBy, store.ByLetter), "2026-09-09 10:20", store.CloseIt, store.WantsLetters, "", ""},
		{"nothing outside their own hours", late(), wishing(both, store.ReachHours, store.EveningHours), "2026-09-09 10:20", store.Postpone, store.OutOfHours, "", "2026-09-09 17:00"},
		{"within them at once", late(), wishing(both, store.ReachHours, store.EveningHours), "2026-09-09 17:00", store.Tell, store.TimeToTell, store.ByText, ""},
		{"the next day where they are over", early(), wishing(both, store.ReachHours, store.MorningHours), "2026-09-07 12:00", store.Postpone, store.OutOfHours, "", "2026-09-08 09:00"},
		{"too late if they begin too late", late(), wishing(both, store.ReachHours, store.AfternoonHours), "2026-09-09 17:30", store.CloseIt, store.TooLate, "", ""},
		{"who asks to be rung is, whatever they wished", ring(), wishing(landline, store.ReachHours, store.EveningHours), "2026-09-09 10:20", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"who asked to be rung is rung, at night too", ring(), landline, "2026-09-09 23:00", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"again in ten minutes", ring(call("2026-09-09 10:20", store.Failed)), landline, "2026-09-09 10:25", store.Postpone, store.UnderWay, "", "2026-09-09 10:30"},
		{"twice", ring(call("2026-09-09 10:20", store.Failed)), landline, "2026-09-09 10:30", store.Tell, store.CallUnanswered, store.ByCall, ""},
		{"then by staff", ring(call("2026-09-09 10:20", store.Failed), call("2026-09-09 10:30", store.Failed)), landline, "2026-09-09 10:40", store.HandToDesk, store.CallUnanswered, "", ""},
		{"who answered has what they wanted", ring(call("2026-09-09 10:20", store.Delivered)), landline, "2026-09-09 10:40", store.CloseIt, store.AlreadyHeard, "", ""},
		{"what they booked themselves is confirmed by text", confirm(true), both, "2026-09-01 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"to a landline not at all: they have heard it", confirm(true), landline, "2026-09-01 10:20", store.CloseIt, store.SaidAlready, "", ""},
		{"what a carer booked is told by call", confirm(false), landline, "2026-09-01 10:20", store.Tell, store.TimeToTell, store.ByCall, ""},
		{"a confirmation that arrived is enough", confirm(false, text("2026-09-01 10:20", store.Delivered)), both, "2026-09-01 10:21", store.CloseIt, store.Arrived, "", ""},
		{"one of which nobody knows has its time", confirm(false, text("2026-09-01 10:20", store.Sent)), both, "2026-09-01 10:21", store.Postpone, store.NotHeardYet, "", "2026-09-01 14:20"},
		{"and is enough then", confirm(false, text("2026-09-01 10:20", store.Sent)), both, "2026-09-01 14:20", store.CloseIt, store.Arrived, "", ""},
		{"one that did not arrive is told by call", confirm(false, text("2026-09-01 10:20", store.Failed)), both, "2026-09-01 10:25", store.Tell, store.TextFailed, store.ByCall, ""},
		{"but not to who did it", confirm(true, text("2026-09-01 10:20", store.Failed)), both, "2026-09-01 10:25", store.CloseIt, store.SaidAlready, "", ""},
		{"nobody to confirm it to", confirm(true), store.Reach{Zone: london}, "2026-09-01 10:25", store.CloseIt, store.NoNumber, "", ""},
		{"a result is told", news(), leftOf(both, store.ResultReleased), "2026-09-08 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"one that was heard is not", news(), both, "2026-09-08 10:20", store.CloseIt, store.HeardElsewhere, "", ""},
		{"a text of it has two days", news(text("2026-09-08 10:20", store.Delivered)), leftOf(both, store.ResultReleased), "2026-09-08 18:00", store.Postpone, store.NotHeardYet, "", "2026-09-10 10:20"},
		{"then they are rung about it", news(text("2026-09-08 10:20", store.Delivered)), leftOf(both, store.MessageAnswered), "2026-09-10 10:20", store.Tell, store.NotHeardYet, store.ByCall, ""},
		{"not about what a carer did", news(text("2026-09-08 10:20", store.Delivered)), leftOf(both, store.CarerActed), "2026-09-08 10:21", store.CloseIt, store.Arrived, "", ""},
		{"of questions they are rung, too", news(text("2026-09-08 10:20", store.Delivered)), leftOf(both, store.QuestionsAsked), "2026-09-10 10:20", store.Tell, store.NotHeardYet, store.ByCall, ""},
		{"who was told of them may leave them", news(text("2026-09-08 10:20", store.Heard)), leftOf(both, store.QuestionsAsked), "2026-09-08 11:20", store.CloseIt, store.AlreadyHeard, "", ""},
		{"they are no work for staff", news(call("2026-09-08 09:00", store.Failed), call("2026-09-08 12:00", store.Failed), call("2026-09-08 15:00", store.Failed)), leftOf(landline, store.QuestionsAsked), "2026-09-08 18:00", store.CloseIt, store.LadderEnds, "", ""},
		{"told of it, and not heard it since", news(text("2026-09-08 10:20", store.Heard)), leftOf(both, store.ResultReleased), "2026-09-08 11:20", store.Postpone, store.NotHeardYet, "", "2026-09-15 10:20"},
		{"staff ring them after a week", news(text("2026-09-08 10:20", store.Heard)), leftOf(both, store.ResultReleased), "2026-09-15 10:20", store.HandToDesk, store.StillUnheard, "", ""},
		{"who heard that a carer acted knows all", news(text("2026-09-08 10:20", store.Heard)), leftOf(both, store.CarerActed), "2026-09-08 11:20", store.CloseIt, store.AlreadyHeard, "", ""},
		{"a new round begins with a text", nextRound, leftOf(both, store.CarerActed), "2026-09-08 11:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"who asks to be rung is, at night too", asked, leftOf(both, store.ResultReleased), "2026-09-08 23:20", store.Tell, store.TheyAsked, store.ByCall, ""},
		{"three calls about a result, then the carer", news(call("2026-09-08 09:00", store.Failed), call("2026-09-08 12:00", store.Failed), call("2026-09-08 15:00", store.Failed)), leftOf(landline, store.ResultReleased), "2026-09-08 18:00", store.AskCarers, store.LadderEnds, "", ""},
		{"about a carer's deed, nobody", news(call("2026-09-08 09:00", store.Failed), call("2026-09-08 12:00", store.Failed), call("2026-09-08 15:00", store.Failed)), leftOf(landline, store.CarerActed), "2026-09-08 18:00", store.CloseIt, store.LadderEnds, "", ""},
		{"a slot is offered by text", offer(), both, "2026-09-08 10:20", store.Tell, store.TimeToTell, store.ByText, ""},
		{"which has all its time", offer(text("2026-09-08 10:20", store.Delivered)), both, "2026-09-08 10:50", store.Postpone, store.NotHeardYet, "", "2026-09-08 11:20"},
		{"by call, and again", offer(call("2026-09-08 10:20", store.Failed)), landline, "2026-09-08 10:45", store.Tell, store.CallUnanswered, store.ByCall, ""},
		{"until its time is over", offer(call("2026-09-08 10:20", store.Failed)), landline, "2026-09-08 11:20", store.CloseIt, store.Lapsed, "", ""},
		{"who can not be reached is no task", offer(), store.Reach{Zone: london}, "2026-09-08 10:20", store.CloseIt, store.NoNumber, "", ""},
		{"somebody said it is not them", denied, both, "2026-09-09 11:00", store.HandToDesk, store.WrongPerson, "", ""},
	} {
		got := store.NextStep(tc.n, tc.reach, at(tc.now))
		until := ""
		if !got.Until.IsZero() {
			until = got.Until.In(london).Format("2006-01-02 15:04")
		}
		if got.Do != tc.do || got.Why != tc.why || got.Rung != tc.rung || until != tc.until {
			t.Errorf("%s: %s (%s) by %q until %q; want %s (%s) by %q until %q", tc.what, got.Do, got.Why, got.Rung, until, tc.do, tc.why, tc.rung, tc.until)
		}
	}
}

// On the clock on the wall, also in the nights in which it changes, and for who
// lives elsewhere.
func TestNextHours(t *testing.T) {
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		now  string
		zone *time.Location
		want string
	}{
		{"2026-03-28 20:00", london, "2026-03-29 09:00"}, // summer time begins at 01:00
		{"2026-03-29 00:30", london, "2026-03-29 09:00"},
		{"2026-10-24 23:00", london, "2026-10-25 09:00"}, // and ends at 02:00
		{"2026-10-25 01:30", london, "2026-10-25 09:00"},
		{"2028-02-28 21:00", london, "2028-02-29 09:00"},
		{"2026-09-09 16:00", kolkata, "2026-09-10 04:30"}, // 20:30 there
		{"2026-09-09 12:00", kolkata, "2026-09-09 12:00"},
	} {
		if got := store.NextHours(at(tc.now), store.Preferences(nil).Hours(), tc.zone).In(london).Format("2006-01-02 15:04"); got != tc.want {
			t.Errorf("at %s in %s: %s, want %s", tc.now, tc.zone, got, tc.want)
		}
	}
}

// A clinic may have other reminders, or none; the last of them has the whole
// ladder.
func TestRemindersOfAClinic(t *testing.T) {
	made := func(k store.NoticeKind) store.NoticeID { return store.NoticeID(k) }
	a := store.Appointment{ID: "a", Person: "tom", Slot: store.Slot{Start: at("2026-03-30 10:20")}}
	for _, tc := range []struct {
		days []int
		want string
	}{
		{[]int{}, ""},
		{[]int{2}, "late-reminder 28 true"},
		{[]int{7, 2}, "early-reminder 23 false, late-reminder 28 false"},
		{[]int{28, 1}, "late-reminder 29 false"},
	} {
		a.Clinic.Reminders = tc.days
		var got []string
		for _, n := range store.Reminders(a, at("2026-03-20 09:00"), london, made) {
			got = append(got, fmt.Sprintf("%s %d %t", n.Kind, n.Due.Day(), n.Only))
		}
		if s := strings.Join(got, ", "); s != tc.want {
			t.Errorf("%v: %s, want %s", tc.days, s, tc.want)
		}
	}
}

// Reminders come at the hour of the appointment, and not for days that are past.
func TestReminders(t *testing.T) {
	made := func(k store.NoticeKind) store.NoticeID { return store.NoticeID(k) }
	a := store.Appointment{ID: "a", Person: "tom", Slot: store.Slot{Start: at("2026-03-30 10:20")}}
	for now, want := range map[string][]string{
		"2026-03-20 09:00": {"2026-03-27 10:20", "2026-03-29 10:20"}, // though an hour is missing between
		"2026-03-27 10:20": {"2026-03-29 10:20"},
		"2026-03-29 12:00": nil,
	} {
		var got []string
		for _, n := range store.Reminders(a, at(now), london, made) {
			got = append(got, n.Due.Format("2006-01-02 15:04"))
		}
		if len(got) != len(want) || len(got) > 0 && (got[0] != want[0] || got[len(got)-1] != want[len(want)-1]) {
			t.Errorf("booked at %s: %v, want %v", now, got, want)
		}
	}
}
