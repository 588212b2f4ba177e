package store

import (
	"slices"
	"strings"
	"time"
)

// OrderedID names a test that was ordered.
type OrderedID string

// OrderedTest is a test that was ordered for somebody. A watchdog starts with it: one
// whose result is not there when it was due is chased (needs.md, "Reaching people").
type OrderedTest struct {
	ID     OrderedID `json:"id,omitempty"`
	Person PersonID  `json:"person,omitempty"`
	// Test is the kind of test, as Result.Test; Name what is tested, in public words,
	// per language.
	Test string              `json:"test,omitempty"`
	Name map[Language]string `json:"name,omitempty"`
	// Order is what the order is called where it was made, if that tells orders apart: two
	// of the same test on one day, or one that is due another day by now.
	Order string `json:"order,omitempty"`
	// Ordered is the day on which it was ordered, Due the last on which its result is
	// not late.
	Ordered Day `json:"ordered,omitzero"`
	Due     Day `json:"due,omitzero"`
	// Private: that it is late is for a person to tell, and no machine.
	Private bool `json:"private,omitempty"`
	// Came says that its result is there. It is not kept, but seen from the results.
	Came bool `json:"-"`
}

// MostOrdered is how many tests of somebody's are listed.
const MostOrdered = 50

// settling are the statuses of a result that is there: one that is preliminary is
// still waited for, and one that was cancelled will not come by itself.
var settling = []ResultStatus{Final, Amended, Corrected, "appended"}

// CameAs reports whether a result is that of the test: of the order, where both say of
// which; else of the same kind, or called the same where one of them has no kind, and
// taken on the day or later. Whether it may be told is another question.
func (t OrderedTest) CameAs(r Result) bool {
	switch {
	case !slices.Contains(settling, r.Status):
		return false
	case t.Order != "" && len(r.Orders) > 0:
		return slices.Contains(r.Orders, t.Order)
	case r.Taken.Before(t.Ordered):
		return false
	}
	if t.Test != "" && r.Test != "" {
		return t.Test == r.Test
	}
	return t.Name["en"] != "" && strings.EqualFold(t.Name["en"], r.Name["en"])
}

// LateFrom is when its result is late: on the day after it was due.
func (t OrderedTest) LateFrom(zone *time.Location) time.Time { return t.Due.AddDays(1).Start(zone) }

// NewsFrom is from when on the person is to be told that it is late; false if that
// is so long ago that whoever imports the archives has nobody rung.
func (t OrderedTest) NewsFrom(now time.Time) (time.Time, bool) {
	from := t.LateFrom(now.Location())
	if now.Sub(from) > newsAge {
		return from, false
	}
	if from.Before(now) {
		from = now
	}
	return from, true
}

// OrderTest notes that a test was ordered for the subject. Taken: that test was
// ordered on that day. None: there is no such person. Done fills Ordered.
type OrderTest struct{ Test OrderedTest }

// ReadOrdered asks which tests were ordered for the subject, the newest first, and
// which of them came. Done fills Ordered.
type ReadOrdered struct{ Limit int }

// WithdrawTest takes one back: nobody waits for its result. None: there is none.
type WithdrawTest struct{ Test OrderedID }

func (OrderTest) Verb() Verb    { return "order-test" }
func (ReadOrdered) Verb() Verb  { return "read-ordered" }
func (WithdrawTest) Verb() Verb { return "withdraw-test" }

func (OrderTest) Writes() bool    { return true }
func (ReadOrdered) Writes() bool  { return false }
func (WithdrawTest) Writes() bool { return true }

func (OrderTest) Verdicts() []Verdict    { return staffWriteVerdicts }
func (ReadOrdered) Verdicts() []Verdict  { return readVerdicts }
func (WithdrawTest) Verdicts() []Verdict { return staffWriteVerdicts }
