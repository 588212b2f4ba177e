package main

import (
	"context"
	"regexp"
	"testing"

	"landline/handlers/exchange/browsertest"
)

// consolePage starts the demo, and signs in at the console with the token that it
// prints.
func consolePage(t *testing.T) *browsertest.Page {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	m := newMachine("", map[string]string{"LANDLINE_LISTEN": "127.0.0.1:0"})
	listening, ended := make(chan string, 1), make(chan int, 1)
	m.started = func(address string) { listening <- address }
	go func() { ended <- run(ctx, m.environment, []string{"demo"}) }()
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 || m.err.Len() > 0 {
			t.Errorf("the demo ended with %d: %s", status, m.err.String())
		}
	})
	address := <-listening
	token := regexp.MustCompile(`landline_[A-Z0-9]+`).FindString(m.out.String())
	page := browsertest.Open(t, "http://"+address+"/console")
	page.Troubles() // that nobody is signed in yet
	page.Prefer("light", true)
	page.Size(1280, 900)
	page.Type("#field-token", token+"\r")
	page.WaitText("h1", "To do")
	return page
}

func TestStaffAtTheConsole(t *testing.T) {
	t.Parallel()
	page := consolePage(t)
	page.Screenshot("console-todo")
	page.Click(`a[href="/console/find"]`)
	page.Type("#field-family", "jones")
	browsertest.Eval[string](page, `document.querySelector("#field-born").value = "1948-03-12"`)
	page.Click("button.main")
	page.WaitText("h2", "Found")
	page.Screenshot("console-found")
	page.Click("#main li a")
	page.WaitText("h1", "Mary Jones")
	page.Screenshot("console-person")
}
