package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"landline/store/redisstore/redistest"
)

// BenchmarkStart is from the start of the program, as it is shipped, to the
// first call that it answers; budget: a second.
//
//	resident-MB  of the process, after that call; budget: 60
//	program-MB   the file
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "landline")
	if said, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, said)
	}
	file, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	variables := servedVariables(b, redistest.Start(b).URL())
	importPractice(b, variables)
	onItsOwn := map[string]string{"LANDLINE_LISTEN": "127.0.0.1:0", "LANDLINE_PUBLIC_URL": servedAt, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken}
	for command, variables := range map[string]map[string]string{"serve": variables, "demo": onItsOwn} {
		b.Run(command, func(b *testing.B) {
			resident := 0.0
			for i := 0; b.Loop(); i++ {
				cmd := exec.Command(program, command)
				cmd.Env = os.Environ()
				for name, value := range variables {
					cmd.Env = append(cmd.Env, name+"="+value)
				}
				p := watch(b, cmd)
				conn, err := net.Dial("tcp", p.address)
				if err != nil {
					b.Fatal(err)
				}
				c := &caller{conn: conn, answers: bufio.NewReader(conn)}
				document, err := c.post("/twilio/voice", callOf("CallSid", fmt.Sprintf("CA%032x", i)))
				if err != nil || !bytes.Contains(document, []byte("<Gather")) {
					b.Fatal(err, string(document))
				}
				b.StopTimer()
				resident += residentMB(b, cmd.Process.Pid)
				conn.Close()
				p.stop()
				b.StartTimer()
			}
			b.ReportMetric(resident/float64(b.N), "resident-MB")
			b.ReportMetric(float64(file.Size())/1e6, "program-MB")
		})
	}
}

var residentKB = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// residentMB is how much memory a process holds (proc_pid_status(5)).
func residentMB(t testing.TB, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	found := residentKB.FindSubmatch(status)
	if found == nil {
		t.Fatalf("no VmRSS: %s", status)
	}
	kb, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) * 1024 / 1e6
}
