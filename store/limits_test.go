package store_test

import (
	"testing"
	"time"

	"landline/store"
)

func TestALimitIsReadAsItIsWritten(t *testing.T) {
	for written, want := range map[string]store.Limit{
		"20/1h": {Burst: 20, Per: time.Hour}, "1/30s": {Burst: 1, Per: 30 * time.Second}, "none": {},
	} {
		got, err := store.ParseLimit(written)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", written, got, err)
		}
		if again, err := store.ParseLimit(got.String()); err != nil || again != got {
			t.Errorf("%q comes back as %v, %v", got, again, err)
		}
	}
	if !(store.Limit{}).None() || (store.Limit{Burst: 4, Per: time.Hour}).Each() != 15*time.Minute {
		t.Error("the arithmetic is wrong")
	}
	for _, wrong := range []string{"", "20", "/1h", "20/", "0/1h", "-1/1h", "20/0s", "20/-1h", "x/1h", "20/hour", "100000000/1s", "20/1h/1h"} {
		if got, err := store.ParseLimit(wrong); err == nil {
			t.Errorf("%q is read as %v", wrong, got)
		}
	}
}
