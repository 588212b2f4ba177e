package redisstore

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrSealed says that a value does not open: it was changed, it stands
// elsewhere than where it was put, or its key is not in the keyset.
var ErrSealed = errors.New("redisstore: a value does not open")

// sealer seals values and makes names.
type sealer struct {
	values atomic.Pointer[sealing]
	names  *prf.Set
}

// sealing is the sealing keys as they were last read: a rotation changes them
// while calls go on.
type sealing struct {
	tink.AEAD
	// old is how values begin that an older key sealed.
	old []string
}

func newSealer(k Keyset) (*sealer, error) {
	if k.values == nil || k.names == nil {
		return nil, errors.New("redisstore: no keyset")
	}
	values, err := aead.New(k.values)
	if err != nil {
		return nil, fmt.Errorf("redisstore: sealing keys: %w", err)
	}
	names, err := prf.NewPRFSet(k.names)
	if err != nil {
		return nil, fmt.Errorf("redisstore: naming key: %w", err)
	}
	s := &sealer{names: names}
	s.values.Store(&sealing{values, prefixes(k.older())})
	return s, nil
}

// place is where a sealed value stands: its key and, in a hash, its field. It
// is sealed in with the value, so that a value moved elsewhere does not open.
type place struct{ key, field string }

func (p place) bytes() []byte { return joined(p.key, p.field) }

// seal seals a value for its place, which must be in the table of sealedKinds.
func (s *sealer) seal(plain []byte, at place) (string, error) {
	if sealedKinds[kindOf(at.key)] == nil {
		return "", fmt.Errorf("sealing: %s is not among the kinds of keys that hold sealed values", kindOf(at.key))
	}
	sealed, err := s.values.Load().Encrypt(plain, at.bytes())
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	return string(sealed), nil
}

func (s *sealer) open(sealed string, at place) ([]byte, error) {
	plain, err := s.values.Load().Decrypt([]byte(sealed), at.bytes())
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func (s *sealer) sealJSON(v any, at place) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	return s.seal(plain, at)
}

func (s *sealer) openJSON(sealed string, at place, v any) error {
	plain, err := s.open(sealed, at)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("redisstore: a value opens but cannot be read: %w", err)
	}
	return nil
}

// nameBytes is the length of a name before it is written down: 128 bits, so
// that among 2^40 names two are alike with a chance of 2^-49.
const nameBytes = 16

// nameLength is the length of a name as it is written.
const nameLength = 22

// name is the keyed, one-way name of what kind and parts say: the same for
// the same parts, and nothing to whoever has no key. Names of different kinds
// have nothing to do with each other.
func (s *sealer) name(kind string, parts ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.digest(kind, parts...)[:nameBytes])
}

// digest is 32 bytes, otherwise as name.
func (s *sealer) digest(kind string, parts ...string) []byte {
	sum, err := s.names.ComputePrimaryPRF(joined(kind, parts...), 32)
	if err != nil {
		// HMAC-SHA-256 gives 32 bytes for any input: only a keyset of another
		// kind fails, and New has tried it.
		panic("redisstore: naming key: " + err.Error())
	}
	return sum
}

// joined writes the parts so that no two lists of parts look alike.
func joined(first string, rest ...string) []byte {
	size := 4 + len(first)
	for _, p := range rest {
		size += 4 + len(p)
	}
	b := append(binary.BigEndian.AppendUint32(make([]byte, 0, size), uint32(len(first))), first...)
	for _, p := range rest {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(p))), p...)
	}
	return b
}
