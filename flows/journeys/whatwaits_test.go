package journeys_test

import (
	"slices"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/store"
)

// Whatever is behind the key for more may become usual: what is most so then has the last
// key of the menu, and stays where it was as well; what waits has that key first.
func TestTheLastKeyIsTheirs(t *testing.T) {
	always := []flows.Class{"book", "appointments", "carer"}
	last := func(w *store.Waiting, want flows.Class) {
		t.Helper()
		if got := offeredIn(t, "menu", w); !slices.Equal(got, append(always[:3:3], want)) {
			t.Errorf("%+v: the menu offers %v, and not %s at the end", w, got, want)
		}
	}
	last(nil, "language")
	for _, s := range store.Services() {
		w := &store.Waiting{Usual: []store.Service{s}}
		last(w, flows.Class(s))
		if got, want := restOfMenu(t, w), restOfMenu(t, nil); !slices.Equal(got, want) {
			t.Errorf("%q is usual: behind the key for more are %v, and not %v", s, got, want)
		}
		w.Message = true
		last(w, "new")
	}
}

// What has no key in the menu and is usual, or waits, is first behind the key for more.
func TestTheRestOfTheMenuIsInTheirOrder(t *testing.T) {
	usual := []store.Service{store.ServiceSummary, store.ServiceSharing, store.ServiceReadings}
	for _, tc := range []struct {
		waiting store.Waiting
		asked   bool
		first   []flows.Class
	}{
		{},
		{waiting: store.Waiting{Usual: usual}, first: []flows.Class{"readings", "sharing"}},
		{waiting: store.Waiting{Usual: usual, Message: true}, first: []flows.Class{"readings", "sharing", "summary"}},
		{waiting: store.Waiting{Usual: usual}, asked: true, first: []flows.Class{"readings", "sharing", "summary"}},
		{waiting: store.Waiting{Usual: usual, Message: true}, asked: true, first: []flows.Class{"readings", "sharing", "summary", "questions"}},
		{waiting: store.Waiting{Message: true}, asked: true, first: []flows.Class{"questions"}},
		{asked: true},
	} {
		var asks []store.Ask
		if tc.asked {
			asks = []store.Ask{{Private: true}}
		}
		want := tc.first[:len(tc.first):len(tc.first)]
		for _, s := range store.Services() {
			if !slices.Contains(want, flows.Class(s)) {
				want = append(want, flows.Class(s))
			}
		}
		if got := restOfMenu(t, &tc.waiting, asks...); !slices.Equal(got, want) {
			t.Errorf("%+v, asked %t: behind the key for more are %v, and not %v", tc.waiting, tc.asked, got, want)
		}
	}
}

// restOfMenu are the choices of all pages behind the key for more.
func restOfMenu(t *testing.T, w *store.Waiting, asks ...store.Ask) (all []flows.Class) {
	t.Helper()
	for _, page := range []flows.StateName{"more", "more-2", "more-3"} {
		here := offeredIn(t, page, w, asks...)
		if n := len(here); n != flows.PageSize+1 || here[n-1] != "menu" {
			t.Errorf("page %s offers %v", page, here)
			continue
		}
		all = append(all, here[:flows.PageSize]...)
	}
	return all
}

// offeredIn are the choices that have a key in a state of the main menu.
func offeredIn(t *testing.T, state flows.StateName, w *store.Waiting, asks ...store.Ask) (classes []flows.Class) {
	t.Helper()
	book := journeys.Book()
	main := book.Journeys[slices.IndexFunc(book.Journeys, func(j flows.Journey) bool { return j.Name == "main" })]
	i := slices.IndexFunc(main.States, func(s flows.State) bool { return s.Name == state })
	memory := flows.Memory{Waiting: w}
	if len(asks) > 0 {
		memory.Questions = &flows.QuestionsMemory{Waiting: asks}
	}
	here, _ := main.States[i].Wait.(flows.Menu).Offered(flows.View{Conversation: flows.Conversation{Memory: memory}})
	for _, c := range here {
		classes = append(classes, c.Class)
	}
	return classes
}
