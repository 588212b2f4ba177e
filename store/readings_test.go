package store_test

import (
	"testing"
	"time"

	"landline/store"
)

func TestWhatAReadingCanBe(t *testing.T) {
	for _, tc := range []struct {
		kind   store.ReadingKind
		values []store.Tenths
		want   bool
	}{
		{store.BloodPressure, []store.Tenths{1410, 800}, true},
		{store.BloodPressure, []store.Tenths{800, 1410}, false}, // upside down
		{store.BloodPressure, []store.Tenths{1410}, false},
		{store.BloodPressure, []store.Tenths{1415, 800}, false}, // no meter shows tenths
		{store.Glucose, []store.Tenths{72}, true},
		{store.Glucose, []store.Tenths{720}, false},
		{store.Weight, []store.Tenths{715}, true}, {store.Weight, []store.Tenths{7150}, false},
		{store.Temperature, []store.Tenths{368}, true}, {store.Temperature, []store.Tenths{3680}, false},
		{store.Oxygen, []store.Tenths{1000}, true}, {store.Oxygen, []store.Tenths{1010}, false},
		{store.Pain, []store.Tenths{0}, true}, {store.Pain, []store.Tenths{110}, false},
		{"mood", []store.Tenths{10}, false},
	} {
		m, _ := store.MeasureOf(tc.kind)
		if got := m.Possible(tc.values); got != tc.want {
			t.Errorf("%s %v: %t", tc.kind, tc.values, got)
		}
	}
}

func TestHowSevereAReadingIs(t *testing.T) {
	own := map[store.ReadingKind][]store.Bound{
		store.BloodPressure: {{High: 1500, Severity: store.RingPractice}}, store.Weight: {{High: 750, Severity: store.RingPractice}},
		store.Oxygen: {{Low: 880, Severity: store.Ring999}}, // whose lungs are ill
	}
	for _, tc := range []struct {
		kind   store.ReadingKind
		values []store.Tenths
		want   store.Severity
	}{
		{store.BloodPressure, []store.Tenths{1410, 800}, store.NotSevere},
		{store.BloodPressure, []store.Tenths{1510, 800}, store.RingPractice}, // her own limit
		{store.BloodPressure, []store.Tenths{1800, 800}, store.Ring111},
		{store.BloodPressure, []store.Tenths{1400, 1200}, store.Ring111},
		{store.BloodPressure, []store.Tenths{900, 500}, store.Ring111},
		{store.Oxygen, []store.Tenths{950}, store.NotSevere}, {store.Oxygen, []store.Tenths{940}, store.Ring111},
		{store.Oxygen, []store.Tenths{920}, store.Ring111}, {store.Oxygen, []store.Tenths{880}, store.Ring111}, {store.Oxygen, []store.Tenths{870}, store.Ring999},
		{store.Glucose, []store.Tenths{40}, store.NotSevere}, {store.Glucose, []store.Tenths{39}, store.Ring111},
		{store.Weight, []store.Tenths{751}, store.RingPractice}, {store.Weight, []store.Tenths{750}, store.NotSevere},
		{store.Temperature, []store.Tenths{391}, store.Ring111}, {store.Pain, []store.Tenths{70}, store.NotSevere},
	} {
		if got := store.SeverityOf(tc.values, store.UsualBounds(tc.kind), own[tc.kind]); got != tc.want {
			t.Errorf("%s %v: %d, want %d", tc.kind, tc.values, got, tc.want)
		}
	}
}

func TestTrendOf(t *testing.T) {
	now := at("2026-09-16 09:00")
	series := func(k store.ReadingKind, values ...store.Tenths) []store.Reading {
		var out []store.Reading
		for i, v := range values {
			out = append(out, store.Reading{Kind: k, Values: []store.Tenths{v}, Taken: now.Add(-time.Duration(i) * 24 * time.Hour)})
		}
		return out
	}
	for _, tc := range []struct {
		list []store.Reading
		want store.Trend
	}{
		{nil, store.TooFew}, {series(store.BloodPressure, 1400), store.TooFew},
		{series(store.BloodPressure, 1400, 1420, 1390), store.Same},
		{series(store.BloodPressure, 1500, 1400, 1400), store.Higher},
		{series(store.BloodPressure, 1750, 1400, 1400), store.MuchHigher},
		{series(store.BloodPressure, 1300, 1400, 1400), store.Lower},
		{series(store.Weight, 735, 715, 716), store.Higher}, {series(store.Weight, 770, 715, 716), store.MuchHigher},
		{series(store.Temperature, 372, 368), store.Same}, {series(store.Temperature, 380, 368), store.Higher},
	} {
		if got := store.TrendOf(tc.list); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.list, got, tc.want)
		}
	}
	long := series(store.Pulse, 700, 900)
	long[1].Taken = now.AddDate(0, 0, -29)
	if got := store.TrendOf(long); got != store.TooFew {
		t.Errorf("compared with a month ago: %s", got)
	}
}
