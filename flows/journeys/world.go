package journeys

import (
	"slices"
	"strings"
	"time"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// Samples is the world in which the journeys are walked: one outcome of each
// kind that any of them branches on, with names as long as they come.
type Samples struct{}

var zone = func() *time.Location {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return loc
}()

// Practice is the one that the samples speak for.
func (Samples) Practice() store.Practice {
	return store.Practice{
		Name:   map[store.Language]string{"en": "Riverside Surgery", "cy": "Meddygfa Glan yr Afon"},
		Number: "+441632960000", Reception: "+441632960001",
	}
}

// Now is a Wednesday morning.
func (Samples) Now() time.Time { return time.Date(2026, time.September, 16, 9, 0, 0, 0, zone) }

// Starts are calls and texts, from a number and from none.
func (Samples) Starts() []flows.Conversation {
	return []flows.Conversation{
		flows.NewConversation("call", store.Voice, "+441632960101", prompts.English),
		flows.NewConversation("withheld", store.Voice, "", prompts.English),
		flows.NewConversation("text", store.Text, "+447700900102", prompts.English),
		begun(store.Voice, false, appointment(nurse, 22, 10)), begun(store.Text, false, appointment(nurse, 22, 10)),
		begun(store.Text, true, appointment(therapy, 22, 10)), rungBack(),
		asked(store.Voice, true), asked(store.Voice, false), asked(store.Text, true), word(),
		changed(store.Voice, store.WasCancelled, appointment(blood, 22, 10)), changed(store.Text, store.WasCancelled, appointment(therapy, 22, 10)),
		changed(store.Text, store.WasMoved, appointment(blood, 22, 10)), withNews(store.Voice), withNews(store.Text), read(withNews(store.Text)), read(changed(store.Text, store.WasCancelled, appointment(blood, 22, 10))), noted(store.Voice), noted(store.Text), asksCode(store.Voice), asksCode(store.Text), listened(), withQuestions(store.Voice), withQuestions(store.Text),
		offered(store.Voice, blood), offered(store.Voice, therapy), offered(store.Text, blood), offered(store.Text, therapy),
	}
}

// rungBack is a call that was asked for.
func rungBack() flows.Conversation {
	c := flows.NewConversation("ring-back", store.Voice, "+447700900102", prompts.English)
	c.Outgoing = &flows.Outgoing{Notice: "ring-back", Kind: store.RingBack, Caller: store.Caller{Registered: true}}
	return c
}

// mayHaveAsked reports whether it is a call for which they may have asked by text.
func mayHaveAsked(v flows.View) bool {
	return v.Channel == store.Voice && v.Outgoing != nil && slices.Contains([]store.NoticeKind{store.Update, store.Note, store.Invited}, v.Outgoing.Kind)
}

// word is what is left to a machine.
func word() flows.Conversation {
	c := flows.NewConversation("word", store.Voice, "+447700900102", prompts.English)
	c.Outgoing = &flows.Outgoing{Kind: store.Word, Given: "Christabella"}
	return c
}

// asked is a conversation in which we ask whether somebody will act for another.
func asked(ch store.Channel, known bool) flows.Conversation {
	c := flows.NewConversation("asked", ch, "+447700900102", prompts.English)
	c.Outgoing = &flows.Outgoing{Notice: "asked", Kind: store.Invited, Caller: store.Caller{Registered: known}}
	return c
}

// begun is a conversation that we begin.
func begun(ch store.Channel, shared bool, a store.Appointment) flows.Conversation {
	c := flows.NewConversation("begun", ch, "+447700900102", prompts.English)
	c.Outgoing = &flows.Outgoing{
		Notice: "notice", Kind: store.LateReminder, Person: "mary", Given: "Christabella",
		Caller: store.Caller{Registered: true, Shared: shared}, Appointment: a,
	}
	return c
}

// changed is a conversation in which we confirm a change.
func changed(ch store.Channel, what store.Change, a store.Appointment) flows.Conversation {
	c := begun(ch, false, a)
	c.Outgoing.Kind, c.Outgoing.Change = store.Confirmation, what
	return c
}

// listened is one with somebody to whom another may listen.
func listened() flows.Conversation {
	c := withNews(store.Voice)
	c.Outgoing.Careful = true
	return c
}

// offered is one in which we offer an earlier time.
func offered(ch store.Channel, c store.Clinic) flows.Conversation {
	o := begun(ch, false, store.Appointment{Clinic: c, Slot: slot(c, 0, 22, 10, 20)})
	o.Outgoing.Kind, o.Outgoing.Until = store.Offered, Samples{}.Now().Add(store.OfferLasts)
	return o
}

// noted is one that was asked for when results were heard.
func noted(ch store.Channel) flows.Conversation {
	c := begun(ch, false, store.Appointment{})
	c.Outgoing.Kind = store.Note
	return c
}

// asksCode is one in which a new number is proved.
func asksCode(ch store.Channel) flows.Conversation {
	c := asked(ch, false)
	c.Outgoing.Kind, c.Outgoing.Person = store.CodeAsked, "mary"
	return c
}

// withNews is one in which we tell what is new.
func withNews(ch store.Channel) flows.Conversation {
	c := begun(ch, false, store.Appointment{})
	c.Outgoing.Kind = store.Update
	return c
}

// read is one with somebody who can only text.
func read(c flows.Conversation) flows.Conversation {
	c.Outgoing.TextOnly = true
	return c
}

// withQuestions is one in which we tell that questions wait.
func withQuestions(ch store.Channel) flows.Conversation {
	c := withNews(ch)
	c.Outgoing.Questions = true
	return c
}

// Grant stands behind a charge as it was listed.
func (Samples) Grant(v flows.View) *store.Grant {
	if v.Charge == nil {
		return nil
	}
	return &store.Grant{Carer: v.Actor, Subject: v.Subject, Scopes: v.Charge.Scopes, Until: v.Charge.Until}
}

var (
	doctor = store.Clinic{
		ID: "doctor", Name: map[store.Language]string{"en": "Doctor", "cy": "Meddyg"},
		Bring: map[store.Language]string{
			"en": "a list of your medicines", "cy": "rhestr o'ch meddyginiaethau",
		},
		Clinicians: []store.Clinician{{ID: "1", Name: "Dr Oluwaseun"}, {ID: "2", Name: "Dr Llewellyn"}, {ID: "3", Name: "Dr Shah"}},
	}
	nurse = store.Clinic{
		ID: "nurse", Name: map[store.Language]string{"en": "Nurse", "cy": "Nyrs"},
		Clinicians: []store.Clinician{{ID: "4", Name: "Nurse Bell"}},
	}
	blood = store.Clinic{
		ID: "blood", Name: map[store.Language]string{"en": "Blood test", "cy": "Prawf gwaed"},
		Clinicians: []store.Clinician{{ID: "5", Name: "Nurse Bell"}, {ID: "6", Name: "Nurse Okafor"}},
	}
	therapy = store.Clinic{
		ID: "therapy", Name: map[store.Language]string{"en": "Talking therapies", "cy": "Therapi siarad"}, Sensitive: true,
		Clinicians: []store.Clinician{{ID: "7", Name: "Ms Novak"}, {ID: "8", Name: "Mr Reid"}},
	}
)

func slot(c store.Clinic, who, day, hour, minute int) store.Slot {
	start := time.Date(2026, time.September, day, hour, minute, 0, 0, zone)
	return store.Slot{
		ID: store.SlotID(start.Format(time.RFC3339)), Clinic: c.ID, Clinician: c.Clinicians[who%len(c.Clinicians)],
		Start: start, Length: 10 * time.Minute,
	}
}

func appointment(c store.Clinic, day, hour int) store.Appointment {
	return store.Appointment{ID: store.AppointmentID(c.ID), Person: "mary", Slot: slot(c, 0, day, hour, 20), Clinic: c}
}

// sayings are as long as a clinician may say.
var sayings = strings.TrimSpace(strings.Repeat("Nothing in it needs to change today. ", 4))

var bloodCount = store.Result{
	ID: "blood", Person: "mary", Test: "full-blood-count", Taken: store.Day{Year: 2026, Month: time.September, Day: 23},
	Name:      map[store.Language]string{"en": "full blood count", "cy": "cyfrif gwaed llawn"},
	Clinician: doctor.Clinicians[1], Comment: map[store.Language]store.Words{"en": store.Words(sayings), "cy": store.Words(sayings)},
	Values: []store.Measured{
		measured("115", "165", store.RangeUsual), measured("115", "165", store.RangeHigh),
		measured("115", "", store.RangeLow), measured("", "165", store.RangeUnknown),
	},
	Status: store.Final, Release: store.ReleaseNow, Normal: true, Heard: store.HeardTold,
}

var scan = store.Result{
	ID: "scan", Person: "mary", Taken: store.Day{Year: 2026, Month: time.September, Day: 23},
	Name:   map[store.Language]string{"en": "ultrasound scan", "cy": "sgan uwchsain"},
	Status: store.Final, Release: store.ReleaseNow, Heard: store.HeardTold,
}

func measured(low, high string, in store.Range) store.Measured {
	return store.Measured{
		Name: map[store.Language]string{"en": "total cholesterol", "cy": "cyfanswm colesterol"}, Value: "135.4",
		Unit: map[store.Language]string{"en": "micrograms per litre", "cy": "microgram y litr"}, Low: low, High: high, Range: in,
	}
}

// header is a result as a list names it.
func header(r store.Result) store.Result {
	return store.Result{ID: r.ID, Person: r.Person, Name: r.Name, Taken: r.Taken}
}

// invited is somebody who was asked to act for another.
func (s Samples) invited(state store.InvitationState) store.Carer {
	return store.Carer{
		Scopes: store.Scopes(), Until: store.DayOf(s.Now()).AddDays(90),
		Asked: &store.Invitation{ID: "asked", Number: "+447700900103", At: s.Now(), State: state},
	}
}

// Outcomes are samples of every verdict that the request may have.
func (s Samples) Outcomes(r store.Request, v flows.View) []store.Outcome {
	var outcomes []store.Outcome
	for _, verdict := range r.Verdicts() {
		outcomes = append(outcomes, s.of(verdict, r, v)...)
	}
	return outcomes
}

// of are samples of one verdict: several where what came differs in a way
// that matters.
func (s Samples) of(verdict store.Verdict, r store.Request, v flows.View) []store.Outcome {
	plain := []store.Outcome{{Verdict: verdict}}
	if verdict == store.Clash {
		return []store.Outcome{{Verdict: verdict, Appointments: []store.Appointment{appointment(doctor, 23, 14)}}}
	}
	if verdict != store.Done {
		return plain
	}
	samples := []store.Outcome{}
	add := func(o store.Outcome) { o.Verdict = store.Done; samples = append(samples, o) }
	switch r := r.(type) {
	case store.Recognise:
		add(store.Outcome{})
		if r.Number.Known() {
			add(store.Outcome{Caller: store.Caller{Registered: true}})
			add(store.Outcome{Caller: store.Caller{Registered: true, Shared: true}})
			add(store.Outcome{Caller: store.Caller{Registered: true, Language: "cy", Slow: true}})
		}
	case store.Identify:
		add(store.Outcome{Person: &store.Person{ID: "mary", Given: "Christabella"}})
		if v.Channel == store.Text {
			add(store.Outcome{Person: &store.Person{ID: "mary", Given: "Christabella", TextOnly: true}})
		}
		if v.RingBack != "" || mayHaveAsked(v) {
			add(store.Outcome{Person: &store.Person{ID: "mary", Given: "Christabella"}, RungBack: true})
		}
	case store.CheckPIN:
		add(store.Outcome{Opens: v.Actor})
		add(store.Outcome{Opens: store.DecoyID(v.Actor, "1")})
	case store.AskPlaces:
		if v.TextOnly {
			add(store.Outcome{Places: store.Places{First: 2, Second: 4}})
		}
	case store.ListClinics:
		add(store.Outcome{Clinics: []store.Clinic{nurse}})
		all := []store.Clinic{doctor, nurse, blood}
		if v.Charge == nil {
			all = append(all, therapy)
		}
		add(store.Outcome{Clinics: all})
	case store.FindSlots:
		c := r.Clinic
		if len(c.Clinicians) == 0 {
			c.Clinicians = doctor.Clinicians
		}
		add(store.Outcome{Slots: []store.Slot{slot(c, 0, 23, 10, 20)}})
		add(store.Outcome{Slots: []store.Slot{slot(c, 0, 23, 10, 20), slot(c, 1, 23, 11, 40), slot(c, 2, 23, 12, 50)}, More: true})
		add(store.Outcome{Slots: []store.Slot{slot(c, 0, 22, 17, 40), slot(c, 0, 23, 11, 40), slot(c, 0, 24, 16, 50)}, More: true})
	case store.BookSlot:
		add(store.Outcome{Appointments: []store.Appointment{{ID: "new", Person: v.Subject, Slot: r.Slot, Clinic: r.Clinic}}})
	case store.MoveAppointment:
		add(store.Outcome{Appointments: []store.Appointment{{ID: "new", Person: v.Subject, Slot: r.Slot, Clinic: r.Appointment.Clinic}}})
	case store.ListAppointments:
		add(store.Outcome{Appointments: []store.Appointment{appointment(nurse, 22, 10)}})
		add(store.Outcome{Appointments: []store.Appointment{appointment(nurse, 22, 10), appointment(doctor, 23, 14), appointment(blood, 24, 16)}, More: true})
		if v.Level >= store.ByPIN && v.Charge == nil {
			add(store.Outcome{Appointments: []store.Appointment{appointment(therapy, 22, 10), appointment(doctor, 23, 14)}})
		}
	case store.ListResults:
		add(store.Outcome{Results: []store.Result{header(bloodCount)}})
		add(store.Outcome{Results: []store.Result{header(bloodCount), {ID: "talk", Person: "mary", InPerson: true, Taken: bloodCount.Taken}, header(scan)}, More: true})
	case store.ListSummary:
		entry := store.Entry{
			ID: "entry", Person: "mary", Kind: r.Kind, Recorded: bloodCount.Taken, Source: map[store.Language]string{"en": "Riverside Surgery", "cy": "Meddygfa Glan yr Afon"},
			Name: map[store.Language]store.Words{"en": "one of the longer names", "cy": "un o'r enwau hirach"},
		}
		detailed := entry
		detailed.Detail = map[store.Language]store.Words{"en": store.Words(sayings[:70]), "cy": store.Words(sayings[:70])}
		add(store.Outcome{Entries: []store.Entry{detailed}, More: true})
		add(store.Outcome{Entries: []store.Entry{entry}})
	case store.HearResult:
		add(store.Outcome{Results: []store.Result{bloodCount}})
		add(store.Outcome{Results: []store.Result{scan}})
		if r.Upto == store.HeardTold {
			add(store.Outcome{Results: []store.Result{{ID: "talk", Person: "mary", InPerson: true, Taken: bloodCount.Taken}}})
		}
	case store.ExplainTest:
		add(store.Outcome{Explanation: &store.Explanation{Test: "full-blood-count", Text: map[store.Language]string{"en": sayings, "cy": sayings}}})
	case store.ListVisits:
		own := store.Visit{Number: 7, At: s.Now(), Channel: store.Voice, Deeds: []store.Deed{store.HeardOfAppointments, store.WasRefused}}
		text := store.Visit{Number: 5, At: s.Now(), Channel: store.Text, Deeds: []store.Deed{store.BookedAppointment, store.MovedAppointment, store.HeardOfCarers, store.EndedACarer}}
		carer := store.Visit{Number: 3, At: s.Now(), Channel: store.Voice, Given: "Annunciata", Deeds: []store.Deed{
			store.HeardOfAppointments, store.BookedAppointment, store.MovedAppointment, store.CancelledAppointment, store.HeardOfResults, store.WasRefused,
		}}
		add(store.Outcome{Visits: []store.Visit{own}, More: true})
		add(store.Outcome{Visits: []store.Visit{carer}, More: true})
		add(store.Outcome{Visits: []store.Visit{text}})
		staff := store.Visit{Number: 1, At: s.Now(), Channel: store.Console, Role: store.Administrator, Deeds: []store.Deed{
			store.LookedAtRecord, store.LookedAtResults, store.WorkedOnResults, store.ChangedDetails, store.MadePIN, store.AnsweredMessage, store.NamedACarer,
		}}
		add(store.Outcome{Visits: []store.Visit{staff}})
	case store.ListCharges:
		until := store.DayOf(s.Now()).AddDays(90)
		both := store.Charge{Subject: "ann", Given: "Annunciata", Scopes: store.Scopes(), Until: until}
		hears := store.Charge{Subject: "bob", Given: "Bartholomew", Scopes: []store.Scope{store.HearAppointments}, Until: until}
		books := store.Charge{Subject: "cat", Given: "Catherine", Scopes: []store.Scope{store.BookAppointments}, Until: until}
		add(store.Outcome{Charges: []store.Charge{both}})
		add(store.Outcome{Charges: []store.Charge{hears, books, both, hears}})
	case store.ListGrants:
		until := store.DayOf(s.Now()).AddDays(400)
		named := store.Carer{ID: "ann", Given: "Annunciata", Family: "Featherstone", Scopes: store.Scopes(), Until: until}
		attorney := store.Carer{ID: "bob", Given: "Bartholomew", Family: "Featherstone", Kind: store.Attorney, Scopes: store.Scopes(), Until: until}
		told, cannot := attorney, named
		told.Copied, cannot.Scopes = true, []store.Scope{store.UseMessages}
		for i := range store.Scopes() { // all but one take longest to say
			told.Scopes = slices.Delete(store.Scopes(), i, i+1)
			add(store.Outcome{Carers: []store.Carer{told, named, attorney, cannot}})
		}
		add(store.Outcome{Carers: []store.Carer{named, attorney, told, cannot}})
		add(store.Outcome{Carers: []store.Carer{told}})
		add(store.Outcome{Carers: []store.Carer{named}})
		add(store.Outcome{Carers: []store.Carer{s.invited(store.NotAnswered), s.invited(store.Declined), s.invited(store.Checking)}})
	case store.ListSettings:
		all := store.Preferences{}
		for _, s := range store.Settings() {
			all[s] = store.Options(s)[1]
		}
		add(store.Outcome{})
		add(store.Outcome{Preferences: all})
	case store.ChangeSetting:
		add(store.Outcome{Preferences: store.Preferences{r.Setting: r.Option}})
	case store.ListNumbers:
		add(store.Outcome{})
		add(store.Outcome{Numbers: []store.Number{"+441632960101"}})
		add(store.Outcome{Numbers: []store.Number{"+441632960101", "+447700900102", "+447700900103", "+447700900104"}})
	case store.NameCarer:
		add(store.Outcome{Carers: []store.Carer{s.invited(store.NotAnswered)}})
	case store.HearInvitation:
		add(store.Outcome{Charges: []store.Charge{{Given: "Bartholomew", Scopes: store.Scopes(), Until: store.DayOf(s.Now()).AddDays(90)}}})
	case store.ListMessages:
		answer := store.Message{ID: "m", Person: "mary", Staff: "Dr Llewellyn", At: s.Now()}
		heard := answer
		heard.Heard = store.Understood
		add(store.Outcome{Messages: []store.Message{answer}})
		add(store.Outcome{Messages: []store.Message{answer, heard, heard}, More: true})
	case store.HearMessage:
		add(store.Outcome{Messages: []store.Message{{ID: "m", Person: "mary", Staff: "Dr Llewellyn", At: s.Now(), Words: store.Words(sayings)}}})
	case store.ListChoices:
		add(store.Outcome{})
		add(store.Outcome{Choices: []store.Choice{
			{Audience: store.MentalHealthOrg, Category: store.MentalHealth}, {Audience: store.Extras, Category: store.ClinicalTrials, Share: true},
			{Audience: store.Hospitals, Category: store.SexualHealth}, {Audience: store.CareHomes, Category: store.Everything},
		}})
	case store.SetChoice:
		add(store.Outcome{Choices: []store.Choice{{Audience: r.Audience, Category: r.Category, Share: r.Share}}})
	case store.SendReading:
		for _, severity := range []store.Severity{store.NotSevere, store.RingPractice, store.Ring111, store.Ring999} {
			add(store.Outcome{Readings: []store.Reading{{Kind: r.Kind, Values: r.Values, Taken: s.Now(), Severity: severity}}})
		}
	case store.ListReadings:
		var list []store.Reading
		for i := range 3 {
			list = append(list, store.Reading{Kind: store.BloodPressure, Values: []store.Tenths{1410 - store.Tenths(i)*200, 800}, Taken: s.Now().AddDate(0, 0, -i)})
		}
		add(store.Outcome{Readings: list})
	case store.WhatWaits:
		// As few as tell everything apart: it is asked on every way to the menu.
		if v.Level < store.ByPIN {
			add(store.Outcome{Waiting: &store.Waiting{Message: true}, Asks: []store.Ask{{Private: true}}})
			add(store.Outcome{Waiting: &store.Waiting{Usual: []store.Service{store.ServiceReadings, store.ServiceQuestionnaires}}})
		} else {
			add(store.Outcome{Waiting: &store.Waiting{Usual: []store.Service{store.ServiceResults, store.ServiceSettings}}})
			add(store.Outcome{Waiting: &store.Waiting{Message: true, Results: 2, Answers: 1}, Asks: []store.Ask{feelingAsk, visitAsk}})
			add(store.Outcome{Waiting: &store.Waiting{Message: true, Answers: 1}})
			add(store.Outcome{Waiting: &store.Waiting{Message: true, News: true}})
		}
		add(store.Outcome{Asks: []store.Ask{visitAsk}})
	case store.ListQuestionnaires:
		visit, private := visitAsk, feelingAsk
		if v.Level < store.ByPIN {
			private.Title = nil
		}
		add(store.Outcome{Asks: []store.Ask{visit}})
		if v.Charge == nil {
			add(store.Outcome{Asks: []store.Ask{private}})
			add(store.Outcome{Asks: []store.Ask{private, visit, visit, visit}})
		}
	case store.FindQuestion:
		ask := visitAsk
		if r.Ask.Private {
			ask = feelingAsk
		}
		ask.Begun = r.Place != store.FirstUnanswered
		add(store.Outcome{Asks: []store.Ask{ask}})
		for _, q := range sampleQuestions(r.Ask) {
			add(store.Outcome{Asks: []store.Ask{ask}, Question: &q})
		}
	case store.AnswerQuestion:
		next := sampleQuestions(r.Ask)[0]
		add(store.Outcome{})
		add(store.Outcome{Question: &next})
		if r.Ask.Private {
			add(store.Outcome{Question: &next, Urgent: true})
			add(store.Outcome{Urgent: true})
		}
	case store.HearNews:
		s.news(add)
	case store.AnswerNotice:
		if a := v.Outgoing.Appointment; r.Answer == store.TakeOffer {
			add(store.Outcome{Slots: []store.Slot{a.Slot}, Clinics: []store.Clinic{a.Clinic}})
			add(store.Outcome{Slots: []store.Slot{a.Slot}, Clinics: []store.Clinic{a.Clinic}, Appointments: []store.Appointment{appointment(a.Clinic, 24, 16)}})
			break
		}
		if r.Answer == store.HeardQuestions {
			add(store.Outcome{})
			break
		}
		if r.Answer != store.HeardNews {
			add(store.Outcome{Appointments: []store.Appointment{v.Outgoing.Appointment}})
			if a := v.Outgoing.Appointment; r.Answer == store.HeardIt && v.Channel == store.Voice && !a.Clinic.Sensitive && v.Outgoing.Change == "" {
				add(store.Outcome{Appointments: []store.Appointment{a, appointment(a.Clinic, 24, 16), appointment(a.Clinic, 25, 9)}})
			}
			break
		}
		s.news(add)
	case store.Reception:
		add(store.Outcome{Number: s.Practice().Reception})
	default:
		return plain
	}
	return samples
}

// news are all sorts of it.
func (Samples) news(add func(store.Outcome)) {
	var all []store.News
	for _, k := range store.NewsKinds() {
		n := store.News{What: k}
		if k == store.ResultLate {
			n.Test = &store.OrderedTest{Name: said("full blood count", "cyfrif gwaed llawn")}
			private := store.News{What: k, Test: &store.OrderedTest{Private: true}}
			add(store.Outcome{News: []store.News{private}})
			add(store.Outcome{News: []store.News{n, n, private}})
		}
		if k == store.ChargeChanged || k == store.ChargeUnreached {
			n.Charge = "Bartholomew"
			other := store.News{What: k, Charge: "Annunciata"}
			add(store.Outcome{News: []store.News{n, other}})
		}
		all = append(all, n)
		add(store.Outcome{News: []store.News{n}})
	}
	add(store.Outcome{News: all})
	add(store.Outcome{News: []store.News{{What: store.ResultReleased}, {What: store.MessageAnswered}, {What: store.QuestionsAsked}}})
}
