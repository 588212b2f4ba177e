package redisstore

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// Counting are the scripts (by SHA-1) whose second run changes nothing, but
// answers so: an import's report and Chain's count come from their answers.
func Counting() map[string]bool {
	return map[string]bool{
		rowScript.sha: true, slotsScript.sha: true, importAppointmentScript.sha: true, trimScript.sha: true,
	}
}

// OccupyHashes takes every turn to hash a PIN until leave is called.
func OccupyHashes(s *Store) (leave func()) {
	var leaves []func()
	for range cap(s.pins.turns) {
		leave, err := s.pins.turn(context.Background())
		if err != nil {
			panic(err)
		}
		leaves = append(leaves, leave)
	}
	return func() {
		for _, leave := range leaves {
			leave()
		}
	}
}

// HashQueue is how many may wait for their turn to hash, and HashesWaited for
// how many have it or wait for it now.
const HashQueue = hashQueue

func HashesWaitedFor(s *Store) int { return len(s.pins.queue) }

// Hashes is how many PINs were hashed.
func Hashes(s *Store) int {
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.pins.hashes)
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	return int(families[0].GetMetric()[0].GetCounter().GetValue())
}

// RememberedInputs is rememberedInputs.
const RememberedInputs = rememberedInputs

// SealedKinds are the kinds of keys in the table of sealed places, and KindOf
// is that of a key.
func SealedKinds() []string {
	var out []string
	for k := range sealedKinds {
		out = append(out, k.String())
	}
	return out
}

func KindOf(key string) string { return kindOf(key).String() }

// SealedWith is how values begin that the keyset seals.
func SealedWith(k Keyset) string {
	return prefixes([]uint32{k.values.KeysetInfo().GetPrimaryKeyId()})[0]
}

// ResealScript is the text of reseal.lua.
func ResealScript() string { return resealScript.text }
