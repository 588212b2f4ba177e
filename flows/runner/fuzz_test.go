package runner_test

import (
	"context"
	"testing"

	"landline/flows/runner"
)

// FuzzKeptBytes shows that whatever the store hands back, the caller is
// answered and nothing of it is logged.
func FuzzKeptBytes(f *testing.F) {
	f.Add([]byte(`{"v":1,"c":{"id":"CA1","ch":"voice","lang":"en","stack":[{"j":"home","s":"menu"}],"mem":{"from":"2026-11-24"}}}`), []byte(`{"v":1,"n":2,"r":{"lang":"en","lines":[{"k":"x"}],"then":"wait"}}`))
	f.Add([]byte(`{"v":1,"c":{"mem":{"from":"30 February"}}}`), []byte(`{"v":1,"n":-1,"r":null}`))
	f.Add([]byte{}, []byte("null"))
	for _, k := range everKept(f) {
		f.Add([]byte(k.State), []byte(k.Reply))
	}
	f.Fuzz(func(t *testing.T, state, replied []byte) {
		w := newWorld(t, script(echo))
		w.conv.kept[call] = &kept{next: 1, state: state, reply: replied, saved: w.now}
		for _, a := range []runner.Arrival{keyed(1, "1"), keyed(0, "1")} {
			if _, err := w.runner.Take(context.Background(), a); err != nil {
				t.Fatal(err)
			}
		}
	})
}
