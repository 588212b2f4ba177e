package main

import (
	"regexp"
	"testing"
	"time"

	"landline/handlers/exchange/browsertest"
)

// consolePage starts the demo, and signs in at the console with the token that it
// prints. It returns where the demo listens, too.
func consolePage(t *testing.T) (*browsertest.Page, string) {
	t.Helper()
	m, address := startDemo(t)
	token := regexp.MustCompile(`landline_[A-Z0-9]+`).FindString(m.out.String())
	page := browsertest.Open(t, "http://"+address+"/console/sign-in")
	page.Prefer("light", true)
	page.Size(1280, 900)
	page.WaitText("h1", "Sign in")
	fits(t, page, "sign-in")
	page.Type("#field-token", token+"\r")
	page.WaitText("h1", "To do")
	return page, address
}

// fits looks at a page as people do who need large letters, a small telephone, a
// dark screen, or have it read aloud.
func fits(t *testing.T, page *browsertest.Page, name string) {
	t.Helper()
	page.Screenshot("console-" + name)
	for _, scheme := range []string{"dark", "light"} {
		page.Prefer(scheme, true)
		for _, faint := range page.FaintText() {
			t.Errorf("%s, %s: too faint: %s", name, scheme, faint)
		}
	}
	for _, nameless := range page.Nameless() {
		t.Errorf("%s: nobody can call it anything: %s", name, nameless)
	}
	page.Size(320, 800)
	if page.TooWide() {
		t.Errorf("%s: at 320 pixels it must be scrolled sideways", name)
	}
	page.Screenshot("console-" + name + "-narrow")
	page.Size(1280, 900)
	for what, wrong := range map[string]string{
		"one heading of the first rank": `document.querySelectorAll("h1").length !== 1`,
		"no rank of headings left out":  `[...document.querySelectorAll("h1,h2,h3")].some((h, i, all) => i > 0 && h.tagName[1] - all[i - 1].tagName[1] > 1)`,
		"each id once":                  `new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size !== document.querySelectorAll("[id]").length`,
		"whatever describes is there":   `[...document.querySelectorAll("[aria-describedby]")].some((e) => e.getAttribute("aria-describedby").trim().split(/\s+/).some((id) => !document.getElementById(id)))`,
		"large enough to be hit":        `[...document.querySelectorAll("button, .button, input:not([type=hidden])")].some((e) => e.getBoundingClientRect().height < 20)`,
		"nothing runs":                  `document.scripts.length > 0`,
	} {
		if browsertest.Eval[bool](page, wrong) {
			t.Errorf("%s: not %s", name, what)
		}
	}
}

// A clinician at the console, in a real browser: everything that there is can be
// seen by everybody, and works by keyboard alone.
func TestTheConsoleInABrowser(t *testing.T) {
	t.Parallel()
	page, address := consolePage(t)
	open := func(path, heading, name string) {
		t.Helper()
		page.Go("http://" + address + "/console" + path)
		page.WaitText("h1", heading)
		fits(t, page, name)
	}
	fits(t, page, "to-do-empty")
	// Tom leaves a message, and then speaks of a danger.
	page.Go("http://" + address + "/phone")
	page.Wait("the telephones to be ready", `document.documentElement.dataset.ready`)
	page.Click(`input[value="+447700900102"]`)
	for _, turn := range []struct{ text, answer string }{
		{"message", "date of birth"},
		{"4 July 1985", "leave a message"},
		{"1", "It will be read by"},
		{"May I take the tablets at night?", "Shall we send that?"},
		{"send it", "Your message is sent."},
	} {
		page.Type("#text", turn.text+"\r")
		answered(page, "#thread", turn.answer)
	}
	page.Type("#text", "I have chest pain\r")
	answered(page, "#thread", "999")
	page.Go("http://" + address + "/console")
	page.WaitText("h1", "To do")
	page.WaitText("h2", "Urgent")
	fits(t, page, "to-do")
	page.Click(".card:not(.red) .tasks a")
	page.WaitText("h1", "A message to answer")
	fits(t, page, "task")
	page.Type("#field-words", "Yes, please take them at night.")
	page.Click(`form[action$="/answer"] button`)
	page.WaitText(".said", "Your answer is kept")

	open("/find", "Find a person", "find")
	page.Keys("\t\t\t\t\t\t") // past the link to the content and the navigation
	page.Type("#field-number", "01632 960101\r")
	page.WaitText("h2", "Found")
	fits(t, page, "found")
	page.Click("#main li a")
	page.WaitText("h1", "Mary Jones")
	fits(t, page, "person") // deploy/pictures/console.png
	person := browsertest.Eval[string](page, `location.pathname.replace("/console", "")`)
	for path, heading := range map[string]string{
		"/ledger": "Who did what", "/readings/blood-pressure": "Blood pressure", "/standing": "Are they a patient here?", "/results/new": "Add a result", "/ordered-tests/new": "Wait for the result of a test",
	} {
		open(person+path, heading, regexp.MustCompile(`\W+`).ReplaceAllString(heading, "-"))
	}
	open(person+"/times?clinic=nurse", "Book an appointment", "times")
	page.Click(`form[action$="/appointments"] button`)
	page.WaitText(".said", "It is booked.")
	open(person+"/results/new", "Add a result", "result-new")
	page.Click(".form button.main")
	page.WaitText(".faults", "Day of the test")
	page.Troubles() // the browser notes that the answer is a refusal
	fits(t, page, "faults")
	open("/clinics", "Clinics", "clinics")
	page.Click("#main li a")
	page.WaitText("h1", "Doctor")
	day := time.Now().AddDate(0, 0, 7)
	day = day.AddDate(0, 0, int(time.Monday-day.Weekday()))
	open("/clinics/doctor?from="+day.Format(time.DateOnly), "Doctor", "day")
}
