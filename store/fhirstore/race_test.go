package fhirstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// faulty has requests get lost, or their answers, at random.
type faulty struct{ next http.RoundTripper }

func (f faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	switch rand.N(8) {
	case 0:
		return nil, errCut
	case 1:
		res, err := f.next.RoundTrip(r)
		if err == nil {
			res.Body.Close()
			err = errCut
		}
		return nil, err
	}
	return f.next.RoundTrip(r)
}

// 50 callers for one slot, and 50 for 25, over a line that loses a quarter of what is
// said, each giving up when they like: never two have one slot, whoever was told that
// they have one does, and at the end no slot is taken without its appointment.
func TestFiftyCallers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 25} {
		w := newWorld(t)
		w.Store = w.through(faulty{http.DefaultTransport})
		var batch store.Batch
		for i := range 50 {
			id := store.PersonID(fmt.Sprint("caller-", i))
			batch.People = append(batch.People, store.PersonRow{Person: store.Person{ID: id, Given: "Caller", Born: storetest.Born[storetest.Tom]}})
		}
		var slots []store.Slot
		for i := range n {
			at := storetest.Today.AddDays(12).At(9, 0, storetest.London).Add(time.Duration(i) * 10 * time.Minute)
			slots = append(slots, store.Slot{ID: store.SlotID(fmt.Sprint("wanted-", i)), Clinic: storetest.Nurse, Start: at, Length: 10 * time.Minute})
		}
		batch.Slots = slots
		for _, err := w.Import(t.Context(), batch, storetest.Now); err != nil; _, err = w.Import(t.Context(), batch, storetest.Now) {
			if t.Context().Err() != nil {
				t.Fatal(err)
			}
		}

		var mu sync.Mutex
		told := map[store.SlotID]store.PersonID{}
		var callers sync.WaitGroup
		for _, p := range batch.People {
			o := w.order(p.Person.ID, store.BookSlot{})
			callers.Go(func() {
				for try, at := range rand.Perm(n) {
					o.ID, o.Request = store.RequestID(fmt.Sprint(o.By.Actor, "-", try)), w.book(o.By.Actor, slots[at])
					ctx, hangUp := context.WithTimeout(t.Context(), time.Duration(5+rand.N(3000))*time.Millisecond)
					out, err := w.Perform(ctx, o)
					hangUp()
					if err != nil && !errors.Is(err, store.ErrUnknown) && !errors.Is(err, store.ErrUnavailable) {
						t.Error(err)
					}
					if err == nil && out.Verdict == store.Done {
						mu.Lock()
						if was, twice := told[slots[at].ID]; twice {
							t.Errorf("%s and %s were told that they have %s", was, o.By.Actor, slots[at].ID)
						}
						told[slots[at].ID] = o.By.Actor
						mu.Unlock()
						return
					}
					if errors.Is(err, store.ErrUnknown) {
						return // they will be told: see what the sweep makes of it
					}
				}
			})
		}
		callers.Wait()
		w.Store = w.through(http.DefaultTransport)
		w.sweep(storetest.Now.Add(2 * time.Minute))
		w.sweep(storetest.Now.Add(4 * time.Minute))

		has := map[string]string{}
		for _, a := range w.appointments("booked") {
			var at []fhir.Reference
			if err := a.Get("slot", &at); err != nil || len(at) != 1 {
				t.Fatalf("an appointment of %d slots: %v", len(at), err)
			}
			if other, twice := has[at[0].Reference]; twice {
				t.Errorf("%s has the appointments %s and %s", at[0].Reference, other, a.ID())
			}
			has[at[0].Reference] = a.ID()
		}
		for _, s := range slots {
			_, booked := has["Slot/"+string(s.Clinic)+"."+string(s.ID)]
			if status := w.status(s); booked != (status == "busy") || status == "busy-tentative" {
				t.Errorf("%s is %s, and booked: %v", s.ID, status, booked)
			}
			if told[s.ID] != "" && !booked {
				t.Errorf("%s was told to %s, and is not booked", s.ID, told[s.ID])
			}
		}
		t.Logf("%d slots: %d were told that they have one, %d have one", n, len(told), len(has)-1) // and Mary's
	}
}
