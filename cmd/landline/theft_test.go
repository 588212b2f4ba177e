package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// readable has a Redis write its files so that they can be searched: every
// command as it was, and a snapshot that is not compressed.
var readable = []string{"--appendonly", "yes", "--appendfsync", "no", "--aof-use-rdb-preamble", "no", "--rdbcompression", "no"}

// telling are plays in which everything is said, keyed and texted that the
// record keeps: names, PINs right and wrong, dates right and wrong, NHS numbers,
// bookings, moves, cancellations, a waiting list, call-backs and alerts.
var telling = []string{
	"ann-books-for-mary", "ann-by-text", "chest-pain", "cut-off-and-goes-on-by-text", "cy-talking-therapies",
	"joan-and-a-wrong-pin", "mary-books-by-speech", "mary-cancels", "mary-rings-from-elsewhere", "ravi-and-meena",
	"reception-does-not-answer", "tom-finds-nothing-free", "tom-moves-and-lets-go-by-text", "wrong-birthday-three-times",
}

// A good part of the screenplays is played on a real Redis with its files, everything
// logged. Then neither the files, nor the log, nor a metric, nor an address tells who
// anybody is or what was said; nor do the files tell who has which slot.
func TestAPlayLeavesNothingPersonal(t *testing.T) {
	t.Parallel()
	p := newPersonal(t)
	server := redistest.Start(t, readable...)
	keys, sealedWith := keysWithPrefix(t)
	var log lockedBuffer
	addresses := &addressBook{seen: map[string]bool{}}
	var metrics []*prometheus.Registry
	for _, name := range telling {
		play := readPlay(t, filepath.Join("screenplays", name+".play"))
		metrics = append(metrics, prometheus.NewRegistry())
		realStage{
			redis: server.URL(), keys: keys, begins: play.Begins, metrics: metrics[len(metrics)-1],
			log:     slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			between: addresses.between,
		}.open(t).playOn(t, play)
	}
	snapshot(t, server)
	server.Stop()

	t.Run("files", func(t *testing.T) {
		commands := theft(t, p, server.Dir, sealedWith)
		if n := len(commands.found); n > 0 {
			t.Errorf("%d finds:\n%s", n, strings.Join(commands.found[:min(n, 20)], "\n"))
		}
		if commands.read < 20_000 || commands.sealed < 1000 || commands.files < 3 {
			t.Errorf("only %d arguments, %d of them sealed, in %d files: what was played?", commands.read, commands.sealed, commands.files)
		}
		for name := range commands.diary {
			if commands.others[name] {
				t.Errorf("%s stands in a diary and among what is somebody's: it tells who has which slot", name)
			}
		}
		if len(commands.diary) < 50 || len(commands.others) < 500 {
			t.Errorf("only %d names in diaries and %d elsewhere", len(commands.diary), len(commands.others))
		}
	})
	t.Run("log", func(t *testing.T) {
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) < 150 {
			t.Errorf("only %d lines were logged", len(lines))
		}
		for _, line := range lines {
			if found := p.inText(withoutTimes(line)); found != nil {
				t.Errorf("%v in %s", found, line)
			}
		}
	})
	t.Run("metrics", func(t *testing.T) {
		samples := 0
		for _, m := range metrics {
			for _, line := range samplesOf(t, m) {
				samples++
				if found := p.inText(line); found != nil {
					t.Errorf("%v in %s", found, line)
				}
			}
		}
		if samples < 500 {
			t.Errorf("only %d samples", samples)
		}
	})
	t.Run("addresses", func(t *testing.T) {
		if len(addresses.seen) < 20 {
			t.Errorf("only %d addresses", len(addresses.seen))
		}
		for address := range addresses.seen {
			if found := p.inText(address); found != nil {
				t.Errorf("%v in %s", found, address)
			}
		}
	})
}

// What is planted in a Redis is found in its files: the search can fail.
func TestWhatIsPlantedInARedisIsFound(t *testing.T) {
	t.Parallel()
	p := newPersonal(t)
	server := redistest.Start(t, readable...)
	_, sealedWith := keysWithPrefix(t)
	options, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	ctx := t.Context()
	for _, err := range []error{
		client.Set(ctx, "ll:{p:x}:person", "Mary", 0).Err(),
		client.HSet(ctx, "ll:{p:tom}:person", "v", sealedWith+"ciphertext").Err(),
		client.HSet(ctx, "ll:{p:x}:pin", "4071", "1").Err(),
		client.HSet(ctx, "ll:{p:y}:pin", "m", "5526"+sealedWith+"ciphertext").Err(),
		client.RPush(ctx, "ll:{c:x}:outbox", "1|+441632960101").Err(),
		client.ZAdd(ctx, "ll:{tasks}:open", redis.Z{Member: "1948-03-12"}).Err(),
		client.Del(ctx, "ll:{tasks}:open").Err(), // the file still tells
		client.Set(ctx, "ll:{h:x}:did:y", sealedWith+"ciphertext and Thank you, Mary. among it", 0).Err(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	snapshot(t, server)
	server.Stop()
	all := strings.Join(theft(t, p, server.Dir, sealedWith).found, "\n")
	for _, want := range []string{
		`a name, "mary"`, `a name, "tom"`, `a PIN, "4071"`, `a PIN, "5526"`, `a number, "1632960101"`, `a birthday, "1948-03-12"`,
		`dump.rdb: a number, "1632960101"`, `dump.rdb: what was said, "Thank you, Mary."`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s among:\n%s", want, all)
		}
	}
}

// keysWithPrefix makes a keyset, and tells how values begin that it seals: with
// a 1 and the id of the key, four bytes.
func keysWithPrefix(t *testing.T) (redisstore.Keyset, string) {
	t.Helper()
	path := keysetFile(t)
	keys, err := redisstore.ReadKeyset(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Values struct{ PrimaryKeyID uint32 } }
	if err := json.Unmarshal(text, &file); err != nil || file.Values.PrimaryKeyID == 0 {
		t.Fatalf("the keyset file has no primary key: %v", err)
	}
	return keys, string(binary.BigEndian.AppendUint32([]byte{1}, file.Values.PrimaryKeyID))
}

// snapshot has the server write all of its files.
func snapshot(t *testing.T, server *redistest.Server) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer client.Close()
	if err := client.Save(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// stolen is what a thief reads in the files of a Redis.
type stolen struct {
	found               []string
	files, read, sealed int
	// diary are the keyed names in diaries, others those in what is a person's,
	// a number's, a conversation's or the staff's.
	diary, others map[string]bool
}

// theft searches the files: each as it is, and each argument of each command
// without its ciphertext, in which chance writes short words and figures.
func theft(t *testing.T, p *personal, dir, sealedWith string) *stolen {
	t.Helper()
	s := &stolen{diary: map[string]bool{}, others: map[string]bool{}}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s.files++
		for _, found := range p.inBytes(content) {
			s.found = append(s.found, d.Name()+": "+found)
		}
		if filepath.Ext(path) == ".aof" {
			return s.commands(p, content, sealedWith)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// commands reads an append-only file: commands as arrays of strings
// (https://redis.io/docs/latest/develop/reference/protocol-spec/).
func (s *stolen) commands(p *personal, content []byte, sealedWith string) error {
	in := bufio.NewReader(bytes.NewReader(content))
	length := func(mark byte) (int, error) {
		line, err := in.ReadString('\n')
		if err != nil {
			return 0, err
		}
		if line[0] != mark {
			return 0, fmt.Errorf("%q does not begin with %c", line, mark)
		}
		return strconv.Atoi(strings.TrimSpace(line[1:]))
	}
	searched := map[string]bool{} // most arguments come again and again
	for {
		n, err := length('*')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		command := make([]string, n)
		for i := range command {
			size, err := length('$')
			if err != nil {
				return err
			}
			argument := make([]byte, size+2)
			if _, err := io.ReadFull(in, argument); err != nil {
				return err
			}
			plain, _, sealed := strings.Cut(string(argument[:size]), sealedWith)
			if s.read++; sealed {
				s.sealed++
			}
			command[i] = plain
			if !searched[plain] {
				searched[plain] = true
				for _, found := range p.inText(plain) {
					s.found = append(s.found, fmt.Sprintf("%v: %s", command, found))
				}
			}
		}
		s.names(command)
	}
}

var words = regexp.MustCompile(`[0-9A-Za-z_-]+`)

// names gathers the keyed names of a command, by whose key it is about.
func (s *stolen) names(command []string) {
	if len(command) < 2 || !strings.HasPrefix(command[1], "ll:{") {
		return
	}
	to := s.others
	switch command[1][4] {
	case 'k', 'd': // a diary, and what is due in diaries
		to = s.diary
	}
	for _, argument := range command[1:] {
		for _, word := range words.FindAllString(argument, -1) {
			// Behind the time of a hold, or the letter of a task.
			if i := len(word) % 22; i == 13 || i <= 1 {
				for word = word[i:]; word != ""; word = word[22:] {
					to[word[:22]] = true
				}
			}
		}
	}
}
