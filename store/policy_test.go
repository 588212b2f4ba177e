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

func staff(role store.Role, subject store.PersonID) store.Authority {
	return store.Authority{Subject: subject, Staff: &store.Staff{ID: "s", Name: "Lee", Role: role}}
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
		"a whole PIN is not for a text":             {byText(mary(store.ByBirthday)), store.CheckPIN{}, store.WrongChannel, false},
		"nor a part of one for a call":              {mary(store.ByBirthday), store.CheckPIN{Places: store.Places{First: 1, Second: 2}}, store.WrongChannel, false},
		"nor is a part asked for there":             {mary(store.ByBirthday), store.AskPlaces{}, store.WrongChannel, false},
		"a part is for a text":                      {byText(mary(store.ByBirthday)), store.CheckPIN{Places: store.Places{First: 1, Second: 2}}, store.Proving, true},
		"from somebody already known":               {byText(nobody), store.AskPlaces{}, store.NoActor, false},
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
		"a new PIN needs the old one":               {mary(store.ByBirthday), store.ProposePIN{}, store.LevelTooLow, false},
		"no carer sets another's":                   {ann(store.ByPIN, all), store.ConfirmPIN{}, store.BeyondGrant, false},
		"nothing is set but after the PIN":          {mary(store.ByBirthday), store.ChangeSetting{}, store.LevelTooLow, false},
		"no carer sets how another is reached":      {ann(store.ByPIN, all), store.ChangeSetting{}, store.BeyondGrant, false},
		"nobody is named but after the PIN":         {mary(store.ByBirthday), store.NameCarer{}, store.LevelTooLow, false},
		"who is named is asked by us alone":         {mary(store.ByBirthday), store.HearInvitation{Notice: "n"}, store.NotAsked, false},
		"no carer names another":                    {ann(store.ByPIN, all), store.NameCarer{}, store.BeyondGrant, false},
		"no carer ends another's grant":             {ann(store.ByPIN, all), store.EndGrant{}, store.BeyondGrant, false},
		"nor hears of them":                         {ann(store.ByPIN, all), store.ListGrants{}, store.BeyondGrant, false},
		"a clinician lets results go":               {staff(store.AsClinician, "mary"), store.ReviseResult{}, store.ByStaff, true},
		"of somebody":                               {staff(store.AsClinician, ""), store.ReviseResult{}, store.NoActor, false},
		"reception does not":                        {staff(store.AtReception, "mary"), store.ReviseResult{}, store.BeyondRole, false},
		"nor reads any":                             {staff(store.AtReception, "mary"), store.ReadResults{}, store.BeyondRole, false},
		"nor does who runs the system":              {staff(store.Administrator, "mary"), store.ReadResults{}, store.BeyondRole, false},
		"nor answers a message":                     {staff(store.Administrator, ""), store.AnswerTask{}, store.BeyondRole, false},
		"reception finds people":                    {staff(store.AtReception, ""), store.FindPeople{}, store.ByStaff, true},
		"and reads no ledger":                       {staff(store.AtReception, "mary"), store.ReadLedger{}, store.BeyondRole, false},
		"who runs the system does":                  {staff(store.Administrator, "mary"), store.ReadLedger{}, store.ByStaff, true},
		"a role that there is not does nothing":     {staff("porter", ""), store.ListTasks{}, store.BeyondRole, false},
		"staff hear no result as a patient does":    {staff(store.AsClinician, "mary"), store.HearResult{}, store.NoRule, false},
		"no patient is staff":                       {mary(store.ByPIN), store.ReviseResult{}, store.NoRule, false},
		"a date of birth answers questions":         {mary(store.ByBirthday), store.AnswerQuestion{}, store.OwnRecord, true},
		"private ones want the PIN":                 {mary(store.ByBirthday), store.AnswerQuestion{Ask: store.Ask{Private: true}}, store.LevelTooLow, false},
		"a carer answers within the grant":          {ann(store.ByPIN, all), store.SendAnswers{}, store.Granted, true},
		"never what is private":                     {ann(store.ByPIN, all), store.FindQuestion{Ask: store.Ask{Private: true}}, store.SensitiveClinic, false},
		"nor beyond it":                             {ann(store.ByPIN, hears), store.ListQuestionnaires{}, store.BeyondGrant, false},
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

func byText(by store.Authority) store.Authority {
	by.Channel = store.Text
	return by
}
