package redisstore

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// LedgerFault is what is wrong with one entry of a ledger.
type LedgerFault struct {
	// Ledger is the name of whose it is, as it stands in the keys: it tells
	// nobody anything who has no keys.
	Ledger string
	// Number is the entry's, from 1, the oldest.
	Number int64
	What   LedgerFaultKind
}

// LedgerFaultKind is a way in which a ledger can be wrong.
type LedgerFaultKind string

// The ways.
const (
	EntryChanged LedgerFaultKind = "changed"
	EntryMissing LedgerFaultKind = "missing"
	EntryMoved   LedgerFaultKind = "moved"
	EntryCutOff  LedgerFaultKind = "cut off at the end"
	// EndUnmarked: nothing shows whether anything was cut off after the entry.
	EndUnmarked LedgerFaultKind = "the last, and the mark of the end is forged or gone"
)

// Auditing is what Audit looked at.
type Auditing struct{ Ledgers, Entries int }

// Audit reads every ledger, while calls go on, and tells each fault. What it
// cannot see is a ledger that is wholly gone, and one that was put back, mark
// and all, to what it once was.
//
// It reads every key, see scan: an operator asks for it.
func (s *Store) Audit(ctx context.Context, tell func(LedgerFault)) (Auditing, error) {
	var all Auditing
	seen := map[string]bool{}
	err := s.scan(ctx, func(keys []string) error {
		for _, key := range keys {
			// Where a ledger was taken away, the mark of its end may be left.
			if kind := kindOf(key); kind != (keyKind{"p", "ledger"}) && kind != (keyKind{"p", "chained"}) {
				continue
			}
			tag, _, _ := strings.Cut(strings.TrimPrefix(key, "ll:{p:"), "}")
			if seen[tag] {
				continue
			}
			seen[tag] = true
			entries, err := s.auditLedger(ctx, tag, tell)
			if err != nil {
				return err
			}
			all.Ledgers++
			all.Entries += entries
		}
		return nil
	})
	return all, err
}

// auditLedger reads one ledger from its beginning and returns how many entries
// it has.
func (s *Store) auditLedger(ctx context.Context, name string, tell func(LedgerFault)) (int, error) {
	a := audit{store: s, keys: personKeysOf(name), faults: map[int64]LedgerFaultKind{}}
	// The mark is read first: the ledger may grow meanwhile, not shrink.
	t := s.trip("reading a ledger's mark")
	mark := t.do("HGET", a.keys.chained, endField)
	if err := t.send(ctx, reads); err != nil {
		return 0, err
	}
	entries := 0
	for {
		t := s.trip("auditing a ledger")
		cmd := t.do("LRANGE", a.keys.ledger, entries, entries+elementsAtOnce-1)
		if err := t.send(ctx, reads); err != nil {
			return 0, err
		}
		page := texts(cmd)
		for _, kept := range page {
			a.look(kept)
		}
		entries += len(page)
		if len(page) < elementsAtOnce {
			break
		}
	}
	marked, intact := s.markedEnd(a.keys, text(mark), entries == 0)
	if !intact {
		a.faults[a.before.number] = EndUnmarked
	}
	for n := a.before.number + 1; n <= marked; n++ {
		a.fault(n, EntryCutOff)
	}
	for _, n := range slices.Sorted(maps.Keys(a.faults)) {
		tell(LedgerFault{name, n, a.faults[n]})
	}
	return entries, nil
}

// audit goes along one ledger.
type audit struct {
	store  *Store
	keys   personKeys
	before entry // the entry before, with the number that its place gives it
	// unlinked says that the link of the entry before is not to be relied on: the
	// next one may be intact, though it does not follow from it.
	unlinked bool
	faults   map[int64]LedgerFaultKind
}

// look holds an entry against the one before it. An entry's number can be
// believed only if the entry opens, as it was sealed for that place.
func (a *audit) look(kept string) {
	next := a.before.number + 1
	e, err := parseEntry(kept)
	var plain []byte
	if err == nil {
		plain, err = a.store.sealer.open(e.sealed, e.place(a.keys))
	}
	unlinked := a.unlinked
	a.unlinked = false
	switch {
	case err != nil:
		e.number = next
		a.unlinked = true
		a.fault(next, EntryChanged)
	case e.number < next: // where it should stand it seemed missing
		a.faults[e.number] = EntryMoved
		return
	case e.number > next:
		for n := next; n < e.number; n++ {
			a.fault(n, EntryMissing)
		}
	case !unlinked && e.link != a.store.link(a.keys, a.before, e, plain):
		a.unlinked = true
		a.fault(next, EntryChanged)
	}
	a.before = e
}

func (a *audit) fault(n int64, what LedgerFaultKind) {
	if a.faults[n] == "" {
		a.faults[n] = what
	}
}
