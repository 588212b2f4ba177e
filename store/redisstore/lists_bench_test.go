package redisstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// BenchmarkLists is what the first page of each list costs somebody of whom so
// many things of each kind are on file: as much for a thousand as for three.
func BenchmarkLists(b *testing.B) {
	for _, n := range []int{3, 1000} {
		s := open(b, redistest.Start(b, "--appendonly", "yes").URL())
		onFile(b, s, n)
		for _, r := range []store.Request{
			store.ListAppointments{Limit: 3}, store.ListResults{Limit: 3}, store.ListSummary{Kind: store.Medicine, Limit: 3},
			store.ListReadings{Kind: store.Pulse, Limit: 3}, store.ListMessages{Limit: 3},
		} {
			b.Run(fmt.Sprintf("of=%d/%s", n, r.Verb()), func(b *testing.B) {
				costs(b, s, func() error {
					out, err := s.Perform(context.Background(), store.Order{By: as(storetest.Mary), Now: storetest.Now, Request: r})
					if err == nil && (out.Verdict != store.Done || out.More != (n > 3)) {
						err = fmt.Errorf("it is %s, more follow: %t", out.Verdict, out.More)
					}
					return err
				})
			})
		}
	}
}

// onFile puts n things of each kind on Mary's file.
func onFile(b *testing.B, s *redisstore.Store, n int) {
	b.Helper()
	batch := storetest.Batch()
	batch.Appointments = nil
	for i := range n {
		id, day := fmt.Sprint("of-", i), storetest.Today.AddDays(-1-i)
		start := storetest.Now.AddDate(0, 0, 1).Add(time.Duration(i) * time.Hour)
		slot := store.Slot{ID: store.SlotID(id), Clinic: storetest.Nurse, Start: start, Length: 10 * time.Minute}
		batch.Slots = append(batch.Slots, slot)
		batch.Appointments = append(batch.Appointments, store.AppointmentRow{Person: storetest.Mary, Clinic: storetest.Nurse, Slot: slot.ID})
		batch.Results = append(batch.Results, store.Result{
			ID: store.ResultID(id), Person: storetest.Mary, Name: map[store.Language]string{"en": "a test"}, Taken: day, Status: store.Final, Release: store.ReleaseNow,
		})
		batch.Entries = append(batch.Entries, store.Entry{
			ID: store.EntryID(id), Person: storetest.Mary, Kind: store.Medicine, Name: map[store.Language]store.Words{"en": "a medicine"},
			Source: map[store.Language]string{"en": "Riverside Surgery"}, Recorded: day,
		})
		batch.Readings = append(batch.Readings, store.Reading{
			ID: store.ReadingID(id), Person: storetest.Mary, By: storetest.Mary, Kind: store.Pulse, Values: []store.Tenths{720},
			Taken: day.Start(storetest.London), Status: store.Preliminary,
		})
	}
	mustImport(b, s, batch)
	for i := range n {
		left, err := s.Perform(context.Background(), store.Order{
			ID: store.RequestID(fmt.Sprint("message ", i)), By: as(storetest.Mary), Now: storetest.Now, Request: store.LeaveMessage{Words: "May I?"},
		})
		if err != nil || left.Verdict != store.Done {
			b.Fatal(left.Verdict, err)
		}
	}
	for after, more := (store.TaskCursor{}), true; more; {
		tasks, err := s.Tasks(context.Background(), after, 100)
		if err != nil {
			b.Fatal(err)
		}
		more = len(tasks) == 100
		for _, t := range tasks {
			after = store.BehindTask(t)
			if _, err := s.AnswerMessage(context.Background(), t.ID, "Dr Lee", "You may.", storetest.Now); err != nil {
				b.Fatal(err)
			}
		}
	}
}
