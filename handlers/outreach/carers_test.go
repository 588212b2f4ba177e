package outreach_test

import (
	"slices"
	"testing"
	"time"

	"landline/store"
)

// Whom nobody could reach a carer is asked to tell, if they chose one, and staff only
// after that; nobody else hears of a sensitive clinic.
func TestCarersAreAskedBeforeStaff(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what      string
		copied    []store.PersonID
		sensitive bool
		asked     []string
	}{
		{"nobody is told, too", nil, false, nil},
		{"two are", []store.PersonID{"ann", "joan"}, false, []string{"charge-unreached of tom to ann", "charge-unreached of tom to joan"}},
		{"but not of a sensitive clinic", []store.PersonID{"ann"}, true, nil},
	} {
		w := newWorld(t)
		w.notice.Starts = w.now.Add(3 * 24 * time.Hour)
		w.copied, w.sensitive = tc.copied, tc.sensitive
		d := w.desk()
		w.must(w.sweep(d, 0))
		if !slices.Equal(w.news, tc.asked) {
			t.Errorf("%s: told %q, want %q", tc.what, w.news, tc.asked)
		}
		if w.notice.Closed != (len(tc.asked) == 0) || (len(w.tasks) > 0) != (len(tc.asked) == 0) {
			t.Errorf("%s: tasks %v; the notice: %+v", tc.what, w.tasks, w.notice)
		}
		w.must(w.sweep(d, store.CarerWaits-time.Minute))
		w.must(w.sweep(d, time.Minute))
		if len(w.tasks) != 1 || len(w.news) != len(tc.asked) || w.notice.Why != store.NoNumber {
			t.Errorf("%s: in the end %d tasks, %q, %s", tc.what, len(w.tasks), w.news, w.notice.Why)
		}
	}
}

// Carers are told, too, of what is confirmed: once, whoever is told it himself, and not
// of what they did.
func TestCarersAreToldToo(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what      string
		change    func(*store.Notice)
		sensitive bool
		told      []string
	}{
		{"done by telephone", func(n *store.Notice) { n.Self = true }, false, []string{"charge-changed of tom to ann", "charge-changed of tom to joan"}},
		{"done by text", func(n *store.Notice) { n.Self, n.Written = true, true }, false, []string{"charge-changed of tom to ann", "charge-changed of tom to joan"}},
		{"done by Ann", func(n *store.Notice) { n.Doer = "ann" }, false, []string{"charge-changed of tom to joan"}},
		{"in a sensitive clinic", func(n *store.Notice) {}, true, nil},
		{"a reminder is no change", func(n *store.Notice) { n.Kind = store.LateReminder }, false, nil},
	} {
		w := newWorld(t, landline)
		w.copied, w.sensitive = []store.PersonID{"ann", "joan"}, tc.sensitive
		w.notice.Kind = store.Confirmation
		tc.change(&w.notice)
		d := w.desk()
		w.must(w.sweep(d, 0))
		w.must(w.sweep(d, time.Minute))
		if !slices.Equal(w.news, tc.told) {
			t.Errorf("%s: told %q, want %q", tc.what, w.news, tc.told)
		}
	}
}
