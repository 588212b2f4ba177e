package redisstore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestKeyset(t *testing.T) {
	t.Parallel()
	keys, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := keys.WriteKeyset(path); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
	if err := keys.WriteKeyset(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("old keys were overwritten: %v", err)
	}
	read, err := ReadKeyset(path)
	if err != nil {
		t.Fatal(err)
	}
	a, b := mustSealer(t, keys), mustSealer(t, read)
	sealed, err := a.seal([]byte("plain"), place{"k", "f"})
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.open(sealed, place{"k", "f"}); err != nil || string(plain) != "plain" {
		t.Errorf("read back: %q, %v", plain, err)
	}
	if a.name("x", "y") != b.name("x", "y") {
		t.Error("the keys that were read back name otherwise")
	}

	// After a rotation what the old key sealed still opens, and names stay.
	rotated, err := keys.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	c := mustSealer(t, rotated)
	if plain, err := c.open(sealed, place{"k", "f"}); err != nil || string(plain) != "plain" {
		t.Errorf("after a rotation: %q, %v", plain, err)
	}
	if a.name("x", "y") != c.name("x", "y") {
		t.Error("after a rotation names are others")
	}
	fresh, err := c.seal([]byte("plain"), place{"k", "f"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.open(fresh, place{"k", "f"}); !errors.Is(err, ErrSealed) {
		t.Errorf("the old key opens what the new one sealed: %v", err)
	}

	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKeyset(path); !errors.Is(err, ErrKeysetMode) {
		t.Errorf("a file that everybody may read: %v", err)
	}
	for name, text := range map[string]string{"empty": "", "other": `{"a":1}`, "half": `{"values":{},"names":{}}`} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKeyset(path); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
	if _, err := newSealer(Keyset{}); err == nil {
		t.Error("no keys at all are enough")
	}
}

func mustSealer(t *testing.T, k Keyset) *sealer {
	t.Helper()
	s, err := newSealer(k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A value opens where it was sealed, and nowhere else.
func TestPlace(t *testing.T) {
	t.Parallel()
	keys, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	s := mustSealer(t, keys)
	sealed, err := s.seal([]byte("plain"), place{"ab", "c"})
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []place{{"a", "bc"}, {"abc", ""}, {"ab", "d"}, {"", "abc"}} {
		if _, err := s.open(sealed, other); !errors.Is(err, ErrSealed) {
			t.Errorf("it opens at %v: %v", other, err)
		}
	}
	if s.name("a", "b", "c") == s.name("a", "bc") || s.name("a", "b") == s.name("b", "a") {
		t.Error("names of other parts are alike")
	}
}

// Every hash tag is the aggregate's, whatever an id is made of.
func TestValidID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"doctor": true, "a-b_c.d:1": true, "": false, "a}b": false, "{a": false, "a b": false, "a|b": false, "é": false, "a\n": false,
		string(make([]byte, 65)): false,
	} {
		if validID(id) != want {
			t.Errorf("validID(%q) = %v", id, !want)
		}
	}
}
