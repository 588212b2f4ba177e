package main

import (
	"context"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"landline/handlers/exchange"
	"landline/handlers/outreach"
	"landline/store/redisstore/redistest"
)

// When the demo's clock jumps, what falls due on the way goes through the queue, and
// is done when the jump is.
func TestADemoThatJumpsWaitsForTheQueue(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	m := newMachine("", map[string]string{"LANDLINE_LISTEN": "127.0.0.1:0"})
	listening, ended := make(chan string, 1), make(chan int, 1)
	m.started = func(address string) { listening <- address }
	go func() { ended <- run(ctx, m.environment, []string{"demo"}) }()
	var phones *exchange.Client
	select {
	case address := <-listening:
		phones = exchange.NewClient("http://"+address, nil)
	case status := <-ended:
		t.Fatalf("the demo ended with %d: %s", status, m.err.String())
	}
	const days = 10
	if err := phones.JumpTo(ctx, time.Now().AddDate(0, 0, days).Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	state, err := phones.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rings := map[string]int{}
	for e, err := range phones.Events(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Call != nil && e.Call.State == exchange.StateRinging {
			rings[e.Phone]++
		}
		if e.ID >= state.Last {
			break
		}
	}
	if mary := rings["+441632960101"]; mary < 2 { // nobody answers
		t.Errorf("in %d days Mary, who has an appointment, was rung %d times; all: %v", days, mary, rings)
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("the demo ended with %d: %s", status, m.err.String())
	}
}

// An operator stops all that goes out with asynq's own tools, sees what waits and who
// works, and lets it go on.
func TestAnOperatorStopsTheQueue(t *testing.T) {
	t.Parallel()
	const people = 3
	r := redistest.Start(t)
	zone := midday(t)
	variables := servedVariables(t, r.URL())
	variables["LANDLINE_TIMEZONE"], variables["LANDLINE_TEXTS_PER_SECOND"] = zone.String(), "0"
	now := time.Now().In(zone)
	if _, err := recordIn(t, variables).Import(t.Context(), reminded(people, now), now.Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	options, err := redis.ParseURL(variables["LANDLINE_REDIS_URL"])
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	operator := asynq.NewInspectorFromRedisClient(client)
	if err := operator.PauseQueue(outreach.QueueName); err != nil {
		t.Fatal(err)
	}
	carrier := newTimingCarrier(t)
	variables["LANDLINE_TWILIO_API_URL"] = carrier.address
	serving := startProcess(t, "landline", variables, "serve")
	carrier.gateway.set(serving)

	shows := func(what string, so func() bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not %s within 30 s", what)
			}
		}
	}
	shows("what waits is seen", func() bool {
		waiting, err := operator.ListPendingTasks(outreach.QueueName)
		return err == nil && len(waiting) == people
	})
	servers, err := operator.Servers()
	if err != nil || len(servers) != 1 || servers[0].Concurrency != noticesAtATime {
		t.Errorf("there work %v, %v", servers, err)
	}
	if n := carrier.taken(); n > 0 {
		t.Errorf("%d texts went out of a queue that is paused", n)
	}
	if err := operator.UnpauseQueue(outreach.QueueName); err != nil {
		t.Fatal(err)
	}
	shows("all told", func() bool { return carrier.taken() == people })
	carrier.Settle()
	serving.stop()
	queue, err := operator.GetQueueInfo(outreach.QueueName)
	if err != nil || queue.Size > 0 || queue.FailedTotal > 0 {
		t.Errorf("the queue is %+v, %v", queue, err)
	}
	if servers, err := operator.Servers(); err != nil || len(servers) > 0 {
		t.Errorf("when it has stopped there work %v, %v", servers, err)
	}
}
