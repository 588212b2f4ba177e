package store_test

import (
	"testing"

	"landline/store"
)

func TestShares(t *testing.T) {
	no := func(a store.Audience, c store.Category) store.Choice { return store.Choice{Audience: a, Category: c} }
	yes := func(a store.Audience, c store.Category) store.Choice {
		return store.Choice{Audience: a, Category: c, Share: true}
	}
	for _, tc := range []struct {
		what    string
		made    []store.Choice
		a       store.Audience
		c       store.Category
		want    bool
		differs int
	}{
		{"for care, where nothing was chosen", nil, store.Hospitals, store.Medicines, true, 0},
		{"not for research", nil, store.Research, store.Everything, false, 0},
		{"nor are extras sent", nil, store.Extras, store.Surveys, false, 0},
		{"an audience that was refused", []store.Choice{no(store.CareHomes, store.Everything)}, store.CareHomes, store.Medicines, false, 1},
		{"is not another", []store.Choice{no(store.CareHomes, store.Everything)}, store.Hospitals, store.Medicines, true, 1},
		{"a category counts before everything", []store.Choice{no(store.Hospitals, store.Everything), yes(store.Hospitals, store.Medicines)}, store.Hospitals, store.Medicines, true, 2},
		{"and the rest stays refused", []store.Choice{no(store.Hospitals, store.Everything), yes(store.Hospitals, store.Medicines)}, store.Hospitals, store.TestResults, false, 2},
		{"the newest counts", []store.Choice{no(store.Hospitals, store.Medicines), yes(store.Hospitals, store.Medicines)}, store.Hospitals, store.Medicines, true, 0},
		{"everything takes back what was said of a part", []store.Choice{no(store.Hospitals, store.Medicines), yes(store.Hospitals, store.Everything)}, store.Hospitals, store.Medicines, true, 0},
		{"trials, once asked for", []store.Choice{yes(store.Extras, store.ClinicalTrials)}, store.Extras, store.ClinicalTrials, true, 1},
		{"are not surveys", []store.Choice{yes(store.Extras, store.ClinicalTrials)}, store.Extras, store.Surveys, false, 1},
	} {
		var choices []store.Choice
		for _, c := range tc.made {
			choices = store.WithChoice(choices, c)
		}
		if got := store.Shares(choices, tc.a, tc.c); got != tc.want {
			t.Errorf("%s: %t", tc.what, got)
		}
		if got := len(store.Differing(choices)); got != tc.differs {
			t.Errorf("%s: %d differ, want %d", tc.what, got, tc.differs)
		}
	}
}
