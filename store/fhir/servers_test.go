package fhir_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Servers differ: each test stands in for one that does something of its own.

// strange is a stand-in for a server.
func strange(t *testing.T, answer http.HandlerFunc, tune ...func(*fhir.Config)) *fhir.Client {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return client(t, s.URL+"/r4", tune...)
}

func client(t *testing.T, base string, tune ...func(*fhir.Config)) *fhir.Client {
	t.Helper()
	config := fhir.Config{Base: base}
	for _, f := range tune {
		f(&config)
	}
	c, err := fhir.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func say(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/fhir+json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

const emptySet = `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":%q}]}`

var freeSlots = fhir.Query{Type: "Slot", Params: url.Values{"status": {"free"}, "start": {"ge2026-03-02", "lt2026-03-03"}, "_count": {"10"}}}

func found(t *testing.T, c *fhir.Client, q fhir.Query) fhir.Found {
	t.Helper()
	f, err := c.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A parameter that is not understood is left out of the link to the search itself;
// some servers have no such link at all.
func TestIgnoredParameter(t *testing.T) {
	t.Parallel()
	for self, want := range map[string]bool{
		"http://x/r4/Slot?status=free&start=ge2026-03-02&start=lt2026-03-03": true,
		"Slot?start=ge2026-03-02T00:00:00Z&start=lt2026-03-03&status=free":   true, // spelt in another way
		"http://x/r4/Slot?status=free&start=ge2026-03-02":                    false,
		"http://x/r4/Slot?status=free":                                       false,
		"":                                                                   false,
	} {
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, fmt.Sprintf(emptySet, self)) })
		if f := found(t, c, freeSlots); f.Understood != want {
			t.Errorf("%q: understood %v, want %v", self, f.Understood, want)
		}
	}
}

// Others say in an outcome among the entries that they left something out.
func TestWarningAmongEntries(t *testing.T) {
	t.Parallel()
	for severity, want := range map[string]bool{"information": true, "warning": false, "error": false} {
		c := strange(t, func(w http.ResponseWriter, r *http.Request) {
			set := fmt.Sprintf(emptySet, r.URL.String())
			say(w, 200, strings.TrimSuffix(set, "}")+`,"entry":[{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"`+severity+`","code":"not-supported"}]}}]}`)
		})
		if f := found(t, c, freeSlots); f.Understood != want || len(f.Resources) != 0 {
			t.Errorf("%s: %+v", severity, f)
		}
	}
}

// Pages are as long as the server likes, have no total, and one resource may stand
// on two.
func TestPages(t *testing.T) {
	t.Parallel()
	pages := map[string]string{"": "1 2", "p2": "2 3", "p3": "", "p4": "4"}
	next := map[string]string{"": "p2", "p2": "p3", "p3": "p4"}
	for _, form := range []string{"http://%s/r4/Slot?status=free&start=a&start=b&page=%s", "/r4/Slot?status=free&start=a&start=b&host=%s&page=%s", "Slot?status=free&start=a&start=b&host=%s&page=%s"} {
		c := strange(t, func(w http.ResponseWriter, r *http.Request) {
			at := r.URL.Query().Get("page")
			entries := []string{}
			for id := range strings.FieldsSeq(pages[at]) {
				entries = append(entries, `{"resource":{"resourceType":"Slot","id":"`+id+`"}}`)
			}
			links := `{"relation":"self","url":"?status=x&start=y&start=z"}`
			if n := next[at]; n != "" {
				links += fmt.Sprintf(`,{"relation":"next","url":%q}`, fmt.Sprintf(form, r.Host, n))
			}
			say(w, 200, `{"resourceType":"Bundle","type":"searchset","link":[`+links+`],"entry":[`+strings.Join(entries, ",")+`]}`)
		})
		f := found(t, c, freeSlots)
		ids := ""
		for _, r := range f.Resources {
			ids += r.ID()
		}
		if ids != "1234" || f.More || !f.Understood {
			t.Errorf("%s: %s, %+v", form, ids, f)
		}
		limited := freeSlots
		limited.Enough = func(r []fhir.Resource) bool { return len(r) >= 2 }
		if f := found(t, c, limited); len(f.Resources) != 2 || !f.More {
			t.Errorf("at most two: %d, more %v", len(f.Resources), f.More)
		}
	}
}

// A link may lead to another server, or in a circle: neither is followed.
func TestLinksElsewhere(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	for _, next := range []string{"http://elsewhere.example/r4/Slot?page=2", "https://127.0.0.1/r4/Slot?page=2", "//elsewhere.example/Slot", "/r4/Slot?circle"} {
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			say(w, 200, `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"`+next+`"}]}`)
		})
		if _, err := c.Search(t.Context(), freeSlots); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", next, err)
		}
	}
	if n := asked.Load(); n != 5 {
		t.Errorf("asked %d times, want once each, and twice in the circle", n)
	}
}

// Who somebody is stands in no URL, on no page.
func TestPrivateSearch(t *testing.T) {
	t.Parallel()
	var pages atomic.Int64
	c := strange(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" || r.Method != http.MethodPost || r.URL.Path != "/r4/Patient/_search" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if err := r.ParseForm(); err != nil || r.PostForm.Get("birthdate") != "1948-03-12" {
			t.Errorf("asked for %v, %v", r.PostForm, err)
		}
		next := ""
		if pages.Add(1) == 1 {
			next = `,{"relation":"next","url":"http://` + r.Host + `/r4/Patient?birthdate=1948-03-12&page=2"}`
		}
		say(w, 200, `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"Patient?birthdate=1948-03-12"}`+next+`]}`)
	})
	q := fhir.Query{Type: "Patient", Params: url.Values{"birthdate": {"1948-03-12"}}, Private: true}
	if f := found(t, c, q); !f.Understood || pages.Load() != 2 {
		t.Errorf("%+v after %d pages", f, pages.Load())
	}
	c = strange(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"/r4?getpages=1&birthdate=1948-03-12"}]}`)
	})
	if _, err := c.Search(t.Context(), q); !errors.Is(err, store.ErrUnavailable) {
		t.Error("followed a link that tells who is looked for:", err)
	}
}

// A deleted resource is 404 on one server and 410 on another.
func TestDeleted(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 410} {
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) { say(w, status, `{}`) })
		if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, fhir.ErrGone) {
			t.Errorf("%d: %v", status, err)
		}
	}
	c := strange(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) })
	for _, id := range []string{"", "a/b", "a?b", "..%2f", strings.Repeat("x", 65)} {
		if _, err := c.Read(t.Context(), "Slot", id); !errors.Is(err, fhir.ErrGone) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Versions are opaque, and told in the ETag, in the resource, or not at all.
func TestVersions(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ etag, meta, want string }{
		{`W/"a-b-c"`, "", `W/"a-b-c"`}, {`"7"`, "", `"7"`}, {"", "12", `W/"12"`}, {`W/"3"`, "3", `W/"3"`}, {"", "", ""},
	} {
		c := strange(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && r.Header.Get("If-Match") != v.want {
				t.Errorf("If-Match: %s, want %s", r.Header.Get("If-Match"), v.want)
			}
			if v.etag != "" {
				w.Header().Set("ETag", v.etag)
			}
			say(w, 200, `{"resourceType":"Slot","id":"1","status":"free","meta":{"versionId":"`+v.meta+`"},"_status":{"id":"kept"},"extension":[{"url":"x","valueString":"kept too"}]}`)
		})
		r, err := c.Read(t.Context(), "Slot", "1")
		if err != nil {
			t.Fatal(err)
		}
		busy := r.With("status", "busy")
		if b, err := json.Marshal(busy); err != nil || strings.Count(string(b), "kept") != 2 || strings.Contains(string(b), "free") {
			t.Errorf("written back: %s, %v", b, err)
		}
		if _, err := c.Update(t.Context(), busy); (v.want == "") != errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%+v: %v", v, err)
		}
	}
}

// Who was first: 412 on one server, 409 on another.
func TestStale(t *testing.T) {
	t.Parallel()
	slot := fhir.New("Slot").With("id", "1").With("meta", fhir.Meta{VersionID: "1"})
	for _, status := range []int{409, 412} {
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) { say(w, status, `{}`) })
		if _, err := c.Update(t.Context(), slot); !errors.Is(err, fhir.ErrStale) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// What was written is not always returned: then it is read.
func TestNothingReturned(t *testing.T) {
	t.Parallel()
	appointment := fhir.New("Appointment").With("identifier", []fhir.Identifier{{System: "urn:request", Value: "1"}})
	for name, body := range map[string]string{"nothing": "", "an outcome": `{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}`} {
		for _, location := range []string{"Appointment/9", "/r4/Appointment/9/_history/1", "http://behind.example/r4/Appointment/9/_history/1"} {
			c := strange(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					if r.Header.Get("If-None-Exist") != "identifier=urn%3Arequest%7C1" {
						t.Errorf("If-None-Exist: %s", r.Header.Get("If-None-Exist"))
					}
					w.Header().Set("Location", location)
					say(w, 201, body)
					return
				}
				say(w, 200, `{"resourceType":"Appointment","id":"9","identifier":[{"system":"urn:request","value":"1"}]}`)
			})
			if r, err := c.Create(t.Context(), appointment, "urn:request"); err != nil || r.ID() != "9" {
				t.Errorf("%s, %s: %v, %v", name, location, r.ID(), err)
			}
		}
	}
}

// A server that does not heed If-None-Exist may return another's, which is not ours.
func TestAnotherReturned(t *testing.T) {
	t.Parallel()
	c := strange(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"resourceType":"Appointment","id":"8"}`) })
	if _, err := c.Create(t.Context(), fhir.New("Appointment").With("identifier", []fhir.Identifier{{System: "s", Value: "1"}}), "s"); !errors.Is(err, store.ErrUnknown) {
		t.Error(err)
	}
}

// A server that is busy is asked again; one that fails may have written.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	slot := fhir.New("Slot").With("id", "1").With("meta", fhir.Meta{VersionID: "1"})
	for _, status := range []int{429, 500, 502, 503, 504} {
		var asked atomic.Int64
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) {
			if asked.Add(1)%3 != 0 {
				say(w, status, `{"resourceType":"OperationOutcome","issue":[{"code":"transient","diagnostics":"Mary Jones"}]}`)
				return
			}
			say(w, 200, `{"resourceType":"Slot","id":"1"}`)
		})
		if _, err := c.Read(t.Context(), "Slot", "1"); err != nil || asked.Load() != 3 {
			t.Errorf("%d: %v after %d", status, err, asked.Load())
		}
		if _, err := c.Update(t.Context(), slot); err != nil || asked.Load() != 6 {
			t.Errorf("%d: %v after %d", status, err, asked.Load())
		}
		always := strange(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60") // longer than anybody waits
			say(w, status, `{"resourceType":"OperationOutcome","issue":[{"code":"transient","diagnostics":"Mary Jones"}]}`)
		})
		_, err := always.Update(t.Context(), slot)
		want := store.ErrUnknown
		if status == 429 {
			want = store.ErrUnavailable
		}
		if !errors.Is(err, want) || strings.Contains(fmt.Sprint(err), "Mary") {
			t.Errorf("%d: %v, want %v", status, err, want)
		}
		if _, err := always.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// An answer that was lost, and then "changed meanwhile": who asked must look.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	slot := fhir.New("Slot").With("id", "1").With("meta", fhir.Meta{VersionID: "1"})
	var asked atomic.Int64
	c := strange(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		say(w, 412, `{}`)
	})
	if _, err := c.Update(t.Context(), slot); !errors.Is(err, fhir.ErrStale) {
		t.Error(err)
	}
	c = strange(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := c.Update(t.Context(), slot); !errors.Is(err, store.ErrUnknown) {
		t.Error("every answer lost:", err)
	}
	if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) {
		t.Error("every answer lost:", err)
	}
}

// A server that hangs is given up in time, and then left alone.
func TestHangs(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	var asked atomic.Int64
	c := strange(t, func(http.ResponseWriter, *http.Request) { asked.Add(1); <-done }, func(c *fhir.Config) { c.Timeout = 20 * time.Millisecond })
	t.Cleanup(func() { close(done) })
	for range 5 {
		if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if n := asked.Load(); n != fhir.FailuresToRest {
		t.Errorf("asked %d times, want %d", n, fhir.FailuresToRest)
	}
	start := time.Now()
	if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) || time.Since(start) > time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// A redirection is not followed: it may lead anywhere.
func TestRedirection(t *testing.T) {
	t.Parallel()
	c := strange(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://elsewhere.example/")
		say(w, 307, `{}`)
	})
	if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
}

// Pages of a sign-in form, and other things that are no FHIR.
func TestNoFHIR(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"<html>Sign in</html>", "", "[]", "null", `{"resourceType":"Patient","id":"1"}`, `{"resourceType":"Slot"}`} {
		c := strange(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, body) })
		if _, err := c.Read(t.Context(), "Slot", "1"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%q read as a slot: %v", body, err)
		}
		if _, err := c.Search(t.Context(), freeSlots); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%q read as a searchset: %v", body, err)
		}
	}
}

// References are relative, absolute, to a version, or to what is contained.
func TestReferences(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string]string{
		"Slot/1": "1", "https://a.example/r4/Slot/1": "1", "Slot/1/_history/2": "1", "http://x/Slot/a.b-c/_history/2": "a.b-c",
		"#1": "", "Patient/1": "", "urn:uuid:1": "", "": "", "Slot/": "", "Slot/a b": "", "1": "",
	} {
		if got := (fhir.Reference{Reference: reference}).ID("Slot"); got != want {
			t.Errorf("%q: %q, want %q", reference, got, want)
		}
	}
}
