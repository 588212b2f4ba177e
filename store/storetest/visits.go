package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// deed leaves lines of a turn of a call about Mary and chains them.
func (w *world) deed(id store.ConversationID, turn int, actor store.PersonID, lines ...store.LedgerLine) {
	w.Helper()
	input := store.InputID(fmt.Sprint("in-", turn))
	w.claim(id, input, turn, store.ClaimTaken)
	save := store.TurnSave{Conversation: id, Input: input, Number: turn, Now: w.now}
	for i, l := range lines {
		l.ID, l.At, l.Conversation, l.Actor, l.Subject, l.Channel = fmt.Sprint(id, turn, i), w.now, id, actor, Mary, store.Voice
		save.Lines = append(save.Lines, l)
	}
	if err := w.Conversations.SaveTurn(w.ctx, save); err != nil {
		w.Fatal(err)
	}
	w.chain(100, len(lines))
	w.now = w.now.Add(time.Minute)
}

func line(r store.Request, v store.Verdict) store.LedgerLine {
	return store.LedgerLine{What: string(r.Verb()), Verdict: v}
}

// visited are the pages of Mary's visits, each as "<who>: <deeds>".
func (w *world) visited(limit int) [][]string {
	w.Helper()
	var pages [][]string
	ask := store.ListVisits{Limit: limit}
	for {
		out, err := w.Ledger.Visits(w.ctx, store.Order{By: as(Mary, store.ByPIN), Request: ask, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		w.allowed(ask, out)
		if out.Verdict == store.None {
			return pages
		}
		var page []string
		for _, v := range out.Visits {
			page = append(page, fmt.Sprintf("%s: %v", v.Given.Reveal(), v.Deeds))
		}
		pages = append(pages, page)
		if !out.More {
			return pages
		}
		ask.Before = out.Visits[len(out.Visits)-1].Number
	}
}

func visits(w *world) {
	if got := w.visited(2); got != nil {
		w.Errorf("before anybody called: %v", got)
	}
	said := store.LedgerLine{What: "said appointments.item"}
	w.deed("call-1", 0, Mary, line(store.Identify{}, store.Done))
	w.deed("call-1", 1, Mary, line(store.ListAppointments{}, store.Done), said)
	w.deed("call-1", 2, Mary, line(store.ListAppointments{}, store.Done), said, line(store.CancelAppointment{}, store.Unknown))
	w.deed("call-2", 0, Mary, line(store.Identify{}, store.Wrong), line(store.ListResults{}, store.None))
	w.deed("call-3", 0, Ann, line(store.FindSlots{}, store.Done), line(store.BookSlot{}, store.Done))
	w.deed("call-3", 1, Ann, line(store.ListResults{}, store.Refused))
	w.deed("call-4", 0, Mary, line(store.HearResult{}, store.Done), line(store.ListVisits{}, store.Done))
	want := [][]string{{": [heard-results heard-visits]", "Ann: [booked refused]"}, {": [heard-appointments]"}}
	if diff := cmp.Diff(want, w.visited(2)); diff != "" {
		w.Error(diff)
	}
	// By text somebody has the same conversation for years: each day is a visit.
	w.now = w.now.AddDate(0, 0, 1)
	w.deed("call-4", 1, Mary, line(store.SendReading{}, store.Done))
	w.deed("call-4", 2, Mary, line(store.ListReadings{}, store.Done))
	want[0], want[1] = []string{": [sent-reading heard-readings]", want[0][0]}, []string{want[0][1], want[1][0]}
	if diff := cmp.Diff(want, w.visited(2)); diff != "" {
		w.Error(diff)
	}
	for by, verdict := range map[*store.Authority]store.Verdict{
		{Actor: Mary, Subject: Mary, Level: store.ByBirthday}: store.Refused,
		{Actor: Ann, Subject: Mary, Level: store.ByPIN}:       store.Refused,
		{Actor: Tom, Subject: Tom, Level: store.ByPIN}:        store.None,
	} {
		out, err := w.Ledger.Visits(w.ctx, store.Order{By: *by, Request: store.ListVisits{}, Now: w.now})
		if err != nil || out.Verdict != verdict {
			w.Errorf("%s asks about %s: %s, %v, want %s", by.Actor, by.Subject, out.Verdict, err, verdict)
		}
	}
}

// However long calls were, and whatever stands between them, each visit is told
// once, and no page costs more than its own stretch of the ledger.
func visitsByPage(w *world) {
	var want []string
	for call := range 12 {
		id := store.ConversationID(fmt.Sprint("call-", call))
		for turn := range 1 + call%4 {
			var lines []store.LedgerLine
			for range 20 {
				lines = append(lines, store.LedgerLine{What: "said something"})
			}
			if turn == call%3 {
				lines = append(lines, line(store.BookSlot{}, store.Done))
			}
			w.deed(id, turn, Mary, lines...)
		}
		if call%4 >= call%3 {
			want = append([]string{": [booked]"}, want...)
		}
	}
	for _, limit := range []int{1, 2, 20} {
		var got []string
		for _, page := range w.visited(limit) {
			if len(page) > limit {
				w.Errorf("a page of %d, want %d", len(page), limit)
			}
			got = append(got, page...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("in pages of %d: %s", limit, strings.TrimSpace(diff))
		}
	}
}
