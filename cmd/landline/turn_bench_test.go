package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"landline/handlers/twilio"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// Callers at once, turns that each of their calls has after the greeting, and
// turns in a row before the other of two servers has as many.
const (
	callersAtOnce = 32
	turnsOfACall  = 16
	turnsInARow   = 50 * callersAtOnce
)

// BenchmarkTurn is an ordinary turn of a call as the carrier sees it: signed,
// over HTTP, on a Redis that keeps an append-only file. Beside it, turn about,
// runs the bare handler of the design's budgets, so that what else the machine
// does is borne by both. Each is a process of its own; ns/op is landline's.
//
//	of-bare      turns a second, as a share of the bare handler's; aim: 0.7
//	cpu-of-bare  processor time of the process, likewise; budget: 2
//	cpu-µs/op    processor time of landline a turn; redis-µs/op that of Redis
//	trips/op     trips to Redis a turn; budget: 2
func BenchmarkTurn(b *testing.B) {
	for _, fsync := range []string{"always", "everysec"} {
		b.Run("fsync="+fsync, func(b *testing.B) {
			r := redistest.Start(b, "--appendonly", "yes", "--appendfsync", fsync)
			info := redis.NewClient(&redis.Options{Addr: r.Addr})
			defer info.Close()
			whole := wholeServer(b, r, b.N)
			bare := bareServer(b, r, whole.document, b.N)
			b.ResetTimer()
			for done := 0; done < b.N; done += turnsInARow {
				n := min(turnsInARow, b.N-done)
				bare.take(b, info, n)
				whole.take(b, info, n)
			}
			n := float64(b.N)
			b.ReportMetric(float64(whole.took.Nanoseconds())/n, "ns/op")
			b.ReportMetric(n/whole.took.Seconds(), "turns/s")
			b.ReportMetric(float64(bare.took)/float64(whole.took), "of-bare")
			b.ReportMetric(float64(whole.cpu.Microseconds())/n, "cpu-µs/op")
			if bare.cpu > 0 {
				b.ReportMetric(float64(whole.cpu)/float64(bare.cpu), "cpu-of-bare")
			}
			b.ReportMetric(whole.redis*1e6/n, "redis-µs/op")
			b.ReportMetric(whole.trips/n, "trips/op")
		})
	}
}

// benchServer is a server with the calls that it has, and what it has used.
type benchServer struct {
	*process
	callers []*caller
	// document is the answer to a turn.
	document []byte

	took, cpu    time.Duration
	redis, trips float64 // seconds of Redis's processor; trips to it
}

// take has all callers take n turns together.
func (s *benchServer) take(b *testing.B, info *redis.Client, n int) {
	b.Helper()
	redisBefore, tripsBefore := redisUse(b, info)
	cpuBefore, began := cpu(b, s.cmd.Process.Pid), time.Now()
	var all sync.WaitGroup
	faults := make(chan error, len(s.callers))
	for i, c := range s.callers {
		all.Go(func() { faults <- c.take((n + i) / len(s.callers)) })
	}
	all.Wait()
	s.took += time.Since(began)
	s.cpu += cpu(b, s.cmd.Process.Pid) - cpuBefore
	close(faults)
	for err := range faults {
		if err != nil {
			b.Fatal(err)
		}
	}
	redisAfter, tripsAfter := redisUse(b, info)
	s.redis += redisAfter - redisBefore
	s.trips += tripsAfter - tripsBefore - 1 // less what the asking took
}

// redisUse is how many seconds of processor Redis has used, and how often it
// has read from a client.
func redisUse(b *testing.B, info *redis.Client) (seconds, trips float64) {
	b.Helper()
	said, err := info.Info(b.Context(), "cpu", "stats").Result()
	if err != nil {
		b.Fatal(err)
	}
	figure := func(name string) float64 {
		_, rest, _ := strings.Cut(said, "\n"+name+":")
		line, _, _ := strings.Cut(rest, "\r")
		f, err := strconv.ParseFloat(line, 64)
		if err != nil {
			b.Fatal(name, err)
		}
		return f
	}
	return figure("used_cpu_user") + figure("used_cpu_sys"), figure("total_reads_processed")
}

// wholeServer is "landline serve", with calls that have heard the greeting and
// will have so many turns.
func wholeServer(b *testing.B, r *redistest.Server, turns int) *benchServer {
	b.Helper()
	variables := servedVariables(b, r.URL())
	importPractice(b, variables)
	s := &benchServer{process: startProcess(b, "landline", variables, "serve")}
	s.call(b, turns)
	number := 0 // each call comes from another: none is one too many
	for _, c := range s.callers {
		for range c.sids {
			number++
			if _, err := c.post("/twilio/voice", callOf("CallSid", c.next(), "From", fmt.Sprintf("+447700%06d", number))); err != nil {
				b.Fatal(err)
			}
		}
		c.turn = 1
	}
	var err error
	s.document, err = s.callers[0].press("9")
	if err != nil {
		b.Fatal(err)
	}
	if !bytes.Contains(s.document, []byte("To book an appointment, press 1.")) {
		b.Fatalf("not the main menu: %s", s.document)
	}
	return s
}

// bareServer answers with the document whatever it is asked.
func bareServer(b *testing.B, r *redistest.Server, document []byte, turns int) *benchServer {
	b.Helper()
	s := &benchServer{process: startProcess(b, "bare", map[string]string{
		"LANDLINE_REDIS_URL": r.URL(), "LANDLINE_PUBLIC_URL": servedAt, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken,
		"BARE_DOCUMENT": string(document),
	})}
	s.call(b, turns)
	return s
}

// runBare is the bare handler of the design's budgets: it checks the
// signature, makes one trip to Redis, which reads what was kept of the call and
// keeps something as long, and writes a document.
func runBare() {
	verifier, err := twilio.NewVerifier(os.Getenv("LANDLINE_PUBLIC_URL"), os.Getenv("LANDLINE_TWILIO_AUTH_TOKEN"))
	if err != nil {
		panic(err)
	}
	client, err := redisstore.Dial(os.Getenv("LANDLINE_REDIS_URL"))
	if err != nil {
		panic(err)
	}
	document := []byte(os.Getenv("BARE_DOCUMENT"))
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.POST(twilio.PathVoiceTurn, func(c *gin.Context) {
		form, err := verifier.ReadForm(c.Request)
		if err != nil {
			c.AbortWithStatus(http.StatusForbidden)
			return
		}
		key := "call:" + form.Get("CallSid")
		_, err = client.Pipelined(c.Request.Context(), func(p redis.Pipeliner) error {
			p.Get(c.Request.Context(), key)
			p.Set(c.Request.Context(), key, document, 6*time.Hour)
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			c.AbortWithStatus(http.StatusServiceUnavailable)
			return
		}
		c.Data(http.StatusOK, twilio.ContentType, document)
	})
	// By the same server, with its limits and its way of collecting garbage.
	var a app
	listener, err := a.listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("{\"address\":%q}\n", listener.Addr())
	collectSeldom()
	panic(<-a.serve(listener, router, false))
}

// call gives a server its callers.
func (s *benchServer) call(b testing.TB, turns int) {
	b.Helper()
	calls := max(1, turns/turnsOfACall/callersAtOnce)
	for i := range callersAtOnce {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", s.address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		c := &caller{conn: conn, answers: bufio.NewReader(conn)}
		for j := range calls {
			c.sids = append(c.sids, fmt.Sprintf("CA%032x", i<<32|j))
		}
		s.callers = append(s.callers, c)
	}
}

// caller is one connection of the carrier's, and the calls that it speaks for,
// in turn.
type caller struct {
	conn    net.Conn
	answers *bufio.Reader
	sids    []string
	at      int // in sids
	turn    int
}

// take takes so many turns: each asks for the menu again.
func (c *caller) take(turns int) error {
	for range turns {
		if _, err := c.press("9"); err != nil {
			return err
		}
	}
	return nil
}

// press answers the turn of the next call.
func (c *caller) press(keys string) ([]byte, error) {
	path := "/twilio/voice/turn?t=" + strconv.Itoa(c.turn) + "&l=en"
	return c.post(path, callOf("CallSid", c.next(), "CallStatus", "in-progress", "Digits", keys))
}

// next is the call whose turn it is. After the last, all have their next turn.
func (c *caller) next() string {
	sid := c.sids[c.at]
	if c.at++; c.at == len(c.sids) {
		c.at = 0
		c.turn++
	}
	return sid
}

// post asks as the carrier does. It is written for speed: what it uses of the
// machine is lost to who is measured.
func (c *caller) post(path string, form url.Values) ([]byte, error) {
	body := form.Encode()
	_, err := fmt.Fprintf(c.conn, "POST %s HTTP/1.1\r\nHost: landline.example\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"+
		"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
		path, twilio.SignatureHeader, twilio.Sign(servedToken, servedAt+path, form), len(body), body)
	if err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return nil, err
	}
	document, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", answer.StatusCode)
	}
	return document, err
}
