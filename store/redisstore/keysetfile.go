package redisstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// ErrKeysetMode says that the keyset's file may be read by everybody.
var ErrKeysetMode = errors.New("the keyset file may be read by everybody on this machine (want mode 0600)")

// ErrKeysetBusy says that somebody else is changing the keyset's file.
var ErrKeysetBusy = errors.New("somebody is changing the keyset file, or was cut short: if nobody is, delete the one ending in .new")

// keysetFile is the form of LANDLINE_KEYSET_FILE: two keysets in Tink's JSON.
type keysetFile struct {
	Values json.RawMessage `json:"values"`
	Names  json.RawMessage `json:"names"`
}

func (k Keyset) text() ([]byte, error) {
	var f keysetFile
	for part, handle := range map[*json.RawMessage]*keyset.Handle{&f.Values: k.values, &f.Names: k.names} {
		var b bytes.Buffer
		if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
			return nil, err
		}
		*part = b.Bytes()
	}
	text, err := json.MarshalIndent(f, "", "  ")
	return append(text, '\n'), err
}

// WriteKeyset writes the keys to a new file that only its owner may read. It
// never overwrites: old keys lost are a record lost.
func (k Keyset) WriteKeyset(path string) error {
	text, err := k.text()
	if err != nil {
		return fmt.Errorf("writing the keyset: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing the keyset: %w", err)
	}
	return errors.Join(writeOut(file, text), syncDir(path))
}

// ChangeKeyset replaces the keys in a file by what change makes of them, and
// returns those. After a crash the file holds the old keys or the new ones,
// whole; of two changes at once one is refused (ErrKeysetBusy). Who could read
// the file still can.
func ChangeKeyset(path string, change func(Keyset) (Keyset, error)) (_ Keyset, err error) {
	// A link, as secrets are mounted, stays one.
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return Keyset{}, fmt.Errorf("changing the keyset: %w", err)
	}
	fresh := path + ".new"
	file, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return Keyset{}, fmt.Errorf("changing the keyset: %w", ErrKeysetBusy)
	} else if err != nil {
		return Keyset{}, fmt.Errorf("changing the keyset: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("changing the keyset: %w", err)
			file.Close()
			os.Remove(fresh)
		}
	}()
	k, err := ReadKeyset(path)
	if err != nil {
		return Keyset{}, err
	}
	if k, err = change(k); err != nil {
		return Keyset{}, err
	}
	text, err := k.text()
	if err != nil {
		return Keyset{}, err
	}
	if err := likeFile(file, path); err != nil {
		return Keyset{}, err
	}
	if err := writeOut(file, text); err != nil {
		return Keyset{}, err
	}
	if err := os.Rename(fresh, path); err != nil {
		return Keyset{}, err
	}
	return k, syncDir(path)
}

// likeFile gives the file the mode and the owner of the one at path.
func likeFile(file *os.File, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := giveTo(file, info); err != nil {
		return err
	}
	return file.Chmod(info.Mode().Perm())
}

// writeOut writes a file and closes it; then it is on the disk.
func writeOut(file *os.File, text []byte) error {
	_, err := file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir has the name of a new file on the disk too.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// ReadKeyset reads what WriteKeyset wrote. It refuses a file that everybody
// may read (ErrKeysetMode).
func ReadKeyset(path string) (Keyset, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Keyset{}, fmt.Errorf("reading the keyset: %w", err)
	}
	// A group may read: that is how a secret is mounted into a container that
	// does not run as root.
	if info.Mode()&fs.ModePerm&0o007 != 0 {
		return Keyset{}, ErrKeysetMode
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Keyset{}, fmt.Errorf("reading the keyset: %w", err)
	}
	var f keysetFile
	if err := json.Unmarshal(text, &f); err != nil {
		return Keyset{}, errors.New("reading the keyset: not a keyset file")
	}
	var k Keyset
	if k.values, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Values))); err != nil {
		return Keyset{}, errors.New("reading the keyset: the sealing keys cannot be read")
	}
	if k.names, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Names))); err != nil {
		return Keyset{}, errors.New("reading the keyset: the naming key cannot be read")
	}
	return k, nil
}
