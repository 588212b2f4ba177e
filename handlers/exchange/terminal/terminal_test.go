package terminal_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
	"landline/handlers/exchange/terminal"
)

// clock is a practice's clock that stands still until it jumps.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time           { return c.now }
func (c *clock) JumpTo(t time.Time) error { c.now = t; return nil }

// script answers each path with one document: a stand-in for a gateway.
var script = map[string]string{
	"/voice":      `<Gather input="dtmf speech" action="/voice/turn" numDigits="1"><Say language="en-GB">To book, press 1.</Say><Say language="cy-GB">Cymraeg, 6.</Say></Gather>`,
	"/voice/turn": `<Dial action="/voice/after"><Number url="/voice/note">+441632960001</Number></Dial>`,
	"/voice/note": `<Say>They pressed 1.</Say>`, "/voice/after": `<Say>Goodbye.</Say>`,
	"/sms": `<Message>Reply 1 to book.</Message>`,
}

// play types lines into a terminal telephone and gives all that it wrote.
func play(t *testing.T, lines ...string) string {
	t.Helper()
	gateway := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		io.WriteString(w, "<Response>"+script[r.URL.Path]+"</Response>")
	})
	x, err := exchange.New(exchange.Config{
		AccountSID: "AC0123456789abcdef0123456789abcdef", AuthToken: "12345", Random: exchange.Seeded(1),
		Lines: []exchange.Line{{Number: "+441632960000", Label: "Riverside Surgery", VoiceURL: "http://g.example/voice", SMSURL: "http://g.example/sms"}},
		Phones: []exchange.Phone{
			{Number: "+441632960101", Label: "Mary Jones", Kind: exchange.Landline},
			{Number: "+447700900102", Label: "Tom Price", Kind: exchange.Mobile},
			{Number: "+441632960001", Label: "Reception", Kind: exchange.Reception},
		},
		Transport: exchange.Through(gateway), Clock: &clock{time.Date(2030, 3, 11, 8, 42, 0, 0, time.UTC)},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	gin.SetMode(gin.TestMode)
	router := gin.New()
	x.MountPhone(router)
	server := httptest.NewServer(router)
	t.Cleanup(server.CloseClientConnections)
	var out strings.Builder
	if err := terminal.Run(context.Background(), exchange.NewClient(server.URL, nil), strings.NewReader(strings.Join(lines, "\n")), &out); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(out.String(), "Type dial to ring, help for the rest.\n")
	return after
}

func TestACallInATerminal(t *testing.T) {
	for _, test := range []struct {
		lines []string
		want  string
	}{
		{[]string{"dial", "1", "answer", "desk say Good morning", "say hello", "desk hang up"}, `-- Calling 01632 960000.
“To book, press 1.”
“Cymraeg, 6.” [cy-GB]
   (press a key, or say …)
-- Ringing Reception.
[Reception] rings: 01632 960101 (answer, decline or leave)
[Reception] answers.
[Reception] “They pressed 1.”
-- Connected with Reception.
[Reception] talks with the caller.
“Good morning”
[Reception] “hello”
[Reception] is quiet again.
-- The other side has hung up.
“Goodbye.”
-- The call has ended.
`},
		{[]string{"dial 01632 960000", "say one", "leave"}, `-- Calling 01632 960000.
“To book, press 1.”
“Cymraeg, 6.” [cy-GB]
   (press a key, or say …)
-- Ringing Reception.
[Reception] rings: 01632 960101 (answer, decline or leave)
[Reception] is quiet again.
-- Nobody answered.
“Goodbye.”
-- The call has ended.
`},
		{[]string{"text hello", "phone 2", "text hello", "quit", "dial"}, `! That telephone cannot send texts.
You hold Tom Price’s telephone.
-> text sent, 1 segment
<- text from 01632 960000, 1 segment: Reply 1 to book.
`},
		{[]string{"time", "jump tomorrow", "jump 2030-03-14 14:30", "jump someday"}, `It is Monday 11 March 2030, 08:42 there.
It is Tuesday 12 March 2030, 09:00 there.
It is Thursday 14 March 2030, 14:30 there.
! That is not a date and a time.
`},
		{[]string{"1", "sing", "phone 9", "answer", "dial 01632 960999"}, `! That telephone is in no call.
! That is not understood; type help.
! There is no telephone "9"; type phones.
! That telephone is not ringing.
! That number is not in service.
`},
	} {
		if got := play(t, test.lines...); got != test.want {
			t.Errorf("%q wrote:\n%s\nwant:\n%s", test.lines, got, test.want)
		}
	}
}
