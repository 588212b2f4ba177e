package fhirstore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
	"landline/store/fhirstore"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// teller stands before a real server and does what that one lacks: it says what it can,
// and tells the hooks of its Subscriptions when something changes, as R4 has it.
type teller struct {
	t     *testing.T
	real  string // the real server's root
	proxy http.Handler
	mute  atomic.Bool // it says of itself nothing
	deaf  atomic.Bool // its hooks are lost
	hooks sync.WaitGroup
	asked struct {
		sync.Mutex
		since map[string]int // searches by type for what changed
	}
}

// newTeller starts one, and returns its root.
func newTeller(t *testing.T) (*teller, string) {
	t.Helper()
	at, err := url.Parse(servertest.Tenant(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &teller{t: t, real: at.String()}
	s.asked.since = map[string]int{}
	root := *at
	root.Path = ""
	s.proxy = httputil.NewSingleHostReverseProxy(&root)
	front := httptest.NewServer(s)
	t.Cleanup(func() { front.Close(); s.hooks.Wait() })
	return s, front.URL + at.Path
}

func (s *teller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, kind, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	if kind == "metadata" {
		s.says(w)
		return
	}
	kind, _, _ = strings.Cut(kind, "/")
	if r.URL.Query().Get("_sort") == "_lastUpdated" {
		s.asked.Lock()
		s.asked.since[kind]++
		s.asked.Unlock()
	}
	s.proxy.ServeHTTP(w, r)
	if (r.Method == http.MethodPost || r.Method == http.MethodPut) && !strings.HasSuffix(r.URL.Path, "_search") && kind != "Subscription" {
		s.tell(kind)
	}
}

// says is its CapabilityStatement.
func (s *teller) says(w http.ResponseWriter) {
	if s.mute.Load() {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	var types []map[string]any
	for _, kind := range []string{"Subscription", "Patient", "HealthcareService", "DiagnosticReport", "Flag", "ServiceRequest", "Communication", "Consent", "Questionnaire", "Task", "Appointment"} {
		types = append(types, map[string]any{"type": kind, "interaction": []map[string]any{{"code": "create"}, {"code": "search-type"}}})
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	_ = json.NewEncoder(w).Encode(map[string]any{"resourceType": "CapabilityStatement", "rest": []any{map[string]any{"mode": "server", "resource": types}}})
}

// tell posts to the hooks of who wants to know of a type.
func (s *teller) tell(kind string) {
	if s.deaf.Load() {
		return
	}
	for _, r := range subscriptionsAt(s.t, s.real) {
		is := readHook(s.t, r)
		if is.Criteria != kind+"?" || is.Status != "requested" && is.Status != "active" {
			continue
		}
		req, err := http.NewRequest(http.MethodPost, is.Channel.Endpoint, http.NoBody)
		if err != nil {
			s.t.Error(err)
			return
		}
		for _, h := range is.Channel.Header {
			name, value, _ := strings.Cut(h, ": ")
			req.Header.Set(name, value)
		}
		s.hooks.Go(func() {
			if res, err := http.DefaultClient.Do(req); err == nil {
				res.Body.Close()
			}
		})
	}
}

// hookSeen is a Subscription, as its server sees it.
type hookSeen struct {
	Status   string    `json:"status"`
	Criteria string    `json:"criteria"`
	End      time.Time `json:"end"`
	Channel  struct {
		Endpoint string   `json:"endpoint"`
		Header   []string `json:"header"`
		Payload  string   `json:"payload"`
	} `json:"channel"`
}

func readHook(t *testing.T, r fhir.Resource) (is hookSeen) {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil || json.Unmarshal(b, &is) != nil {
		t.Error("a Subscription cannot be read")
	}
	return is
}

func subscriptionsAt(t *testing.T, base string) []fhir.Resource {
	t.Helper()
	client, err := fhir.NewClient(fhir.Config{Base: base, Timeout: time.Minute})
	if err != nil {
		t.Error(err)
		return nil
	}
	found, err := client.Search(context.Background(), fhir.Query{Type: "Subscription", Params: url.Values{"_count": {"200"}}})
	if err != nil {
		t.Error(err)
	}
	return found.Resources
}

// hooked is a world whose server tells it of changes.
type hooked struct {
	*world
	there *teller
	hook  *fhirstore.Hook
	url   string
	logs  *bytes.Buffer
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	there, base := newTeller(t)
	h := &hooked{world: newWorldAt(t, base), there: there, logs: &bytes.Buffer{}}
	listens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.hook.ServeHTTP(w, r) }))
	t.Cleanup(listens.Close)
	h.url = listens.URL + fhirstore.HookPath
	h.Store = fhirstore.New(h.connect(h.cut), h.local, fhirstore.Options{
		Zone: storetest.London, HookURL: h.url, Logger: slog.New(slog.NewTextHandler(h.logs, nil)),
	})
	h.hook = h.Hook(func() time.Time { return storetest.Now })
	return h
}

// run has the hook follow until stop is called, which returns when it no longer does.
func (h *hooked) run() (stop func()) {
	ctx, cancel := context.WithCancel(h.Context())
	var done sync.WaitGroup
	done.Go(func() { h.hook.Run(ctx) })
	stop = func() { cancel(); done.Wait() }
	h.Cleanup(stop)
	return stop
}

// post asks the hook and returns the status.
func (h *hooked) post(authorization, body string) int {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.url, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// secret is what the server was given to prove itself with.
func (h *hooked) secret() string {
	h.Helper()
	all := subscriptionsAt(h.T, h.base)
	if len(all) == 0 {
		h.Fatal("nothing is subscribed to")
	}
	value, ok := strings.CutPrefix(readHook(h.T, all[0]).Channel.Header[0], "Authorization: ")
	if !ok || len(value) < 32 {
		h.Fatal("there is no secret")
	}
	return value
}

// books has the practice book somebody in its own system.
func (h *hooked) books(p store.PersonID, value string) {
	h.Helper()
	_, err := h.server.Create(h.Context(), fhir.New("Appointment").With("identifier", []fhir.Identifier{{System: "urn:practice", Value: value}}).
		With("status", "booked").With("start", "2026-03-06T10:00:00Z").With("end", "2026-03-06T10:10:00Z").
		With("participant", []map[string]any{
			{"status": "accepted", "actor": fhir.To("Patient", strings.ReplaceAll(string(p), "_", "."))}, {"status": "accepted", "actor": fhir.To("HealthcareService", "nurse")},
		}), "urn:practice")
	if err != nil {
		h.Fatal(err)
	}
}

func (h *hooked) known(p store.PersonID) bool {
	h.Helper()
	list, err := h.local.Listed(h.Context(), p, storetest.Now)
	if err != nil {
		h.Fatal(err)
	}
	return len(list) > 0
}

// A server that can is asked to tell of everything that is followed, of each once, with
// a secret and without what changed; before that ends it is renewed.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	criteria := func(wantEnd time.Time) []string {
		t.Helper()
		var on []string
		for _, r := range subscriptionsAt(t, h.base) {
			is := readHook(t, r)
			if is.Status == "off" {
				continue
			}
			on = append(on, strings.TrimSuffix(is.Criteria, "?"))
			if is.Channel.Endpoint != h.url || len(is.Channel.Header) != 1 || is.Channel.Payload != "" || !is.End.Equal(wantEnd) {
				t.Errorf("%s: ends %s, %d headers, payload %q", is.Criteria, is.End, len(is.Channel.Header), is.Channel.Payload)
			}
		}
		slices.Sort(on)
		return on
	}
	h.there.mute.Store(true)
	h.sweep(storetest.Now)
	if got := criteria(time.Time{}); len(got) != 0 {
		t.Fatalf("a server that says nothing of itself was asked for %v", got)
	}
	h.there.mute.Store(false)
	first := storetest.Now.Add(2 * time.Hour)
	h.sweep(first)
	h.there.asked.Lock()
	delete(h.there.asked.since, "Slot") // each hold of ours would have us told
	want := slices.Sorted(maps.Keys(h.there.asked.since))
	h.there.asked.Unlock()
	if got := criteria(first.AddDate(0, 0, 7)); !slices.Equal(got, want) {
		t.Fatalf("subscribed to %v, followed are %v", got, want)
	}

	// Nothing is done where nothing is the matter.
	h.cut.from(0, func(r *http.Request) bool { return pathHas(r, "Subscription") && r.Method != http.MethodGet })
	h.sweep(first.Add(2 * time.Hour))
	h.cut.from(0, nil)

	// One that the server gave up is asked for again; of two that are alike, one ends.
	all := subscriptionsAt(t, h.base)
	if _, err := h.server.Update(t.Context(), all[0].With("status", "error")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.Put(t.Context(), all[1].With("id", "zz")); err != nil {
		t.Fatal(err)
	}
	renewed := first.AddDate(0, 0, 4)
	h.sweep(renewed)
	if got := criteria(renewed.AddDate(0, 0, 7)); !slices.Equal(got, want) {
		t.Errorf("subscribed to %v, followed are %v", got, want)
	}
	written := 0
	for _, body := range h.cut.wrote {
		if bytes.Contains(body, []byte(`"Subscription"`)) {
			written++
			fhirtest.Valid(t, body)
		}
	}
	if written < 2*len(want) {
		t.Errorf("%d Subscriptions were written", written)
	}
}

// What the practice does is followed as soon as its server has told of it; where a hook
// is lost, at the next sweep.
func TestHook(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	h.sweep(storetest.Now)
	h.run()
	h.there.deaf.Store(true)
	h.books(storetest.Tom, "1")
	if h.known(storetest.Tom) {
		t.Error("it is known though nobody told of it")
	}
	h.sweep(storetest.Now)
	h.has(storetest.Tom, "6 10:00 ")
	h.there.deaf.Store(false)
	h.books(storetest.Ann, "2")
	for end := time.Now().Add(30 * time.Second); !h.known(storetest.Ann); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("what the server told of is not followed")
		}
	}
}

// Who does not know the secret has nothing done; who repeats what is told has little
// done; and what they send is not read.
func TestForgedAndRepeatedHooks(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	h.sweep(storetest.Now)
	secret := h.secret()
	rounds := func() int {
		h.there.asked.Lock()
		defer h.there.asked.Unlock()
		return h.there.asked.since["Appointment"]
	}
	before := rounds()
	stop := h.run()
	for _, forged := range []string{"", "Bearer", "Bearer x", secret[:len(secret)-1], secret + "0", strings.ToUpper(secret), strings.TrimPrefix(secret, "Bearer ")} {
		if status := h.post(forged, ""); status != http.StatusForbidden {
			t.Errorf("a forged hook was answered with %d", status)
		}
	}
	stop()
	if rounds() != before {
		t.Error("a forged hook had something done")
	}

	began := time.Now()
	stop = h.run()
	for range 200 {
		if status := h.post(secret, `{"resourceType":"Appointment","id":"none`); status != http.StatusOK {
			t.Fatalf("a hook was answered with %d", status)
		}
	}
	most := before + 2 + int(time.Since(began)/time.Second) // each lasts a second at least
	stop()
	if got := rounds(); got > most {
		t.Errorf("200 hooks had it followed %d times", got-before)
	}

	// The secret is nowhere but on the server.
	h.cut.from(0, func(*http.Request) bool { return true })
	_, _ = h.Sweep(t.Context(), storetest.Now.Add(3*time.Hour))
	told := h.logs.String() + fmt.Sprintf("%v %+v %#v", h.hook, *h.hook, *h.hook)
	if strings.Contains(told, strings.TrimPrefix(secret, "Bearer ")) {
		t.Error("the secret is told")
	}
}

// A store without an address for it has no hook, and asks for nothing.
func TestNoHook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.Hook(time.Now) != nil {
		t.Error("there is a hook")
	}
	w.sweep(storetest.Now)
	if n := len(subscriptionsAt(t, w.base)); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}
