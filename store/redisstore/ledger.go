package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	leaveScript = mustScript("leave")
	chainScript = mustScript("chain")
	trimScript  = mustScript("trim")
)

// ErrLedger says that a ledger was tampered with: an entry does not follow
// from the one before it.
var ErrLedger = errors.New("redisstore: the ledger's chain is broken")

// A turn leaves its lines in the outbox of its shard, each with a number that
// rises by one. A worker takes them from there to the ledgers of their
// subjects. The subject's aggregate remembers, for each outbox, the number of
// the last line taken from it: so a line is chained once, however many workers
// there are and wherever one died.
//
// What booked, moved or cancelled an appointment leaves its line itself, under
// the name of the change, before its intent goes: so the ledger tells of it also
// where the turn is never saved. The outbox takes the line of a change once. What
// changes one aggregate alone has no intent, and its line rides in the save only.
//
// An entry is "<number>|<link>|<sealed line>": its number in the ledger, from
// 1, and the keyed hash of the link before it and of its own number and line.
// Whoever has Redis but not the keys cannot change, move or leave out what is
// in the middle; that nothing was cut off the end is shown by its mark, see
// endMark. The line is hashed as it was before it was sealed, so that it can be
// sealed anew under another key and the chain still holds.

// ledgerLinesAtOnce is how many lines of an outbox are chained in one go.
const ledgerLinesAtOnce = 100

// toldAs is the name under which an outbox takes the line of a change once;
// empty for a line that tells of none, which only the save of its turn leaves.
func (s *Store) toldAs(line store.LedgerLine) string {
	if !line.Change {
		return ""
	}
	return s.sealer.name("told", line.ID)
}

// leave adds to a trip the leaving of a line that no turn saves, once.
func (s *Store) leave(t *trip, line store.LedgerLine) error {
	k := s.conversationKeys(line.Conversation)
	sealed, err := s.sealer.sealJSON(line, place{k.outbox, ""})
	if err != nil {
		return err
	}
	t.call(leaveScript, []string{k.outbox, k.seq, k.told}, s.sealer.name("told", line.ID), sealed, line.At.UnixMilli(), dids())
	return nil
}

// Note leaves lines: one trip.
func (s *Store) Note(ctx context.Context, lines ...store.LedgerLine) error {
	if len(lines) == 0 {
		return nil
	}
	t := s.trip("noting in ledgers").durably()
	for _, l := range lines {
		if err := s.leave(t, l); err != nil {
			return err
		}
	}
	return t.send(ctx, writes)
}

// Chain takes up to limit lines to the ledgers. What it returns was taken,
// also where it returns an error.
func (s *Store) Chain(ctx context.Context, limit int) (int, error) {
	if limit <= 0 {
		return 0, nil
	}
	t := s.trip("reading outboxes")
	waiting := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		waiting[i] = t.do("LRANGE", outboxKeys(string(shard)).outbox, 0, min(limit, ledgerLinesAtOnce)-1)
	}
	if err := t.send(ctx, reads); err != nil {
		return 0, err
	}
	taken := 0
	for i, shard := range shards {
		lines := texts(waiting[i])
		lines = lines[:min(len(lines), limit-taken)]
		if len(lines) == 0 {
			continue
		}
		n, err := s.chainOutbox(ctx, string(shard), lines)
		taken += n
		if err != nil {
			return taken, err
		}
	}
	return taken, nil
}

// outboxLine is a line on its way.
type outboxLine struct {
	number int64
	line   store.LedgerLine
}

// chainOutbox chains some lines of one outbox and takes them out of it.
func (s *Store) chainOutbox(ctx context.Context, shard string, kept []string) (int, error) {
	k := outboxKeys(shard)
	bySubject := map[store.PersonID][]outboxLine{}
	var last int64
	for _, one := range kept {
		digits, sealed, _ := strings.Cut(one, "|")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading an outbox: %w", err)
		}
		var line store.LedgerLine
		if err := s.sealer.openJSON(sealed, place{k.outbox, ""}, &line); err != nil {
			return 0, fmt.Errorf("reading an outbox: %w", err)
		}
		bySubject[line.Subject] = append(bySubject[line.Subject], outboxLine{number, line})
		last = number
	}
	if err := s.carerNews(ctx, bySubject); err != nil {
		return 0, err
	}
	for subject, lines := range bySubject {
		if err := s.chainLines(ctx, subject, shard, lines); err != nil {
			return 0, err
		}
	}
	t := s.trip("clearing an outbox")
	lists := []string{k.outbox}
	if s.copies.Load() {
		lists = append(lists, k.copies)
	}
	trimmed := t.call(trimScript, lists, last)
	if err := t.send(ctx, writes); err != nil {
		return 0, err
	}
	n, _ := trimmed.Int()
	return n, nil
}

// carerNews has people told what carers did for them, before it stands in their
// ledgers: a line that is chained again is no other news. A change of an
// appointment is confirmed to them instead.
func (s *Store) carerNews(ctx context.Context, bySubject map[store.PersonID][]outboxLine) error {
	var all []newsFor
	var now time.Time
	for subject, lines := range bySubject {
		for _, l := range lines {
			deed, is := store.DeedOf(l.line)
			if !is || l.line.Actor == subject || l.line.Actor == "" || !deed.TellsOfCarer() {
				continue
			}
			all = append(all, newsFor{subject, l.line.At, []store.News{{What: store.CarerActed, Of: l.line.ID}}})
			if l.line.At.After(now) {
				now = l.line.At
			}
		}
	}
	return s.addNews(ctx, all, now)
}

// chainChanges is how often appending is tried while others append.
const chainChanges = 20

// chainLines appends the lines to the subject's ledger.
func (s *Store) chainLines(ctx context.Context, subject store.PersonID, shard string, lines []outboxLine) error {
	k := s.personKeys(subject)
	for range chainChanges {
		t := s.trip("reading a ledger's end")
		lengthCmd := t.do("LLEN", k.ledger)
		tailCmd := t.do("LRANGE", k.ledger, -1, -1)
		seenCmd := t.do("HGET", k.chained, shard)
		markCmd := t.do("HGET", k.chained, endField)
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		length, _ := lengthCmd.Int64()
		var tail entry
		if end := texts(tailCmd); len(end) == 1 {
			var err error
			if tail, err = parseEntry(end[0]); err != nil {
				return err
			}
		}
		seen := text(seenCmd)
		if seen == "" {
			seen = "0"
		}
		before, err := strconv.ParseInt(seen, 10, 64)
		if err != nil {
			return fmt.Errorf("reading a ledger's end: %w", err)
		}
		// Where the end was cut off, the numbers go on from its mark: what is
		// missing stays to be seen. A mark that is forged or gone is not made good.
		marked, intact := s.markedEnd(k, text(markCmd), length == 0)
		tail.number = max(tail.number, marked)
		var entries []any
		for _, l := range lines {
			if l.number <= before {
				continue
			}
			tail, err = s.nextEntry(k, tail, l.line)
			if err != nil {
				return err
			}
			entries = append(entries, tail.String())
		}
		if len(entries) == 0 {
			return nil
		}
		mark := ""
		if intact {
			mark = s.endMark(k, tail.number)
		}
		args := append([]any{length, shard, seen, lines[len(lines)-1].number, mark}, entries...)
		t = s.trip("chaining a ledger")
		done := t.call(chainScript, []string{k.ledger, k.chained}, args...)
		if err := t.send(ctx, writes); err != nil {
			return err
		}
		if n, _ := done.Int(); n == 1 {
			return nil
		}
	}
	return fmt.Errorf("chaining a ledger: %w: others do it all the time", store.ErrConflict)
}

// endField is where the mark of a ledger's end stands among the numbers of the
// lines that were chained.
const endField = "end"

// endMark says that the ledger ends with the entry of that number, under a
// keyed hash: nobody can make one who has no keys. Who kept an older mark can
// put it back, with the ledger as it was then.
func (s *Store) endMark(k personKeys, number int64) string {
	digits := strconv.FormatInt(number, 10)
	return digits + "|" + s.sealer.name("ledger end", k.tag, digits)
}

// markedEnd is the number that a mark tells; false if it is forged, or if there
// is none though the ledger has entries.
func (s *Store) markedEnd(k personKeys, mark string, empty bool) (int64, bool) {
	if mark == "" {
		return 0, empty
	}
	digits, _, _ := strings.Cut(mark, "|")
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || mark != s.endMark(k, number) {
		return 0, false
	}
	return number, true
}

// entry is one entry of a ledger.
type entry struct {
	number int64
	link   string
	sealed string
}

func (e entry) String() string {
	return strconv.FormatInt(e.number, 10) + "|" + e.link + "|" + e.sealed
}

func parseEntry(kept string) (entry, error) {
	digits, rest, _ := strings.Cut(kept, "|")
	link, sealed, ok := strings.Cut(rest, "|")
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok {
		return entry{}, ErrLedger
	}
	return entry{number, link, sealed}, nil
}

func (s *Store) nextEntry(k personKeys, before entry, line store.LedgerLine) (entry, error) {
	e := entry{number: before.number + 1}
	plain, err := json.Marshal(line)
	if err != nil {
		return entry{}, fmt.Errorf("chaining a ledger: %w", err)
	}
	if e.sealed, err = s.sealer.seal(plain, e.place(k)); err != nil {
		return entry{}, err
	}
	e.link = s.link(k, before, e, plain)
	return e, nil
}

func (e entry) place(k personKeys) place { return place{k.ledger, strconv.FormatInt(e.number, 10)} }

// link is that of an entry whose line is plain.
func (s *Store) link(k personKeys, before, e entry, plain []byte) string {
	return s.sealer.name("ledger", k.tag, before.link, strconv.FormatInt(e.number, 10), string(plain))
}

// Lines are a subject's, newest first: one trip. It checks the chain as far as
// it reads it, and returns ErrLedger if that is broken.
func (s *Store) Lines(ctx context.Context, subject store.PersonID, limit int) ([]store.LedgerLine, error) {
	if limit <= 0 {
		return nil, nil
	}
	k := s.personKeys(subject)
	t := s.trip("reading a ledger")
	// One more, from which the oldest that is wanted must follow.
	cmd := t.do("LRANGE", k.ledger, -limit-1, -1)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	entries, err := s.openEntries(k, texts(cmd))
	if err != nil {
		return nil, err
	}
	out := make([]store.LedgerLine, 0, limit)
	for _, e := range entries[:min(len(entries), limit)] {
		out = append(out, e.line)
	}
	return out, nil
}

// numbered is a line of a ledger and its number there.
type numbered struct {
	number int64
	line   store.LedgerLine
}

// openEntries opens a stretch of a ledger, oldest first, and gives its lines
// newest first. Each but the first is held against the one before it.
func (s *Store) openEntries(k personKeys, stretch []string) ([]numbered, error) {
	out := make([]numbered, 0, len(stretch))
	var before entry
	for i, kept := range stretch {
		e, err := parseEntry(kept)
		if err != nil {
			return nil, err
		}
		plain, err := s.sealer.open(e.sealed, e.place(k))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrLedger, err)
		}
		if i > 0 || e.number == 1 {
			if e.number != before.number+1 || e.link != s.link(k, before, e, plain) {
				return nil, ErrLedger
			}
		}
		var line store.LedgerLine
		if err := json.Unmarshal(plain, &line); err != nil {
			return nil, fmt.Errorf("reading a ledger: %w", err)
		}
		line.At = line.At.In(s.zone)
		out = append(out, numbered{e.number, line})
		before = e
	}
	slices.Reverse(out)
	return out, nil
}
