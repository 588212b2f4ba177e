package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/handlers/console"

	"landline/store"
	"landline/store/storetest"
)

// Nobody sees a page, or does anything, who is not signed in; and no other site's
// page does it in their name.
func TestNobodyPassesTheDoorOfThePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	routes := w.router(w.config(noLog()))
	n := 0
	for _, r := range routes.Routes() {
		rest, is := strings.CutPrefix(r.Path, console.Pages)
		if !is || strings.HasPrefix(rest, "/sign-") || strings.HasSuffix(rest, ".css") || strings.HasSuffix(rest, ".svg") {
			continue
		}
		n++
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(r.Path, "mary-1")
		stranger := w.opened()
		if p := stranger.send(r.Method, path, url.Values{"key": {"k"}}); p.status != http.StatusUnauthorized || !strings.Contains(p.body, "Your token") {
			t.Errorf("%s %s: %d", r.Method, r.Path, p.status)
		}
		stranger.cookie = &http.Cookie{Name: "__Secure-landline", Value: "AAAAAAAAAAAAAAAAAAAAAA.x"}
		if p := stranger.send(r.Method, path, url.Values{"key": {"k"}}); p.status != http.StatusUnauthorized {
			t.Errorf("%s %s with a made-up session: %d", r.Method, r.Path, p.status)
		}
		if r.Method == http.MethodPost {
			b := w.signedIn(administrator)
			p := b.send(r.Method, path, url.Values{"key": {"k"}}, "Sec-Fetch-Site: cross-site")
			if p.status != http.StatusForbidden {
				t.Errorf("%s from another site: %d", r.Path, p.status)
			}
		}
	}
	if n < 30 {
		t.Errorf("%d routes", n)
	}
	if told := w.told(storetest.Mary); len(told) != 0 {
		t.Errorf("and yet it was done: %q", told)
	}
}

// Who signs in gets a cookie that only we are sent, which lasts a day's work and
// ends when they sign out; what they open may run nothing.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.opened()
	form := b.visit("").says(http.StatusUnauthorized, "Your token")
	for _, wrong := range []string{"", "landline_NONE", w.tokens[reception] + "X"} {
		if p := form.submit("/sign-in", "token", wrong); p.status == http.StatusOK || b.cookie != nil {
			t.Errorf("%q lets in: %d", wrong, p.status)
		}
	}
	form.submit("/sign-in", "token", "landline_NONE").says(http.StatusUnauthorized, "Nobody has that token")
	todo := form.submit("/sign-in", "token", " "+w.tokens[reception]+"\n").shows("There is nothing to do.")
	c := b.cookie
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != console.Pages || c.MaxAge != int(store.SessionFor.Seconds()) || strings.Contains(c.Value, w.tokens[reception]) {
		t.Errorf("the cookie: %v", c)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := todo.header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if strings.Contains(todo.body, "<script") || strings.Contains(todo.body, "style=") {
		t.Error("a script, or a style of its own")
	}
	todo.submit("/sign-out").says(http.StatusOK, "You are signed out.")
	b.cookie = c
	b.visit("").says(http.StatusUnauthorized)
	other := w.signedIn(reception)
	w.now = w.now.Add(store.SessionFor)
	other.visit("").says(http.StatusUnauthorized)
}

// In a demo on this machine there is no https, and the cookie comes all the same.
func TestSigningInWithoutHTTPS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.config(noLog())
	c.PublicURL = "http://127.0.0.1:8080"
	w.handler = w.router(c)
	b := w.signedIn(clinician)
	if b.cookie.Secure || b.cookie.Name != "landline" {
		t.Errorf("the cookie: %v", b.cookie)
	}
}

// A receptionist finds who it is, books for them, moves and cancels; a double
// click books once; and the ledger tells it as it does of the API.
func TestReceptionBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(reception)
	find := b.visit("/find").shows("Fill in one of the three")
	find.submit("/find", "number", "five").says(http.StatusBadRequest, "Telephone number: It is no telephone number")
	find.submit("/find", "nhs", "999 000 0000").says(http.StatusBadRequest, "NHS number: ")
	find.submit("/find", "born", "1950-01-01", "family", "Jones").shows("Nobody was found")
	person := find.submit("/find", "born", "1985-07-04", "family", "price").shows("Tom Price", "07700 900102").follow("Tom Price")
	person.shows("Nothing is booked.", "Your role does not see: results, tests, readings, limits, entries, questionnaires")
	person.follow("Book an appointment").shows("Tom Price, born Thursday 4 July 1985")
	times := b.visit("/people/tom-2/times?clinic=doctor").shows("Free times")
	action, values := times.form("/appointments", 0)
	var group sync.WaitGroup
	var double [2]page
	for i := range double {
		group.Go(func() { double[i] = (&browser{w, b.cookie}).send(http.MethodPost, action, values) })
	}
	group.Wait()
	for _, p := range double {
		p.shows("It is booked.", "10 minutes")
	}
	if n := len(w.does(by(storetest.Tom), "", store.ListAppointments{}).Appointments); n != 1 {
		t.Fatalf("%d are booked", n)
	}
	moving := b.visit("/people/tom-2").follow("Move").shows("Free times", "Move to this")
	moving.submit("/move").shows("It is moved.")
	times.submit("/appointments").shows("It is booked.") // the first time is free again
	b.visit("/people/tom-2").follow("Cancel").shows("Why").submit("/cancel", "reason", "bad-time").shows("It is cancelled.")
	told := strings.Join(w.told(storetest.Tom), "\n")
	for _, want := range []string{"find-people done", "read-person done", "book-slot asked", "book-slot done", "move-appointment done", "cancel-appointment done"} {
		if !strings.Contains(told, "Sam at reception, reception: "+want) {
			t.Errorf("the ledger does not tell %q:\n%s", want, told)
		}
	}
	b.visit("/people/tom-2/results").says(http.StatusForbidden, "Your role may not see or do that.")
	b.visit("/people/tom-2/ledger").says(http.StatusForbidden)
	b.visit("/people/nobody").says(http.StatusNotFound, "It is not there")
}

// What was taken meanwhile is said, beside what is free now.
func TestATimeThatIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(reception)
	times := b.visit("/people/tom-2/times?clinic=doctor")
	b.visit("/people/mary-1/times?clinic=doctor").submit("/appointments").shows("It is booked.")
	times.submit("/appointments").says(http.StatusConflict, "That time was not booked", "Somebody else was first", "Free times")
}

// A clinician works on a task: takes it, answers, and it is off the list. What is
// urgent stands first, and a faulty answer comes back with what is wrong.
func TestWorkingOnTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.does(by(storetest.Mary), "1", store.LeaveMessage{Words: "May I take them <b>at night</b>?"})
	w.now = w.now.Add(time.Minute)
	w.does(by(storetest.Tom), "2", store.OpenTask{Task: store.Task{Kind: store.UrgentAlert, Number: storetest.TomPhone, Trail: []string{"What is it about: chest pain"}}})
	w.does(by(store.DecoyID(storetest.Mary, "x")), "3", store.OpenTask{Task: store.Task{Kind: store.CallBack}})
	b := w.signedIn(clinician)
	todo := b.visit("").shows("Urgent: somebody may be in danger", "Spoke of a danger to life", "Under duress", "A message to answer").lacks("Mary", "at night")
	if text := todo.text(); strings.Index(text, "Spoke of a danger") > strings.Index(text, "A message to answer") {
		t.Error("the urgent does not stand first")
	}
	todo.follow("Call back").shows("Do not ring back")
	todo.follow("Spoke of a danger").shows("Ring them now", "07700 900102", "chest pain").submit("/done").shows("Done. It is off the list.").lacks("Spoke of a danger")
	task := todo.follow("A message").shows("Mary Jones", "May I take them <b>at night</b>?", "Proved by PIN")
	task = task.submit("/claim").shows("It is yours now.", "You")
	w.signedIn(reception).visit(strings.TrimPrefix(task.path, console.Pages)).shows("Dr Sarah Owen has it").lacks("Your answer", "I will do it")
	task.submit("/answer", "words", strings.Repeat("long ", 40)).says(http.StatusBadRequest, "Something is not right yet", "Please give 1 to 160 characters", "long long")
	task.submit("/answer", "words", "Please take\r\nthem at night.").shows("Your answer is kept", "Call back").lacks("A message")
	b.visit("/people/mary-1").shows("Please take them at night.", "May I take them <b>at night</b>?", "Dr Sarah Owen", "Not heard yet")
	task.submit("/done").shows("Done") // by whom it was closed
}

// A clinician has a result waited for, sees whether it is late or there, and takes it back.
func TestWaitingForResults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(clinician)
	form := b.visit("/people/tom-2").shows("No result is waited for.").follow("Wait for a result")
	form.submit("/new").says(http.StatusBadRequest, "What is tested: Please give what is tested", "Last day on which its result is not late: Please give a day")
	form.submit("/new", "name.en", "iron", "due", "2026-03-20").shows("Its result is waited for.", "Iron", "Waited for")
	again := b.visit("/people/tom-2/ordered-tests/new")
	again.submit("/new", "name.en", "kidney test", "ordered", "2026-02-01", "due", "2026-02-20", "private", "staff").shows("Late", "you tell them which it is")
	tests := w.does(store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "d", Name: "Dr Owen", Role: store.AsClinician}}, "", store.ReadOrdered{Limit: 5}).Ordered
	if len(tests) != 2 || !slices.ContainsFunc(tests, func(o store.OrderedTest) bool { return o.Private && o.Name["en"] == "kidney test" }) {
		t.Errorf("kept: %+v", tests)
	}
	b.visit("/people/tom-2/results/new").submit("/new", "name.en", "iron", "taken", "2026-03-14").shows("Its result is there")
	b.visit("/people/tom-2").follow("Wait for it no more").shows("nor are you").submit("/withdraw").shows("It is waited for no more.").lacks("Kidney test")
}

// A clinician holds a result, comments on it and lets it go; who looked before it
// changed changes nothing.
func TestWhatAPatientMayHear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(clinician)
	results := b.visit("/people/tom-2").shows("No result is here yet.").follow("Add a result")
	results.submit("/new").says(http.StatusBadRequest, "Day of the test", "What was tested: Please give what was tested, in English at least")
	added := results.submit("/new", "name.en", "iron", "taken", "2026-03-01", "finding", "abnormal").shows("The result is added.", "They hear nothing of it", "Not as it should be")
	form := added.follow("Comment, let it go").shows("Iron")
	if heard := w.does(by(storetest.Tom), "", store.ListResults{}).Results; len(heard) != 0 {
		t.Fatalf("heard already: %+v", heard)
	}
	_, stale := form.form(form.path, 0)
	form.submit(form.path, "comment.en", strings.Repeat("x", 161)).says(http.StatusBadRequest, "Please give 1 to 160 characters")
	form.submit(form.path, "comment.en", "Eat more greens.", "telling", "all").shows("Saved.", "They hear all of it", "Eat more greens.")
	if heard := w.does(by(storetest.Tom), "", store.ListResults{}).Results; len(heard) != 1 {
		t.Fatalf("not heard: %+v", heard)
	}
	stale.Set("telling", "hold")
	b.send(http.MethodPost, form.path, stale).says(http.StatusPreconditionFailed, "Somebody changed it since you opened the page.")
	again := b.visit("/people/tom-2/results").follow("Comment, let it go")
	again.submit(form.path, "telling", "talk").shows("They hear only that the team wants to talk")
	b.visit("/people/tom-2/results").follow("Comment, let it go").submit(form.path, "telling", "hold").shows("They hear nothing of it")
}

// What staff change about a person: each is asked, said, and there.
func TestChangingAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(reception)
	person := func() page { return b.visit("/people/mary-1") }
	person().follow("Change the language").submit("/language", "language", "cy").shows("The language is changed.", "Welsh")
	standing := person().follow("Change whether").shows("Mary Jones, born Friday 12 March 1948")
	standing.submit("/standing", "is", "merged").says(http.StatusBadRequest, "Please give whose record goes on")
	standing.submit("/standing", "is", "moved-away", "since", "2026-03-01").shows("Saved", "Has moved away", "Sunday 1 March 2026")
	standing.submit("/standing", "is", "here").shows("A patient here").lacks("Has moved away")
	pin := person().follow("Make a new one for a letter").submit("/pin")
	pin.shows("The new PIN", "it is shown this once")
	if !regexp.MustCompile(`(?m)^\d{4,6}$`).MatchString(pin.text()) {
		t.Errorf("no PIN:\n%s", pin.text())
	}
	find := person().follow("Let somebody act for them").shows("Who is to act for them?")
	may := find.submit("/find?for=mary-1", "number", "07700 900102").follow("Tom Price").shows("Tom Price may do for Mary:")
	may.submit("/grants/tom-2", "until", "2020-01-01").says(http.StatusBadRequest, "What they may do", "Please give a day to come")
	may.submit("/grants/tom-2", "may", "results", "may", "messages").shows("They may act for them now.", "Tom Price", "hear results; leave and hear messages")
	person().follow("Tell them, too: Tom Price").shows("It is theirs to choose").submit("/told").says(http.StatusBadRequest, "Told, too: Please")
	person().follow("Tell them, too: Ann Jones").submit("/told", "told", "yes").shows("Saved, as they asked for.", "Told, too, when an appointment changes", "Tell them no more")
	person().follow("End what Tom Price").submit("/end").shows("They may act for them no more.").lacks("Tom Price")
	person().follow("One is somebody else").submit("/reassigned", "number", "+441632960101").shows("The number is not theirs any more.", "None is registered.")
}

// What a clinician does about somebody's care beside results.
func TestCare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(clinician)
	person := func() page { return b.visit("/people/tom-2") }
	person().follow("Change: Reach them by").submit("/reach", "option", "call").shows("Saved, as they asked for.", "Call")
	add := person().follow("Add to the summary")
	add.submit("/new").says(http.StatusBadRequest, "What it is: Please give one of", "Its name, in public words: Please give what it is")
	added := add.submit("/new", "kind", "allergy", "name.en", "penicillin", "source.en", "Dr Lee").shows("It is in their summary.", "Penicillin", "They hear it", "Allergy, Dr Lee")
	added.follow("Correct").submit(added.follow("Correct").path, "detail.en", "a rash").shows("It is corrected.", "a rash")
	person().follow("End penicillin").submit("/end").shows("It holds no more", "Ended 2026-03-02")
	b.visit("/people/tom-2/entries").shows("Penicillin")
	asking := person().follow("Ask a questionnaire").shows("phq-9")
	asking.submit("/questionnaires").says(http.StatusBadRequest, "Questionnaire: Please give which")
	asking.submit("/questionnaires", "questionnaire", "friends-and-family").shows("It waits for them.", "Waits for them")
	ask := w.does(by(storetest.Tom), "", store.ListQuestionnaires{}).Asks[0]
	first := w.does(by(storetest.Tom), "", store.FindQuestion{Ask: ask, Place: store.FirstUnanswered}).Question
	w.does(by(storetest.Tom), "a", store.AnswerQuestion{Ask: ask, Item: first.Item, Answers: []store.Answer{first.Options[0].Answer}})
	person().shows("Begun").follow("Read the answers").shows("They have not sent them yet.", first.Words["en"], first.Options[0].Words["en"])
	person().follow("Take it back").submit("/withdraw").shows("It is taken back.", "They were asked none.")
	pin := person().follow("Make a new one for a letter").shows("A duress PIN, if they want one")
	pin.submit("/pin", "duress", "1985").says(http.StatusBadRequest, "The PIN reads as a date")
	pin.submit("/pin", "duress", "73025").shows("The new PIN")
	w.signedIn(reception).visit("/people/tom-2/pin").lacks("duress")
}

// Times are published for a span of days, and taken back.
func TestPublishingTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn(reception)
	day := b.visit("/clinics").follow("Doctor")
	publish := day.follow("Publish times").shows("Callers are offered these times at once.")
	publish.submit("/slots", "ends", "08:00", "minutes", "0").says(http.StatusBadRequest, "Over by: Please give a time after the first", "Please give 1 to 480 minutes")
	publish.submit("/slots", "from", "2026-06-06", "until", "2026-06-07").says(http.StatusBadRequest, "a day between the first and the last")
	done := publish.submit("/slots", "from", "2026-06-01", "until", "2026-06-02", "begins", "09:00", "ends", "09:40", "minutes", "20").
		shows("Published", "Monday 1 June 2026", "09:00", "09:20", "Free").lacks("09:40")
	done.follow("The next day").shows("Tuesday 2 June 2026", "09:20")
	done.submitNth("/withdraw", 0).shows("Nobody is offered that time any more.", "09:20").lacks("09:00")
	b.visit("/people/tom-2/times?clinic=doctor&from=2026-06-01").submit("/appointments").shows("It is booked.")
	b.visit("/clinics/doctor?from=2026-06-01").shows("Tom Price")
	w.signedIn(administrator).visit("/clinics/doctor?from=2026-06-01").shows("Your role does not see who has which time.").lacks("Tom Price")
	b.visit("/clinics/none").says(http.StatusNotFound)
}

// A clinician sees readings, their trend and the ledger, on one page and further.
func TestThePageOfAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, upper := range []store.Tenths{1400, 1420, 1900} {
		w.now = w.now.Add(time.Hour)
		w.does(by(storetest.Mary), store.RequestID(rune('a'+i)), store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{upper, 800}})
	}
	b := w.signedIn(clinician)
	page := b.visit("/people/mary-1").shows("Blood pressure: much higher than before", "190/80", "told to ring 111", "by telephone, proved by PIN", "Ann Jones")
	page.follow("All of Blood pressure").shows("142/80")
	w.told(storetest.Mary)
	page.follow("Ledger").shows("Dr Sarah Owen, clinician", "Read person", "List readings × 8")
	b.visit("/people/mary-1/messages").shows("There is no message.")
	b.visit("/people/mary-1/appointments").shows("Doctor, Dr Lee")
}
