package sms_test

import (
	"slices"
	"testing"

	"landline/store"
)

// Who texts too much is told so once, staff are asked to ring, and then nothing
// is said.
func TestATextTooMany(t *testing.T) {
	b := &back{reply: says(hello), verdict: store.Done, admission: store.TooMany}
	g := newGateway(t, b)
	want := []string{"Many texts. Ring 01632 960001.\nLlawer. Ffoniwch 01632 960001."}
	if got := g.post("/twilio/sms", form()); !slices.Equal(got, want) || len(b.arrived) != 0 || len(b.orders) != 1 {
		t.Fatalf("%q, %d turns, %d orders", got, len(b.arrived), len(b.orders))
	}
	o := b.orders[0]
	if task := o.Request.(store.OpenTask).Task; o.ID != "too-many:"+sid || task.Kind != store.RingTooMany || task.Number != tom || o.By.Caller != tom {
		t.Errorf("%+v", o)
	}
	b.admission = store.ToldTooMany
	if got := g.post("/twilio/sms", form()); len(got) != 0 || len(b.arrived) != 0 || len(b.orders) != 1 {
		t.Errorf("then: %q, %d turns, %d orders", got, len(b.arrived), len(b.orders))
	}
	// To stop our texts is never too much.
	if got := g.post("/twilio/sms", form("Body", "STOP")); len(got) != 0 || !slices.Equal(b.calls, []string{"out " + tom}) {
		t.Errorf("STOP: %q, %v", got, b.calls)
	}
}

// Nobody is promised a call that staff were not asked to make.
func TestACallBackThatCouldNotBeLeftIsNotPromised(t *testing.T) {
	for name, b := range map[string]*back{
		"the task is lost":    {taskErr: store.ErrUnknown, verdict: store.Done},
		"the task is refused": {verdict: store.Unavailable},
	} {
		b.admission = store.TooMany
		want := []string{"Sorry. Ring 01632 960001.\nSori. Ffoniwch 01632 960001."}
		if got := newGateway(t, b).post("/twilio/sms", form()); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
