package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/crypto/argon2"

	"landline/store"
)

// HashCost is what one hash of a PIN costs.
type HashCost struct {
	MemoryKiB uint32 `json:"m"`
	Passes    uint32 `json:"t"`
	Lanes     uint8  `json:"p"`
}

// DefaultHash is argon2id with 19 MiB, 2 passes and 1 lane (OWASP Password
// Storage Cheat Sheet).
var DefaultHash = HashCost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}

// FastHash is for tests, and for the demo's record of its own, whose PINs are
// printed as it starts.
var FastHash = HashCost{MemoryKiB: 8, Passes: 1, Lanes: 1}

// A PIN has so few digits that a slow hash alone would fall in an hour to
// whoever has a dump. What is hashed slowly is therefore not the PIN but a
// keyed hash of it: without the keyset there is nothing to try.

// pinRecord is what is kept of a PIN, sealed.
type pinRecord struct {
	Cost HashCost `json:"cost"`
	Salt []byte   `json:"salt"`
	Sum  []byte   `json:"sum"`
	// Digits is how many it has, and Places are the hashes of each two of them, in
	// the order of store.PlacesOf: kept of whoever can only text, and of nobody
	// else. Each is keyed and slow as the whole is, but there are a hundred to try:
	// whoever has the dump and the keyset finds such a PIN with some two hundred
	// hashes, not ten thousand or a million. Without the keyset there is nothing to
	// try, as ever.
	Digits int      `json:"digits,omitempty"`
	Places [][]byte `json:"places,omitempty"`
	// Decoy and DecoyPlaces are the same of the duress PIN, with the same salt, so
	// that one hash is held against both. Of whoever has none they are chance: that
	// somebody has one shows neither in a dump nor to whoever has the keyset, but
	// by trying every PIN.
	Decoy       []byte   `json:"decoy,omitempty"`
	DecoyPlaces [][]byte `json:"decoy_places,omitempty"`
}

// sumBytes is how long a hash is.
const sumBytes = 32

// hashQueue is how many may wait for their turn to hash. A hash takes some 25 ms:
// who came after these would not have their turn within runner's RequestTime.
const hashQueue = 64

// hasher hashes PINs, a few at a time, so that guessing starves nobody: whoever
// waits for a turn to hash holds no connection, and the queue is short.
type hasher struct {
	sealer *sealer
	cost   HashCost
	turns  chan struct{}
	queue  chan struct{}
	hashes prometheus.Counter
}

func newHasher(s *sealer, cost HashCost, atOnce int) *hasher {
	return &hasher{
		sealer: s, cost: cost, turns: make(chan struct{}, atOnce), queue: make(chan struct{}, atOnce+hashQueue),
		hashes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "landline_pin_hashes_total", Help: "PINs that were hashed, slowly, to be compared or kept.",
		}),
	}
}

// turn waits for one's turn to hash, as long as ctx allows; leave ends it. Who
// finds the queue full is told at once.
func (h *hasher) turn(ctx context.Context) (leave func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, fmt.Errorf("waiting to check a PIN: too many wait: %w", store.ErrUnavailable)
	}
	defer func() {
		if err != nil {
			<-h.queue
		}
	}()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns; <-h.queue }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to check a PIN: %w: %w", store.ErrUnavailable, ctx.Err())
	}
}

func (h *hasher) sum(p store.PersonID, pin store.PIN, at store.Places, cost HashCost, salt []byte) []byte {
	h.hashes.Inc()
	keyed := h.sealer.digest("pin", string(p), pin.Reveal())
	if at != (store.Places{}) {
		keyed = h.sealer.digest("pin-places", string(p), fmt.Sprint(at.First, " ", at.Second), pin.Reveal())
	}
	return argon2.IDKey(keyed, salt, cost.Passes, cost.MemoryKiB, cost.Lanes, sumBytes)
}

// instead hashes a PIN that takes the place of another, beside whose duress PIN
// it stands from then on.
func (h *hasher) instead(of *pinRecord, p store.PersonID, r store.PersonRow) pinRecord {
	if of == nil || len(of.Decoy) == 0 {
		return h.record(p, r)
	}
	kept := h.salted(p, r, of.Cost, of.Salt)
	kept.Decoy = of.Decoy
	if kept.Digits == of.Digits && len(kept.Places) > 0 {
		kept.DecoyPlaces = of.DecoyPlaces
	}
	return kept
}

// record hashes a PIN that is to be kept, with the duress PIN beside it, if
// there is one; in their parts, too, if their owner can only text.
func (h *hasher) record(p store.PersonID, r store.PersonRow) pinRecord {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	return h.salted(p, r, h.cost, salt)
}

func (h *hasher) salted(p store.PersonID, r store.PersonRow, cost HashCost, salt []byte) pinRecord {
	kept := pinRecord{Cost: cost, Salt: salt}
	sum := func(pin store.PIN, at store.Places) []byte {
		if pin == "" {
			chance := make([]byte, sumBytes)
			rand.Read(chance)
			return chance
		}
		return h.sum(p, pin, at, cost, salt)
	}
	kept.Sum, kept.Decoy = sum(r.PIN, store.Places{}), sum(r.Duress, store.Places{})
	if !r.Person.TextOnly {
		return kept
	}
	kept.Digits = len(r.PIN)
	for _, at := range store.PlacesOf(kept.Digits) {
		part, _ := r.PIN.At(at)
		decoy, _ := r.Duress.At(at)
		kept.Places, kept.DecoyPlaces = append(kept.Places, sum(part, at)), append(kept.DecoyPlaces, sum(decoy, at))
	}
	return kept
}

// keptSo reports whether a record is that of a row. Of who may be asked for
// parts of a PIN those are hashed, too; a duress PIN that does not come again
// stays.
func (h *hasher) keptSo(kept *pinRecord, r store.PersonRow) bool {
	if kept == nil || (len(kept.Places) > 0) != r.Person.TextOnly {
		return false
	}
	if right, _ := h.compare(r.Person.ID, r.PIN, store.Places{}, kept); !right || r.Duress == "" {
		return right
	}
	_, duress := h.compare(r.Person.ID, r.Duress, store.Places{}, kept)
	return duress
}

// compare tells whether what was given is the record's PIN, or its duress PIN:
// the whole, or what stands at two places of it. Whoever has none (nil), or none
// of the kind, costs the same: one hash, held against two.
func (h *hasher) compare(p store.PersonID, given store.PIN, at store.Places, r *pinRecord) (right, duress bool) {
	var want, decoy []byte
	switch {
	case r == nil:
		r = &pinRecord{Cost: h.cost, Salt: make([]byte, 16)}
	case at == store.Places{}:
		want, decoy = r.Sum, r.Decoy
	default:
		if i := slices.Index(store.PlacesOf(r.Digits), at); i >= 0 && i < len(r.Places) && i < len(r.DecoyPlaces) {
			want, decoy = r.Places[i], r.DecoyPlaces[i]
		}
	}
	got := h.sum(p, given, at, r.Cost, r.Salt)
	return subtle.ConstantTimeCompare(got, want) == 1, subtle.ConstantTimeCompare(got, decoy) == 1
}
