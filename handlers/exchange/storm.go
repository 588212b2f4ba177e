package exchange

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// Script is a plan that names what befalls a caller's webhooks by their number,
// from 1, whoever the caller is.
func Script(at map[int]Strike) Plan {
	return func(w Webhook) Strike { return at[w.N] }
}

// Storm is a plan that strikes at random; share is the share of webhooks that
// are struck. What it does to a webhook hangs on the seed, the caller and the
// number of the webhook alone, so that it is the same however callers
// interleave.
//
// It loses a webhook as a whole seldom, and a fallback never as a whole: no
// gateway can help a caller to whom nothing comes through at all.
func Storm(seed uint64, share float64) Plan {
	faults := append(Losing(), Repeating()...)
	return func(w Webhook) Strike {
		h := fnv.New64a()
		h.Write([]byte(w.From + " " + strconv.Itoa(w.N)))
		dice := rand.New(rand.NewPCG(seed, h.Sum64()))
		if dice.Float64() >= share {
			return Strike{}
		}
		s := Strike{Fault: faults[dice.IntN(len(faults))], Tries: 1}
		switch often := dice.Float64(); {
		case often < 0.15 && !w.Fallback:
			s.Tries = allTries
		case often < 0.4:
			s.Tries = 2
		}
		return s
	}
}

// allTries is more often than the carrier ever tries (see overrides).
const allTries = 6
