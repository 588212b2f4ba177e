package redisstore

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

// Keyset is what seals and names everything in Redis: keys for sealing values
// (AES-256-GCM), of which one seals and all open, and one key for names
// (HMAC-SHA-256), by which numbers, NHS numbers and the like are looked up
// without standing there. Whoever loses it loses the record: keep a copy apart
// from the copies of Redis.
type Keyset struct {
	values *keyset.Handle
	names  *keyset.Handle
}

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

// A sealing key is changed in two steps, so that while they are taken every
// instance opens what any other seals, whichever of the two keysets each has:
// Add, and once all have read that, Promote. Retire ends it, after Reseal. The
// naming key stays: see deploy/runbook.md.

// Add adds a sealing key that opens and does not seal yet. If there is one
// already, nothing is added.
func (k Keyset) Add() (Keyset, error) {
	if len(k.newer()) > 0 {
		return k, nil
	}
	return k.change("adding a sealing key", func(m *keyset.Manager) error {
		_, err := m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// Promote lets the key that Add added seal from now on; what the older ones
// sealed still opens.
func (k Keyset) Promote() (Keyset, error) {
	added := k.newer()
	if len(added) == 0 {
		return Keyset{}, errors.New("there is no sealing key that does not seal yet")
	}
	return k.change("changing the sealing key", func(m *keyset.Manager) error {
		return m.SetPrimary(added[len(added)-1])
	})
}

// Retire takes the older sealing keys away. What they sealed opens no more.
func (k Keyset) Retire() (Keyset, error) {
	return k.change("taking sealing keys away", func(m *keyset.Manager) error {
		for _, id := range k.older() {
			if err := m.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Older is how many older sealing keys there are, which only open.
func (k Keyset) Older() int { return len(k.older()) }

func (k Keyset) change(doing string, change func(*keyset.Manager) error) (Keyset, error) {
	m := keyset.NewManagerFromHandle(k.values)
	err := change(m)
	var values *keyset.Handle
	if err == nil {
		values, err = m.Handle()
	}
	if err != nil {
		return Keyset{}, fmt.Errorf("%s: %w", doing, err)
	}
	return Keyset{values, k.names}, nil
}

// older are the ids of the keys that sealed before the one that does now,
// newer those that do not seal yet: keys stand in the order in which they came.
func (k Keyset) older() []uint32 { before, _ := k.around(); return before }
func (k Keyset) newer() []uint32 { _, after := k.around(); return after }

func (k Keyset) around() (before, after []uint32) {
	info := k.values.KeysetInfo()
	seals := false
	for _, key := range info.GetKeyInfo() {
		switch id := key.GetKeyId(); {
		case id == info.GetPrimaryKeyId():
			seals = true
		case seals:
			after = append(after, id)
		default:
			before = append(before, id)
		}
	}
	return before, after
}

// prefixes is how the values begin that keys sealed: Tink writes a 1 and the
// key's id before the ciphertext.
func prefixes(ids []uint32) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(binary.BigEndian.AppendUint32([]byte{1}, id)))
	}
	return out
}
