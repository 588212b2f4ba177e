package redisstore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
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
	sealed, err := a.seal([]byte("plain"), somewhere)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.open(sealed, somewhere); err != nil || string(plain) != "plain" {
		t.Errorf("read back: %q, %v", plain, err)
	}
	if a.name("x", "y") != b.name("x", "y") {
		t.Error("the keys that were read back name otherwise")
	}

	// An added key opens and does not seal; names stay.
	added, err := ChangeKeyset(path, Keyset.Add)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := added.Add(); err != nil || again.values != added.values {
		t.Errorf("a second key was added while the first waits: %v", err)
	}
	promoted, err := ChangeKeyset(path, Keyset.Promote)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := promoted.Promote(); err == nil {
		t.Error("a key was promoted twice")
	}
	retired, err := ChangeKeyset(path, Keyset.Retire)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ReadKeyset(path)
	if err != nil || kept.Older() != 0 || promoted.Older() != 1 || added.Older() != 0 {
		t.Errorf("older keys: %d after adding, %d after promoting, %d after retiring, %v",
			added.Older(), promoted.Older(), kept.Older(), err)
	}
	keysets := map[string]Keyset{"first": keys, "added": added, "promoted": promoted, "retired": retired}
	opens := map[string][]string{
		"first": {"first", "added"}, "added": {"first", "added", "promoted", "retired"},
		"promoted": {"first", "added", "promoted", "retired"}, "retired": {"promoted", "retired"},
	}
	for opener, with := range keysets {
		for by, sealing := range keysets {
			sealed, err := mustSealer(t, sealing).seal([]byte("plain"), somewhere)
			if err != nil {
				t.Fatal(err)
			}
			_, err = mustSealer(t, with).open(sealed, somewhere)
			if want := slices.Contains(opens[opener], by); (err == nil) != want {
				t.Errorf("the %s keyset opens what the %s one sealed: %v, want %v", opener, by, err == nil, want)
			}
		}
		if mustSealer(t, with).name("x", "y") != a.name("x", "y") {
			t.Errorf("names of the %s keyset are others", opener)
		}
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

// A change of the file is whole or none, keeps who may read it, and of two at
// once one is refused.
func TestChangeKeyset(t *testing.T) {
	t.Parallel()
	keys, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path, link := filepath.Join(dir, "keys.json"), filepath.Join(dir, "link.json")
	if err := keys.WriteKeyset(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stays := func(after string) {
		t.Helper()
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
			t.Errorf("after %s the file is another: %v", after, err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 2 {
			t.Errorf("after %s there are %v", after, files)
		}
	}
	full := errors.New("the disk is full")
	if _, err := ChangeKeyset(path, func(Keyset) (Keyset, error) { return Keyset{}, full }); !errors.Is(err, full) {
		t.Errorf("a change that fails: %v", err)
	}
	stays("a change that failed")
	if _, err := ChangeKeyset(path, func(k Keyset) (Keyset, error) {
		_, err := ChangeKeyset(link, Keyset.Add)
		return k, err
	}); !errors.Is(err, ErrKeysetBusy) {
		t.Errorf("two changes at once: %v", err)
	}
	stays("two changes at once")
	for _, mode := range []os.FileMode{0o600, 0o640} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := ChangeKeyset(link, Keyset.Add); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != mode {
			t.Errorf("the mode %v became %v, %v", mode, info.Mode(), err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link became %v, %v", info.Mode(), err)
		}
	}
	if now, err := os.ReadFile(path); err != nil || bytes.Equal(now, before) {
		t.Errorf("nothing was changed: %v", err)
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

// somewhere is a place where a sealed value may be.
var somewhere = place{"ll:{p:x}:person", "v"}

// A value opens where it was sealed, and nowhere else.
func TestPlace(t *testing.T) {
	t.Parallel()
	keys, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	s := mustSealer(t, keys)
	grants := "ll:{p:x}:grants"
	sealed, err := s.seal([]byte("plain"), place{grants, "cd"})
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []place{{grants, "ce"}, {grants, ""}, {grants + "cd", ""}, {grants + "c", "d"}, {"ll:{p:y}:grants", "cd"}, {"", grants + "cd"}} {
		if _, err := s.open(sealed, other); !errors.Is(err, ErrSealed) {
			t.Errorf("it opens at %v: %v", other, err)
		}
	}
	if _, err := s.seal([]byte("plain"), place{"ll:{p:x}:forgotten", ""}); err == nil {
		t.Error("a value is sealed where no rotation would find it")
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
