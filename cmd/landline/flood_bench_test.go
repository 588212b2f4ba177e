package main

import (
	"bufio"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"landline/store/redisstore/redistest"
)

// floodEvery is how often a flood rings: a hundred times a second, from one
// number, which no telephone can.
const floodEvery = 10 * time.Millisecond

// BenchmarkFlood is a turn of somebody else's while nobody, and while one
// number, rings without end. Compare the two with benchstat -col /flood.
func BenchmarkFlood(b *testing.B) {
	for _, floods := range []bool{false, true} {
		b.Run(fmt.Sprintf("flood=%t", floods), func(b *testing.B) {
			s := wholeServer(b, redistest.Start(b, "--appendonly", "yes"), b.N*callersAtOnce)
			stop := make(chan bool)
			var flood sync.WaitGroup
			if floods {
				flood.Go(func() { ringWithoutEnd(b, s.address, stop) })
			}
			b.ResetTimer()
			if err := s.callers[0].take(b.N); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			close(stop)
			flood.Wait()
		})
	}
}

// ringWithoutEnd rings from one number until it is told to stop.
func ringWithoutEnd(b *testing.B, address string, stop <-chan bool) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	c := &caller{conn: conn, answers: bufio.NewReader(conn)}
	again := time.NewTicker(floodEvery)
	defer again.Stop()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-again.C:
		}
		if _, err := c.post("/twilio/voice", callOf("CallSid", fmt.Sprintf("CA%032x", 1<<48|n), "From", "+441632960177")); err != nil {
			b.Error(err)
			return
		}
	}
}
