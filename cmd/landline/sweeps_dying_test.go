package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/handlers/twilio"
	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// countingCarrier takes texts as the carrier does, and counts them; it loses
// answers, is late, or busy, and repeats and mixes up what it tells of them.
type countingCarrier struct {
	t     testing.TB
	fleet *fleet

	mu     sync.Mutex
	texts  map[string][]map[string]any // by To, as the API shows them
	lost   int
	ahead  time.Duration // its clock before the wall's
	random *rand.Rand
	tells  sync.WaitGroup
}

// ServeHTTP is the part of the API that texting needs: create, and list by To.
func (c *countingCarrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/Messages.json") {
		http.Error(w, `{"code":20404,"status":404}`, http.StatusNotFound)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Method == http.MethodGet {
		list := c.texts[r.URL.Query().Get("To")]
		if list == nil {
			list = []map[string]any{}
		}
		c.json(w, http.StatusOK, map[string]any{"messages": list, "page": 0, "page_size": 50, "next_page_uri": nil})
		return
	}
	dice := c.random.IntN(100)
	if dice < 5 { // it does not take it
		w.Header().Set("Retry-After", "1")
		c.json(w, http.StatusTooManyRequests, map[string]any{"code": 20429, "status": 429, "message": "Too Many Requests"})
		return
	}
	to := r.PostFormValue("To")
	sid := fmt.Sprintf("SM%032x", c.random.Uint64())
	text := map[string]any{
		"sid": sid, "status": "queued", "to": to, "from": r.PostFormValue("From"), "body": r.PostFormValue("Body"),
		"num_segments": "1", "direction": "outbound-api", "date_created": time.Now().Add(c.ahead).UTC().Format(time.RFC1123Z), "error_code": nil,
	}
	c.texts[to] = append(c.texts[to], text)
	c.tells.Go(func() { c.tell(sid, to, r.PostFormValue("StatusCallback")) })
	if dice < 15 { // it does, and its answer is lost
		c.lost++
		panic(http.ErrAbortHandler)
	}
	c.json(w, http.StatusCreated, text)
}

// setAhead sets its clock.
func (c *countingCarrier) setAhead(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = d
}

func (c *countingCarrier) json(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may be dead
}

// tell tells what becomes of a text: in any order, some twice, some not at all.
func (c *countingCarrier) tell(sid, to, callback string) {
	news := []string{"sent", "delivered", "sent", "delivered"}
	rand.Shuffle(len(news), func(i, j int) { news[i], news[j] = news[j], news[i] })
	_, path, _ := strings.Cut(callback, servedAt)
	for _, status := range news[:rand.IntN(len(news)+1)] {
		form := url.Values{"MessageSid": {sid}, "MessageStatus": {status}, "SmsStatus": {status}, "To": {to}, "From": {"+441632960000"}, "AccountSid": {servedSID}, "ApiVersion": {"2010-04-01"}}
		_, _ = c.fleet.try(hook{path, form}, 1) // one that is lost is lost
	}
}

// midday is a zone in which it is about one in the afternoon: people are reached
// now, whenever the test runs.
func midday(t testing.TB) *time.Location {
	t.Helper()
	east := 13 - time.Now().UTC().Hour()
	zone, err := time.LoadLocation(fmt.Sprintf("Etc/GMT%+d", -east)) // its signs are the other way round
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// reminded is a practice in which so many people have a reminder due now.
func reminded(n int, now time.Time) store.Batch {
	b := store.Batch{
		Quiet: true,
		Practice: &store.Practice{
			Name: map[store.Language]string{"en": "Hill Surgery", "cy": "Meddygfa'r Bryn"}, Number: "+441632960000", Reception: "+441632960001",
		},
		Clinics: []store.Clinic{{ID: "nurse", Name: map[store.Language]string{"en": "nurse", "cy": "nyrs"}}},
	}
	for i := range n {
		id := store.PersonID(fmt.Sprint("person-", i))
		b.People = append(b.People, store.PersonRow{Person: store.Person{
			ID: id, Given: store.Name(fmt.Sprint("Given", i)), Family: "Jones", Born: store.BornOn(store.Day{Year: 1948, Month: time.March, Day: 12}),
			Numbers: []store.Number{store.Number(fmt.Sprintf("+4477%08d", i))},
		}})
		slot := store.Slot{ID: store.SlotID(fmt.Sprint("slot-", i)), Clinic: "nurse", Length: 10 * time.Minute, Start: now.Add(23*time.Hour + time.Duration(i%60)*time.Minute/2)}
		b.Slots = append(b.Slots, slot)
		b.Appointments = append(b.Appointments, store.AppointmentRow{Person: id, Clinic: "nurse", Slot: slot.ID})
	}
	return b
}

// Four instances sweep at once; each is killed at random moments, again and again,
// and the master of their Redis is lost once, while the carrier loses answers, is
// busy, and mixes up what it tells. Everybody is reminded, and nobody twice.
func TestSweepsThatDie(t *testing.T) {
	t.Parallel()
	people := 300
	if os.Getenv("LANDLINE_LONG") != "" {
		people = 10_000
	}
	g := redistest.StartSentinel(t)
	zone := midday(t)
	variables := servedVariables(t, g.URL)
	variables["LANDLINE_REDIS_REPLICAS"], variables["LANDLINE_TIMEZONE"] = "2", zone.String()
	variables["LANDLINE_TEXTS_PER_SECOND"], variables["LANDLINE_CALLS_PER_SECOND"] = "0", "0"
	record := recordIn(t, variables)
	now := time.Now().In(zone)
	if _, err := record.Import(t.Context(), reminded(people, now), now.Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	carrier := &countingCarrier{t: t, texts: map[string][]map[string]any{}, random: rand.New(rand.NewPCG(1, 2)), fleet: newFleet(t)}
	api := httptest.NewServer(carrier)
	t.Cleanup(api.Close)
	variables["LANDLINE_TWILIO_API_URL"] = api.URL

	instances := make([]*process, 4)
	for i := range instances {
		instances[i] = startProcess(t, "landline", variables, "serve")
	}
	carrier.fleet.set(instances...)
	began := time.Now()
	kills := 0
	for over := false; !over; {
		// Nothing is waited for here: this is the random moment of the kill.
		time.Sleep(time.Duration(200+rand.IntN(1500)) * time.Millisecond)
		i := rand.IntN(len(instances))
		instances[i].kill()
		if kills++; kills == 4 { // three sweep on while the master is lost
			lost, heir := g.Lose(t, 0)
			lost.Follow(t, heir)
			redistest.Follows(t, lost)
		}
		instances[i] = startProcess(t, "landline", variables, "serve")
		carrier.fleet.set(instances...)
		due, err := record.DueNotices(t.Context(), time.Now(), 1)
		over = err == nil && len(due) == 0 && kills > 4
	}
	for _, p := range instances {
		p.kill()
	}
	carrier.tells.Wait()
	first := time.Since(began)
	sentBefore := carrier.count()
	// What was in somebody's hands is found out about in two minutes; ours come at
	// once.
	later := time.Now()
	client, err := twilio.NewClient(twilio.Config{AccountSID: servedSID, AuthToken: servedToken, APIURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := newGateway(t.Context(), gatewayParts{
		carrier: client, store: record, publicURL: servedAt, tokens: []string{servedToken}, zone: zone,
		now: func() time.Time { return later.In(zone) }, log: slog.New(slog.DiscardHandler), metrics: newMetrics(), workers: 8,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		later = later.Add(store.SendingFor + time.Second)
		carrier.setAhead(time.Until(later))
		if err := gateway.ticks.Sweep(t.Context(), later); err != nil {
			t.Fatal(err)
		}
	}
	carrier.tells.Wait()
	none, twice := 0, 0
	for i := range people {
		switch n := len(carrier.texts[fmt.Sprintf("+4477%08d", i)]); {
		case n == 0:
			none++
		case n > 1:
			twice++
		}
	}
	t.Logf("%d people, %d kills, a master lost, %d answers lost; %d sent in %s, the others found out about", people, kills, carrier.lost, sentBefore, first.Round(time.Second))
	if none > 0 || twice > 0 {
		t.Errorf("%d got none, %d got more than one", none, twice)
	}
}

func (c *countingCarrier) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.texts)
}

// recordIn opens the record that the variables configure.
func recordIn(t testing.TB, variables map[string]string) *redisstore.Store {
	t.Helper()
	var a app
	t.Cleanup(func() {
		if err := a.stop(); err != nil {
			t.Error(err)
		}
	})
	var c checking
	parts := (&recordConfig{
		RedisURL: variables["LANDLINE_REDIS_URL"], KeysetFile: variables["LANDLINE_KEYSET_FILE"], Timezone: variables["LANDLINE_TIMEZONE"], Record: "redis", RedisReplicas: 2,
	}).check(&c)
	if err := c.err(); err != nil {
		t.Fatal(err)
	}
	parts.hash = redisstore.FastHash
	record, err := openRecord(context.WithoutCancel(t.Context()), &a, parts, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return record
}
