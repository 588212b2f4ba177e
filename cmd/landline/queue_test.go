package main

import (
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"landline/handlers/outreach"
	"landline/store/redisstore/redistest"
)

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
