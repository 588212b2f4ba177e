package store_test

import (
	"testing"
	"time"

	"landline/store"
)

func TestWhatMayBeSaidOfAResult(t *testing.T) {
	now := today.At(9, 0, time.UTC)
	fine := store.Result{Status: store.Final, Release: store.ReleaseWhenReviewed, Released: now.Add(-time.Hour), Normal: true}
	with := func(change func(*store.Result)) store.Result {
		r := fine
		change(&r)
		return r
	}
	labelled := func(l ...store.Label) store.Result { return with(func(r *store.Result) { r.Labels = l }) }
	code := func(c store.Release, change ...func(*store.Result)) store.Result {
		return with(func(r *store.Result) {
			r.Release, r.Released, r.Normal = c, time.Time{}, false
			for _, f := range change {
				f(r)
			}
		})
	}
	for name, tc := range map[string]struct {
		r    store.Result
		want store.Telling
		ever bool // it is listed: some day it may be told
	}{
		"final and released":                 {fine, store.Told, true},
		"no code at all":                     {code(""), store.NotTold, false},
		"a code nobody knows":                {code("XYZ"), store.NotTold, false},
		"withheld":                           {code(store.ReleaseNever), store.NotTold, false},
		"to be decided":                      {code(store.ReleaseToBeDecided), store.NotTold, false},
		"at once":                            {code(store.ReleaseNow), store.Told, true},
		"at once, and its day is to come":    {code(store.ReleaseNow, func(r *store.Result) { r.NotBefore = today.AddDays(1) }), store.NotTold, true},
		"if normal, and it is":               {code(store.ReleaseIfNormal, func(r *store.Result) { r.Normal = true }), store.Told, true},
		"if normal, and nobody looked":       {code(store.ReleaseIfNormal), store.NotTold, false},
		"if normal, and part of it is not":   {code(store.ReleaseIfNormal, func(r *store.Result) { r.Normal, r.Abnormal = true, true }), store.NotTold, false},
		"after days that nobody counted":     {code(store.ReleaseAfterDays), store.NotTold, false},
		"after days, on the last of them":    {code(store.ReleaseAfterDays, func(r *store.Result) { r.NotBefore = today.AddDays(1) }), store.NotTold, true},
		"after days that are over":           {code(store.ReleaseAfterDays, func(r *store.Result) { r.NotBefore = today }), store.Told, true},
		"not reviewed":                       {code(store.ReleaseWhenReviewed), store.NotTold, false},
		"to be released in an hour":          {with(func(r *store.Result) { r.Released = now.Add(time.Hour) }), store.NotTold, true},
		"to be told face to face":            {with(func(r *store.Result) { r.InPerson = true }), store.TalkOnly, true},
		"to be told so, but not released":    {code(store.ReleaseWhenReviewed, func(r *store.Result) { r.InPerson = true }), store.NotTold, false},
		"of normal confidentiality":          {labelled("N"), store.Told, true},
		"restricted":                         {labelled("R"), store.NotTold, false},
		"very restricted":                    {labelled("N", "V"), store.NotTold, false},
		"not for the patient":                {labelled(store.NoPatient), store.NotTold, false},
		"of sexual health":                   {labelled("SEX"), store.NotTold, false},
		"under a label that nobody knows":    {labelled("QQQ"), store.NotTold, false},
		"sensitive and to be told in person": {with(func(r *store.Result) { r.InPerson, r.Labels = true, []store.Label{"HIV"} }), store.NotTold, false},
	} {
		if got := tc.r.Telling(now); got != tc.want {
			t.Errorf("%s: %s is told, want %s", name, got, tc.want)
		}
		if got := tc.r.Lists(); got != tc.ever {
			t.Errorf("%s: listed %v, want %v", name, got, tc.ever)
		}
	}
	for _, s := range store.ResultStatuses() {
		told := s == store.Final || s == store.Amended || s == store.Corrected
		if got := with(func(r *store.Result) { r.Status = s }).Telling(now); (got == store.Told) != told {
			t.Errorf("%s: %s is told", s, got)
		}
	}
}
