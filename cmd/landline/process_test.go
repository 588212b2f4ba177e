package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runsAs is the variable that makes this test binary another program, so that a
// test can start landline as a process of its own.
const runsAs = "LANDLINE_TEST_RUNS_AS"

// profileInto names a directory in which a landline that a benchmark starts
// leaves its profiles, cpu and allocs, when it ends.
const profileInto = "LANDLINE_PROFILE"

func TestMain(m *testing.M) {
	switch os.Getenv(runsAs) {
	case "landline":
		if dir := os.Getenv(profileInto); dir != "" {
			os.Exit(profiled(dir))
		}
		main()
	case "bare":
		runBare()
	}
	os.Exit(m.Run())
}

// profiled is main with profiles.
func profiled(dir string) int {
	file, err := os.Create(filepath.Join(dir, "cpu"))
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		panic(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	status := run(ctx, &environment{lookup: os.LookupEnv, in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Args[1:])
	pprof.StopCPUProfile()
	allocs, err := os.Create(filepath.Join(dir, "allocs"))
	if err != nil {
		panic(err)
	}
	if err := cmp.Or(pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close(), file.Close()); err != nil {
		panic(err)
	}
	return status
}

// process is a program that a test has started. It says in its log where it
// listens, and ends with the test.
type process struct {
	cmd     *exec.Cmd
	log     string
	address string
	ended   chan struct{}
}

// listensAt finds the address in a log, or in what the demo prints.
var listensAt = regexp.MustCompile(`(?:"address":"|Open +http://)([^"/]+)`)

// startProcess starts this binary as another program, and waits until it
// listens.
func startProcess(t testing.TB, as string, variables map[string]string, args ...string) *process {
	t.Helper()
	return watch(t, thisBinary(t, as, variables, args...))
}

// superviseProcess starts it again for as long as it ends before it listens, as
// an operator's supervisor does: it may have come while Redis's master was lost.
func superviseProcess(t testing.TB, as string, variables map[string]string, args ...string) *process {
	t.Helper()
	const tries = 10
	for range tries {
		if p, _ := begin(t, thisBinary(t, as, variables, args...)); p != nil {
			return p
		}
	}
	t.Fatalf("it ended %d times", tries)
	return nil
}

func thisBinary(t testing.TB, as string, variables map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), runsAs+"="+as)
	for name, value := range variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// watch starts a command that will say where it listens.
func watch(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p, said := begin(t, cmd)
	if p == nil {
		t.Fatalf("it ended: %s", said)
	}
	return p
}

// begin starts a command that says where it listens; nil, with what it said, if
// it ends instead.
func begin(t testing.TB, cmd *exec.Cmd) (_ *process, said []byte) {
	t.Helper()
	p := &process{cmd: cmd, log: filepath.Join(t.TempDir(), "log"), ended: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(p.ended) }()
	t.Cleanup(p.stop)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		said, err := os.ReadFile(p.log)
		if err != nil {
			t.Fatal(err)
		}
		if at := listensAt.FindSubmatch(said); at != nil {
			p.address = string(at[1])
			return p, said
		}
		select {
		case <-p.ended:
			return nil, said
		default:
		}
	}
	t.Fatal("it says not where it listens")
	return nil, nil
}

// stop asks the process to end, and waits.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(stopWithin):
		p.kill()
	}
}

// kill ends the process where it stands. When it returns there is none.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// dead reports whether it has ended.
func (p *process) dead() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// cpu is the processor time that a process has used so far, its own and the
// kernel's, to the hundredth of a second (proc_pid_stat(5)).
func cpu(t testing.TB, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// The second field is a name in parentheses; user and kernel time are the
	// 14th and 15th.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	kernel, err2 := strconv.Atoi(fields[12])
	if err := cmp.Or(err1, err2); err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+kernel) * 10 * time.Millisecond
}
