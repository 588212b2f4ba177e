package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"landline/handlers/exchange"
	"landline/store/redisstore/redistest"
)

// BenchmarkSending is a reminder, from when it is due until its telephone has it
// and the exchange has said so: "landline serve" with pacing off, on a Redis
// that keeps an append-only file, and the exchange behind its API. All that
// are due are due at once.
//
//	texts/s   from the first that the exchange took to the last
//	trips/op  to Redis, callbacks included
//	cpu-µs/op processor time of landline
func BenchmarkSending(b *testing.B) {
	r := redistest.Start(b, "--appendonly", "yes", "--appendfsync", "everysec")
	zone := midday(b)
	variables := servedVariables(b, r.URL())
	variables["LANDLINE_TIMEZONE"] = zone.String()
	variables["LANDLINE_TEXTS_PER_SECOND"], variables["LANDLINE_CALLS_PER_SECOND"] = "0", "0"
	now := time.Now().In(zone)
	if _, err := recordIn(b, variables).Import(b.Context(), reminded(b.N, now), now.Add(-2*time.Hour)); err != nil {
		b.Fatal(err)
	}
	carrier := newTimingCarrier(b)
	variables["LANDLINE_TWILIO_API_URL"] = carrier.address
	info := redis.NewClient(&redis.Options{Addr: r.Addr})
	defer info.Close()

	b.ResetTimer()
	serving := startProcess(b, "landline", variables, "serve")
	carrier.gateway.set(serving)
	_, before := redisUse(b, info)
	for carrier.taken() < b.N {
		time.Sleep(20 * time.Millisecond)
	}
	carrier.Settle()
	b.StopTimer()
	_, after := redisUse(b, info)
	b.ReportMetric(float64(b.N)/max(carrier.last.Sub(carrier.first), time.Millisecond).Seconds(), "texts/s")
	b.ReportMetric((after-before)/float64(b.N), "trips/op")
	b.ReportMetric(float64(cpu(b, serving.cmd.Process.Pid).Microseconds())/float64(b.N), "cpu-µs/op")
	for _, a := range carrier.Alerts() {
		b.Error(a)
	}
}

// timingCarrier is an exchange that notes when it took texts.
type timingCarrier struct {
	*exchange.Exchange
	address string
	gateway *fleet

	mu          sync.Mutex
	first, last time.Time
	n           int
}

func newTimingCarrier(b testing.TB) *timingCarrier {
	b.Helper()
	c := &timingCarrier{gateway: newFleet(b)}
	var err error
	c.Exchange, err = exchange.New(exchange.Config{
		AccountSID: servedSID, AuthToken: servedToken, Pace: exchange.WallClock, Transport: c.gateway, Logger: slog.New(slog.DiscardHandler),
		Lines: []exchange.Line{{Number: "+441632960000"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(func(g *gin.Context) {
		g.Next()
		if g.Request.Method == http.MethodPost && g.Writer.Status() == http.StatusCreated {
			c.note(time.Now())
		}
	})
	c.MountREST(router)
	api := httptest.NewServer(router)
	b.Cleanup(api.Close)
	c.address = api.URL
	return c
}

func (c *timingCarrier) note(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == 1 {
		c.first = now
	}
	c.last = now
}

// taken is how many texts the exchange has taken.
func (c *timingCarrier) taken() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
