package redisstore

import (
	"context"
	"crypto/sha1"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua
var luaFiles embed.FS

// script is one of the .lua files beside this one. Its contract stands on top
// of it: what is in KEYS and ARGV, and what it returns.
type script struct{ text, sha string }

func mustScript(name string) script {
	text, err := luaFiles.ReadFile("lua/" + name + ".lua")
	if err != nil {
		panic(err)
	}
	sum := sha1.Sum(text)
	return script{string(text), hex.EncodeToString(sum[:])}
}

// trip is one round trip to Redis: commands that travel together. On a Cluster
// they are split by node, so those of one trip promise no order among
// aggregates.
type trip struct {
	store *Store
	doing string
	cmds  []*redis.Cmd
	// texts holds the script of each command that is one.
	texts []string
	// changed says that this trip follows another that changed something.
	changed bool
	// replicas is how many of each of its nodes must have what is done.
	replicas int
}

func (s *Store) trip(doing string) *trip { return &trip{store: s, doing: doing} }

// durably has the trip wait for replicas, as many as Options.Replicas: whatever
// somebody is told goes by such a trip, so that it is so also after a failover.
func (t *trip) durably() *trip {
	t.replicas = t.store.replicas
	return t
}

// call adds a script. All of its keys share one hash tag.
func (t *trip) call(sc script, keys []string, args ...any) *redis.Cmd {
	all := make([]any, 0, 3+len(keys)+len(args))
	all = append(all, "evalsha", sc.sha, len(keys))
	for _, k := range keys {
		all = append(all, k)
	}
	all = append(all, args...)
	cmd := redis.NewCmd(context.Background(), all...)
	cmd.SetFirstKeyPos(3)
	t.cmds = append(t.cmds, cmd)
	t.texts = append(t.texts, sc.text)
	return cmd
}

// do adds a plain command whose key comes first.
func (t *trip) do(args ...any) *redis.Cmd {
	cmd := redis.NewCmd(context.Background(), args...)
	cmd.SetFirstKeyPos(1)
	t.cmds = append(t.cmds, cmd)
	t.texts = append(t.texts, "")
	return cmd
}

// attempts is how often a trip is made before it has failed. Every script may
// run twice: it does what was asked once.
const attempts = 2

// takeOverPause is how long a server that refuses is given before it is asked
// again.
const takeOverPause = 100 * time.Millisecond

func wait(ctx context.Context, d time.Duration) {
	pause := time.NewTimer(d)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

// send makes the trip. An error is store.ErrUnavailable, or store.ErrUnknown
// where it writes and an answer was lost. What is not there is no error: such
// a command's value is nil.
func (t *trip) send(ctx context.Context, what effect) error {
	lost := t.changed
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return failed(t.doing, lost, err)
		}
		err := t.attempt(ctx, t.cmds)
		if err == nil {
			err = t.scriptless(ctx)
		}
		if err == nil {
			return nil
		}
		lost = lost || what == writes && t.mayHaveChanged(err)
		if attempt == attempts || !passing(err) {
			return failed(t.doing, lost, err)
		}
		t.store.recover(ctx, err)
	}
}

// mayHaveChanged reports whether, of a trip that failed with err, any command
// may have been performed.
func (t *trip) mayHaveChanged(err error) bool {
	if len(t.cmds) == 1 {
		return !unsent(err) && !refused(err)
	}
	for _, c := range t.cmds {
		if e := c.Err(); !redis.HasErrorPrefix(e, "NOSCRIPT") && (e == nil || !unsent(e) && !refused(e)) {
			return true
		}
	}
	return false
}

// attempt sends the commands and returns the first error that is one.
func (t *trip) attempt(ctx context.Context, cmds []*redis.Cmd) error {
	t.store.trips.WithLabelValues(t.doing).Inc()
	for _, c := range cmds {
		c.SetErr(nil)
	}
	legs, err := t.store.legs(ctx, cmds)
	if err != nil {
		for _, c := range cmds {
			c.SetErr(err)
		}
		return err
	}
	sendAll(ctx, legs, t.replicas)
	for _, c := range cmds {
		if err := real(c.Err()); err != nil {
			return err
		}
	}
	for _, l := range legs {
		if err := l.confirmation(t.replicas); err != nil {
			return err
		}
	}
	return nil
}

// scriptless sends again, with their text, the scripts that the server did not
// know: it was restarted, or another took over.
func (t *trip) scriptless(ctx context.Context) error {
	var again []*redis.Cmd
	for i, c := range t.cmds {
		if redis.HasErrorPrefix(c.Err(), "NOSCRIPT") {
			c.Args()[0], c.Args()[1] = "eval", t.texts[i]
			again = append(again, c)
		}
	}
	if len(again) == 0 {
		return nil
	}
	return t.attempt(ctx, again)
}

// real leaves out what is no failure: nothing there, and an unknown script.
func real(err error) error {
	if err == nil || errors.Is(err, redis.Nil) || redis.HasErrorPrefix(err, "NOSCRIPT") {
		return nil
	}
	return err
}

// text is a command's answer as a string; nothing there is "".
func text(c *redis.Cmd) string {
	s, _ := c.Val().(string)
	return s
}

// texts is a command's answer as a list of strings; a missing one is "". A
// map, as HGETALL gives it on RESP3, is read as key, value, key, value.
func texts(c *redis.Cmd) []string { return stringsOf(c.Val()) }

func stringsOf(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		out = make([]string, len(v))
		for i, x := range v {
			out[i] = stringOf(x)
		}
	case map[any]any:
		for k, x := range v {
			out = append(out, stringOf(k), stringOf(x))
		}
	}
	return out
}

func stringOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// pairs reads key, value, key, value.
func pairs(c *redis.Cmd) map[string]string {
	list := texts(c)
	out := make(map[string]string, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		out[list[i]] = list[i+1]
	}
	return out
}
