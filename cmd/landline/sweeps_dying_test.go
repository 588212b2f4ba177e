package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// lossyCarrier is an exchange whose API is at times busy, and loses answers to
// what it took; what it tells of a text is lost, late, doubled and out of order.
type lossyCarrier struct {
	*exchange.Exchange
	address string
	way     *exchange.Faults // to the gateway

	mu     sync.Mutex
	ahead  time.Duration // its clock before the wall's
	random *rand.Rand
	lost   int
}

func newLossyCarrier(t testing.TB, f *fleet) *lossyCarrier {
	t.Helper()
	c := &lossyCarrier{way: exchange.NewFaults(f, exchange.Storm(1, 0.3), nil), random: rand.New(rand.NewPCG(1, 2))}
	var err error
	c.Exchange, err = exchange.New(exchange.Config{
		AccountSID: servedSID, AuthToken: servedToken, Pace: exchange.WallClock, Now: c.now, Logger: slog.New(slog.DiscardHandler),
		Lines:     []exchange.Line{{Number: "+441632960000"}},
		Transport: c.way,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(c.fail)
	c.MountREST(r)
	api := httptest.NewServer(r)
	t.Cleanup(api.Close)
	c.address = api.URL
	return c
}

// fail is busy for one text in twenty, and loses the answer to one in ten that
// it takes.
func (c *lossyCarrier) fail(g *gin.Context) {
	if g.Request.Method != http.MethodPost {
		return
	}
	c.mu.Lock()
	dice := c.random.IntN(100)
	if dice >= 5 && dice < 15 {
		c.lost++
	}
	c.mu.Unlock()
	switch {
	case dice < 5:
		g.Header("Retry-After", "1")
		g.AbortWithStatusJSON(http.StatusTooManyRequests, gin.H{"code": 20429, "status": http.StatusTooManyRequests, "message": "Too Many Requests"})
	case dice < 15:
		g.Next()
		panic(http.ErrAbortHandler)
	}
}

func (c *lossyCarrier) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// setAhead sets its clock.
func (c *lossyCarrier) setAhead(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = d
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
func TestSweepsThatDie(t *testing.T) { // not beside others: it is a machine full by itself
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
	batch := reminded(people, now)
	insist(t, func() error {
		_, err := record.Import(t.Context(), batch, now.Add(-2*time.Hour))
		return err
	})
	instancesOf := newFleet(t)
	carrier := newLossyCarrier(t, instancesOf)
	variables["LANDLINE_TWILIO_API_URL"] = carrier.address

	instances := make([]*process, 4)
	for i := range instances {
		instances[i] = startProcess(t, "landline", variables, "serve")
	}
	instancesOf.set(instances...)
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
		instances[i] = superviseProcess(t, "landline", variables, "serve")
		instancesOf.set(instances...)
		due, err := record.DueNotices(t.Context(), time.Now(), 1)
		over = err == nil && len(due) == 0 && kills > 4
	}
	for _, p := range instances {
		p.kill()
	}
	first := time.Since(began)
	// What was in somebody's hands is found out about in two minutes; ours come at
	// once.
	later := time.Now()
	client, err := twilio.NewClient(twilio.Config{AccountSID: servedSID, AuthToken: servedToken, APIURL: carrier.address})
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
		insist(t, func() error { return gateway.ticks.Sweep(t.Context(), later) })
	}
	carrier.Settle()
	none, twice := 0, 0
	for i := range people {
		switch n := len(carrier.Inbox(fmt.Sprintf("+4477%08d", i))); {
		case n == 0:
			none++
		case n > 1:
			twice++
		}
	}
	t.Logf("%d people, %d kills, a master lost, %d answers lost, %d webhooks struck; all was sent or in doubt after %s", people, kills, carrier.lost, len(carrier.way.Struck()), first.Round(time.Second))
	if none > 0 || twice > 0 {
		t.Errorf("%d got none, %d got more than one", none, twice)
	}
}

// insist does something again, as an operator or the next tick would, until the
// Sentinels have made their group whole: until then too few replicas confirm.
func insist(t *testing.T, do func() error) {
	t.Helper()
	err := do()
	for try := 0; err != nil && try < 60; try++ {
		select {
		case <-t.Context().Done():
		case <-time.After(500 * time.Millisecond):
		}
		err = do()
	}
	if err != nil {
		t.Fatal(err)
	}
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
	replicas, _ := strconv.Atoi(variables["LANDLINE_REDIS_REPLICAS"]) // none, if it is not set
	parts := (&recordConfig{
		RedisURL: variables["LANDLINE_REDIS_URL"], KeysetFile: variables["LANDLINE_KEYSET_FILE"], Timezone: variables["LANDLINE_TIMEZONE"], Record: "redis", RedisReplicas: replicas,
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
