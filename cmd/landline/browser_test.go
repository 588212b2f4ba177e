package main

import (
	"context"
	"fmt"
	"testing"

	"landline/handlers/exchange/browsertest"
)

// startDemo starts the demo as anybody would, and returns where it listens.
func startDemo(t *testing.T) (m *machine, address string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	m = newMachine("", map[string]string{"LANDLINE_LISTEN": "127.0.0.1:0"})
	listening, ended := make(chan string, 1), make(chan int, 1)
	m.started = func(address string) { listening <- address }
	go func() { ended <- run(ctx, m.environment, []string{"demo"}) }()
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 || m.err.Len() > 0 {
			t.Errorf("the demo ended with %d: %s", status, m.err.String())
		}
	})
	select {
	case address = <-listening:
	case status := <-ended:
		ended <- status
		t.Fatal("the demo did not start")
	}
	return m, address
}

// demoPage opens the telephones of a demo.
func demoPage(t *testing.T) *browsertest.Page {
	t.Helper()
	_, address := startDemo(t)
	page := browsertest.Open(t, "http://"+address+"/phone")
	page.Wait("the page to be ready", `document.documentElement.dataset.ready`)
	page.Prefer("light", true)
	page.Size(1280, 900)
	// In the morning of a day on which the practice is open, whenever this runs.
	page.Click("#jump summary")
	page.Click("[data-jump=monday]")
	page.WaitText("#clock-time", "Monday")
	page.WaitText("#clock-time", "09:00")
	return page
}

// answered waits for words in what came since the last thing that the caller
// did: a list's last own item and what is behind it.
func answered(page *browsertest.Page, list, words string) {
	page.Wait(words, fmt.Sprintf(`(() => {
		const items = [...document.querySelectorAll("%s li")];
		const since = items.slice(items.findLastIndex((i) => i.classList.contains("mine")) + 1);
		return since.map((i) => i.innerText).join("\n").includes(%q);
	})()`, list, words))
}

// Mary books on the page, by keypad, through everything there is; then she
// asks for a person, who sees what she did.
func TestMaryBooksOnThePage(t *testing.T) {
	t.Parallel()
	page := demoPage(t)
	press := func(keys string) {
		for _, key := range keys {
			page.Click(fmt.Sprintf(`.key[data-key="%c"]`, key))
		}
	}
	page.Click(`input[value="+441632960101"]`)
	page.Click("#call")
	answered(page, "#lines", "This is Riverside Surgery.")
	answered(page, "#lines", "I gael y Gymraeg, pwyswch 4.")
	page.WaitText("#display-status", "Press a key, or speak")
	press("1")
	answered(page, "#lines", "your date of birth")
	press("12031948")
	answered(page, "#lines", "Thank you, Mary.")
	answered(page, "#lines", "For nurse, press 2.")
	press("2")
	answered(page, "#lines", "For Sister Helen Marsh, press 2.")
	press("2")
	answered(page, "#lines", "For the soonest, press 1.")
	press("1")
	answered(page, "#lines", "press 3.")
	press("2")
	answered(page, "#lines", "Shall I book it?")
	page.Screenshot("mary-is-asked")
	press("1")
	answered(page, "#lines", "It is booked: nurse, Sister Helen Marsh, on ")
	answered(page, "#lines", "For the main menu, press 2.")
	page.Screenshot("mary-has-booked")
	press("0")
	page.WaitText("#desk-status", "Ringing: a call from 01632 960101")
	page.Click("[data-desk=answer]")
	page.WaitText("#note-lines", "Mary")
	page.WaitText("#desk-status", "In a call with 01632 960101")
	page.Screenshot("mary-talks-to-reception") // deploy/pictures/phone.png
	page.Click("#hangup")
	page.WaitText("#display-status", "Call ended")
}

// Tom books on the page by text.
func TestTomBooksOnThePage(t *testing.T) {
	t.Parallel()
	page := demoPage(t)
	page.Click(`input[value="+447700900102"]`)
	for _, turn := range []struct{ text, answer string }{
		{"Bok an appointment please", "date of birth"},
		{"4 July 1985", "2 nurse"},
		{"nurse", "With whom?"},
		{"2", "1 soonest"},
		{"soonest", "8 more"},
		{"2.", "1 yes, 2 no"},
		{"Yes please", "Booked: nurse"},
	} {
		page.Type("#text", turn.text+"\r")
		answered(page, "#thread", turn.answer)
	}
	page.Screenshot("tom-has-booked")
	page.Size(400, 860)
	page.Screenshot("tom-has-booked-narrow")
	if page.TooWide() {
		t.Error("at 400 pixels the page must be scrolled sideways")
	}
}
