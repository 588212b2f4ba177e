package redisstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

// Keyset is what seals and names everything in Redis: keys for sealing values
// (AES-256-GCM), of which the newest seals and all open, and one key for names
// (HMAC-SHA-256), by which numbers, NHS numbers and the like are looked up
// without standing there. Whoever loses it loses the record: keep a copy apart
// from the copies of Redis.
type Keyset struct {
	values *keyset.Handle
	names  *keyset.Handle
}

// ErrKeysetMode says that the keyset's file may be read by everybody.
var ErrKeysetMode = errors.New("the keyset file may be read by everybody on this machine (want mode 0600)")

// NewKeyset makes fresh keys.
func NewKeyset() (Keyset, error) {
	values, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return Keyset{}, fmt.Errorf("making the sealing key: %w", err)
	}
	names, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return Keyset{}, fmt.Errorf("making the naming key: %w", err)
	}
	return Keyset{values, names}, nil
}

// Rotate adds a sealing key that seals from now on; what the older ones sealed
// still opens. The naming key stays: a new one means that every index is
// written anew, under names that carry the new key.
func (k Keyset) Rotate() (Keyset, error) {
	m := keyset.NewManagerFromHandle(k.values)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = m.SetPrimary(id)
	}
	if err != nil {
		return Keyset{}, fmt.Errorf("adding a sealing key: %w", err)
	}
	values, err := m.Handle()
	if err != nil {
		return Keyset{}, fmt.Errorf("adding a sealing key: %w", err)
	}
	return Keyset{values, k.names}, nil
}

// keysetFile is the form of LANDLINE_KEYSET_FILE: two keysets in Tink's JSON.
type keysetFile struct {
	Values json.RawMessage `json:"values"`
	Names  json.RawMessage `json:"names"`
}

// WriteKeyset writes the keys to a new file that only its owner may read. It
// never overwrites: old keys lost are a record lost.
func (k Keyset) WriteKeyset(path string) error {
	var f keysetFile
	for part, handle := range map[*json.RawMessage]*keyset.Handle{&f.Values: k.values, &f.Names: k.names} {
		var b bytes.Buffer
		if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
			return fmt.Errorf("writing the keyset: %w", err)
		}
		*part = b.Bytes()
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the keyset: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing the keyset: %w", err)
	}
	_, err = file.Write(append(text, '\n'))
	return errors.Join(err, file.Sync(), file.Close())
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
