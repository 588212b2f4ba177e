package store_test

import (
	"testing"
	"time"

	"landline/store"
)

var (
	today    = store.Day{Year: 2026, Month: time.September, Day: 16}
	doctor   = store.Clinic{ID: "doctor"}
	therapy  = store.Clinic{ID: "therapy", Sensitive: true}
	grantFor = func(until store.Day, scopes ...store.Scope) *store.Grant {
		return &store.Grant{Carer: "ann", Subject: "mary", Scopes: scopes, Until: until}
	}
)

func mary(l store.Level) store.Authority {
	return store.Authority{Actor: "mary", Subject: "mary", Level: l}
}

func ann(l store.Level, g *store.Grant) store.Authority {
	return store.Authority{Actor: "ann", Subject: "mary", Level: l, Grant: g}
}

func TestWhoMayDoWhatToWhomAtWhichLevel(t *testing.T) {
	nobody := store.Authority{}
	all := grantFor(today, store.Scopes()...)
	hears := grantFor(today, store.HearAppointments)
	book := store.BookSlot{Clinic: doctor}
	for name, tc := range map[string]struct {
		by   store.Authority
		r    store.Request
		want store.Reason
		ok   bool
	}{
		"anybody may ask for a person":              {nobody, store.Reception{}, store.Public, true},
		"anybody may leave a call-back":             {nobody, store.OpenTask{}, store.Public, true},
		"anybody may say who they are":              {nobody, store.Identify{}, store.Proving, true},
		"a PIN is for somebody already known":       {nobody, store.CheckPIN{}, store.NoActor, false},
		"nobody books for nobody":                   {nobody, book, store.NoActor, false},
		"a number alone hears nothing":              {mary(store.Unproved), store.ListAppointments{}, store.LevelTooLow, false},
		"a date of birth hears":                     {mary(store.ByBirthday), store.ListAppointments{}, store.OwnRecord, true},
		"and books":                                 {mary(store.ByBirthday), book, store.OwnRecord, true},
		"a sensitive clinic wants the PIN":          {mary(store.ByBirthday), store.BookSlot{Clinic: therapy}, store.LevelTooLow, false},
		"with it, it is theirs":                     {mary(store.ByPIN), store.BookSlot{Clinic: therapy}, store.OwnRecord, true},
		"a sensitive appointment is moved likewise": {mary(store.ByBirthday), store.MoveAppointment{Appointment: store.Appointment{Clinic: therapy}}, store.LevelTooLow, false},
		"for whom one may act wants the PIN":        {mary(store.ByBirthday), store.ListCharges{}, store.LevelTooLow, false},
		"a carer wants the PIN":                     {ann(store.ByBirthday, all), book, store.LevelTooLow, false},
		"and a grant":                               {ann(store.ByPIN, nil), book, store.NoGrant, false},
		"that covers it":                            {ann(store.ByPIN, hears), book, store.BeyondGrant, false},
		"and is in force":                           {ann(store.ByPIN, grantFor(today.AddDays(-1), store.Scopes()...)), book, store.NoGrant, false},
		"on its last day too":                       {ann(store.ByPIN, all), book, store.Granted, true},
		"a grant that was ended":                    {ann(store.ByPIN, &store.Grant{Carer: "ann", Subject: "mary", Scopes: store.Scopes(), Until: today, Ended: true}), book, store.NoGrant, false},
		"a grant without an end":                    {ann(store.ByPIN, grantFor(store.Day{}, store.Scopes()...)), book, store.NoGrant, false},
		"somebody else's grant":                     {store.Authority{Actor: "bob", Subject: "mary", Level: store.ByPIN, Grant: all}, book, store.NoGrant, false},
		"a grant for somebody else":                 {store.Authority{Actor: "ann", Subject: "tom", Level: store.ByPIN, Grant: all}, book, store.NoGrant, false},
		"a carer and a sensitive clinic":            {ann(store.ByPIN, all), store.BookSlot{Clinic: therapy}, store.SensitiveClinic, false},
		"hearing within the grant":                  {ann(store.ByPIN, hears), store.ListAppointments{}, store.Granted, true},
		"a date of birth hears no results":          {mary(store.ByBirthday), store.ListResults{}, store.LevelTooLow, false},
		"a PIN does":                                {mary(store.ByPIN), store.HearResult{}, store.OwnRecord, true},
		"a carer who may hear appointments, none":   {ann(store.ByPIN, hears), store.HearResult{}, store.BeyondGrant, false},
		"who looked is the person's own to hear":    {mary(store.ByPIN), store.ListVisits{}, store.OwnRecord, true},
		"after the PIN":                             {mary(store.ByBirthday), store.ListVisits{}, store.LevelTooLow, false},
		"and no carer's":                            {ann(store.ByPIN, all), store.ListVisits{}, store.BeyondGrant, false},
		"who may act is the person's own to hear":   {mary(store.ByPIN), store.ListGrants{}, store.OwnRecord, true},
		"and to end":                                {mary(store.ByPIN), store.EndGrant{}, store.OwnRecord, true},
		"but after the PIN":                         {mary(store.ByBirthday), store.EndGrant{}, store.LevelTooLow, false},
		"nobody is named but after the PIN":         {mary(store.ByBirthday), store.NameCarer{}, store.LevelTooLow, false},
		"who is named is asked by us alone":         {mary(store.ByBirthday), store.HearInvitation{Notice: "n"}, store.NotAsked, false},
		"no carer names another":                    {ann(store.ByPIN, all), store.NameCarer{}, store.BeyondGrant, false},
		"no carer ends another's grant":             {ann(store.ByPIN, all), store.EndGrant{}, store.BeyondGrant, false},
		"nor hears of them":                         {ann(store.ByPIN, all), store.ListGrants{}, store.BeyondGrant, false},
		"one who may hear results does":             {ann(store.ByPIN, grantFor(today, store.HearResults)), store.ListResults{}, store.Granted, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := store.Allow(tc.by, tc.r, today); got.Allowed != tc.ok || got.Reason != tc.want {
				t.Errorf("got %+v, want %v because %q", got, tc.ok, tc.want)
			}
		})
	}
}

type unheardOf struct{ store.Reception }

func TestWhatThePolicyDoesNotKnowItRefuses(t *testing.T) {
	if got := store.Allow(mary(store.ByPIN), unheardOf{}, today); got.Allowed || got.Reason != store.NoRule {
		t.Errorf("got %+v", got)
	}
}
