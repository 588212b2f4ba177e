package journeys_test

import (
	"slices"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/store"
)

// Whatever is behind the key for more may become usual, and then has the last key of
// the menu, and stays where it was as well; what waits has it first.
func TestTheLastKeyIsTheirs(t *testing.T) {
	book := journeys.Book()
	j := book.Journeys[slices.IndexFunc(book.Journeys, func(j flows.Journey) bool { return j.Name == "main" })]
	menu := j.States[slices.IndexFunc(j.States, func(s flows.State) bool { return s.Name == "menu" })].Wait.(flows.Menu)
	offered := func(choices []flows.Choice, w *store.Waiting) (classes []flows.Class) {
		v := flows.View{Conversation: flows.Conversation{Memory: flows.Memory{Waiting: w}}}
		for _, c := range choices {
			if c.If == nil || c.If.Of(v) {
				classes = append(classes, c.Class)
			}
		}
		return classes
	}
	always := []flows.Class{"book", "appointments", "carer"}
	last := func(w *store.Waiting, want flows.Class) {
		t.Helper()
		if got := offered(menu.Choices, w); !slices.Equal(got, append(always[:3:3], want)) {
			t.Errorf("%+v: the menu offers %v, and not %s at the end", w, got, want)
		}
	}
	last(nil, "language")
	rest := offered(menu.More, nil)
	for i, s := range store.Services() {
		w := &store.Waiting{Usual: s}
		last(w, flows.Class(s))
		if rest[i] != flows.Class(s) {
			t.Errorf("%q is in place %d of the rest of the menu, not %q", rest[i], i, s)
		}
		if more := offered(menu.More, w); !slices.Equal(more[:i+1], rest[:i+1]) || !slices.Contains(more, "language") {
			t.Errorf("%q is usual: the rest of the menu is %v", s, more)
		}
		w.Message = true
		last(w, "new")
	}
}
