package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"landline/store/redisstore/redistest"
)

// meanwhile is what came of a webhook that was sent in the background.
type meanwhile struct {
	document string
	err      error
}

// begun has callers ring and others text, all at once, and returns when the
// turns of all are held up on their way to Redis, with the way to let them go.
// What comes of each is sent; the answers of calls first.
func (s *scene) begun(calls, texts int) (came []chan meanwhile, release func()) {
	s.Helper()
	gate, held := make(chan struct{}), make(chan struct{}, calls+texts)
	s.proxy.Watch(func(trip redistest.Trip, answered bool) bool {
		if answered || trip[0][0] == "exists" { // with which a connection begins
			return true
		}
		// A sweep's has many commands, and a worker of the queue asks for its next task.
		if len(trip) == 1 && !slices.ContainsFunc(trip[0], func(s string) bool { return strings.HasPrefix(s, "asynq:") }) {
			select {
			case held <- struct{}{}:
			default:
			}
		}
		<-gate
		return true
	})
	release = sync.OnceFunc(func() { close(gate) })
	s.Cleanup(release)
	for i := range calls + texts {
		h := hook{"/twilio/voice", callOf("CallSid", fmt.Sprintf("CA%032x", i))}
		if i >= calls {
			form := textOf("hello")
			form.Set("MessageSid", fmt.Sprintf("SM%032x", i))
			form.Set("From", fmt.Sprintf("+4477009001%02d", i))
			h = hook{"/twilio/sms", form}
		}
		c := make(chan meanwhile, 1)
		came = append(came, c)
		go func() {
			document, err := s.fleet.try(h, 1)
			c <- meanwhile{document, err}
		}()
	}
	for range calls + texts {
		select {
		case <-held:
		case <-time.After(carrierWaits):
			s.Fatal("a turn does not come to Redis")
		}
	}
	return came, release
}

// terminate asks a landline to stop, and returns when it takes no connection
// any more.
func (s *scene) terminate(p *process) {
	s.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	for deadline := time.Now().Add(carrierWaits); ; time.Sleep(time.Millisecond) {
		conn, err := net.Dial("tcp", p.address)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			s.Fatal("it still takes connections")
		}
	}
}

// gone sees that a landline that was asked to stop at the time has stopped
// within its time, and is content.
func (s *scene) gone(p *process, asked time.Time) {
	s.Helper()
	select {
	case <-p.ended:
	case <-time.After(time.Until(asked.Add(stopWithin))):
		s.Fatalf("it does not stop within %s", stopWithin)
	}
	if status := p.cmd.ProcessState.ExitCode(); status != 0 {
		said, _ := os.ReadFile(p.log)
		s.Errorf("it ended with %d: %s", status, said)
	}
}

// A landline that is asked to stop takes no new connection, answers every turn
// that it has begun, and is gone.
func TestALandlineThatStopsCutsNoTurn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.begin(1)
	leaving := s.mortals[0]
	const calls, texts = 8, 4
	came, release := s.begun(calls, texts)
	asked := time.Now()
	s.terminate(leaving)
	// Who rings now is answered by another.
	if document := s.fleet.ask(t, hook{"/twilio/voice", callOf()}, 1); !strings.Contains(document, "This is Hill Surgery.") {
		t.Errorf("who rings now hears %s", document)
	}
	if leaving.dead() {
		t.Error("it did not wait for its turns")
	}
	release()
	for i, c := range came {
		want := "This is Hill Surgery."
		if i >= calls {
			want = "Hill Surgery.&#xA;"
		}
		if m := <-c; m.err != nil || !strings.Contains(m.document, want) {
			t.Errorf("turn %d: %s %v", i, m.document, m.err)
		}
	}
	s.gone(leaving, asked)
}

// One whose Redis never answers, neither its turns nor its sweeps, and one of
// whose callers never ends a request, stops within its time all the same; the
// turns have the apology.
func TestALandlineStopsThoughATurnIsStuck(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	leaving := s.mortal("serve")
	s.fleet.set(leaving)
	halting, err := net.Dial("tcp", leaving.address)
	if err != nil {
		t.Fatal(err)
	}
	defer halting.Close()
	if _, err := io.WriteString(halting, "POST /twilio/voice HTTP/1.1\r\nHost: landline.example\r\nContent-Length: 100\r\n\r\nCallSid="); err != nil {
		t.Fatal(err)
	}
	came, _ := s.begun(3, 1)
	asked := time.Now()
	s.terminate(leaving)
	for i, c := range came {
		want := "<Dial"
		if i == 3 {
			want = "01632960001"
		}
		if m := <-c; m.err != nil || !strings.Contains(strings.ReplaceAll(m.document, " ", ""), want) {
			t.Errorf("turn %d: %s %v", i, m.document, m.err)
		}
	}
	s.gone(leaving, asked)
}

// One that died in a turn and is started again has nothing left of it: it is
// ready, and says what the other said meanwhile.
func TestADeadLandlineComesBackClean(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	r := s.rehearse(errands[0])
	s.at = "one that came back"
	s.copy(r.before[r.deed], s.live)
	s.begin(1)
	h := r.hookOf(s, r.deed)
	s.die(s.mortals[0], h, moment{r.trips[r.deed] / 2, true})
	s.same(r.heard[r.deed], s.fleet.ask(s, h, 2))
	s.begin(1)
	s.fleet.set(s.mortals[0])
	answer, err := http.Get("http://" + s.mortals[0].address + "/readyz")
	if err := errors.Join(err, closed(answer)); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Errorf("it is ready: %s", answer.Status)
	}
	s.recovers(r, r.deed, h)
}

func closed(r *http.Response) error {
	if r == nil {
		return nil
	}
	return r.Body.Close()
}
