// Package redistest starts a real redis-server for a test and stops it
// afterwards. It never touches a Redis that it did not start: each runs on a
// free port of 127.0.0.1, with a directory of its own.
package redistest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Databases is how many databases a server has, each for one test.
const Databases = 1024

// startWithin is how long a server may take to answer.
const startWithin = 10 * time.Second

// Server is a redis-server that a test started.
type Server struct {
	// Addr is its address, host:port.
	Addr string
	// Dir is where its files are.
	Dir string

	path string
	args []string
	cmd  *exec.Cmd
	done chan struct{}
	next atomic.Int32
}

// Start starts redis-server from PATH, with further arguments if any, and
// stops it when the test ends. Where there is none the test is skipped, or
// fails if the variable CI is true.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed")
		}
		t.Skip("redis-server is not installed")
	}
	var last error
	// Somebody else may take the port between finding it and using it.
	for range 3 {
		s, err := start(t.TempDir(), path, args)
		if err == nil {
			t.Cleanup(s.Stop)
			return s
		}
		last = err
	}
	t.Fatal(last)
	return nil
}

func start(dir, path string, args []string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	all := []string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir, "--daemonize", "no",
		"--save", "", "--databases", strconv.Itoa(Databases), "--logfile", filepath.Join(dir, "redis.log"),
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "--") { // a configuration file stands first
		all, args = append(args[:1:1], all...), args[1:]
	}
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Dir: dir, path: path, args: append(all, args...)}
	return s, s.run()
}

// run runs the server until it answers, or leaves none.
func (s *Server) run() error {
	var out bytes.Buffer
	s.cmd, s.done = exec.Command(s.path, s.args...), make(chan struct{})
	s.cmd.Stdout, s.cmd.Stderr = &out, &out
	if err := s.cmd.Start(); err != nil {
		close(s.done)
		return fmt.Errorf("starting redis-server: %w", err)
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(s.cmd, s.done)
	if err := s.await(); err != nil {
		s.Stop()
		return fmt.Errorf("%w: %s", err, out.String())
	}
	return nil
}

// Restart stops the server and starts it again, at the same address, with what
// it left in its directory and with further arguments.
func (s *Server) Restart(t testing.TB, more ...string) {
	t.Helper()
	s.Stop()
	s.args = append(s.args, more...)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}

// Pause stops the server from doing anything, though it still takes
// connections, as a machine does that swaps or whose disc hangs; Resume lets
// it go on.
func (s *Server) Pause() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// await asks until the server answers.
func (s *Server) await() error {
	client := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, DialerRetries: 1})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	ask := time.NewTicker(5 * time.Millisecond)
	defer ask.Stop()
	for {
		// One that still loads or follows runs, though it refuses.
		if err := client.Ping(ctx).Err(); err == nil || redis.HasErrorPrefix(err, "MASTERDOWN") || redis.HasErrorPrefix(err, "LOADING") {
			return nil
		}
		select {
		case <-ask.C:
		case <-s.done:
			return fmt.Errorf("redis-server ended at once")
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not answer: %w", ctx.Err())
		}
	}
}

// URL is the address of a database of this server that nobody else was given.
func (s *Server) URL() string {
	return fmt.Sprintf("redis://%s/%d", s.Addr, (s.next.Add(1)-1)%Databases)
}

// Stop ends the server, at once and without saving.
func (s *Server) Stop() {
	if s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.done
}
