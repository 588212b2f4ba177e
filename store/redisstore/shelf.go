package redisstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	pageScript      = mustScript("page")
	putScript       = mustScript("put")
	importDocScript = mustScript("import_doc")
	takeDocScript   = mustScript("take_doc")
)

// shelf is a person's documents of one kind: their results, say. Those that are
// listed stand in a sorted set, so that a page costs the same whether there are
// three or a thousand.
//
// A document stands under a name that is made of the person and its id: ids may
// be the practice's own, and are no business of whoever reads a dump. The times
// in the order are shifted as those of appointments are.
type shelf struct {
	s      *Store
	person store.PersonID
	kind   string
	k      shelfKeys
}

// The kinds of document.
const (
	resultsShelf  = "results"
	limitsShelf   = "reading-limits"
	choicesShelf  = "choices"
	settingsShelf = "settings"
	entriesShelf  = "entries"
	// What somebody left, what was answered, and what was recorded.
	messagesShelf = "messages"
	answersShelf  = "answers"
	audioShelf    = "audio"
	asksShelf     = "asks"
	numbersShelf  = "numbers"
	orderedShelf  = "ordered"
	toldShelf     = "told"
)

// shelves are all kinds of document.
func shelves() []string {
	all := []string{
		resultsShelf, limitsShelf, choicesShelf, settingsShelf, entriesShelf, messagesShelf, answersShelf, audioShelf, asksShelf, numbersShelf, orderedShelf, toldShelf,
	}
	for _, k := range store.ReadingKinds() {
		all = append(all, readingsShelf(k))
	}
	return all
}

func (s *Store) shelf(p store.PersonID, kind string) shelf {
	return shelf{s, p, kind, s.personKeys(p).shelf(kind)}
}

// name is what the document with the id stands under.
func (f shelf) name(id string) string { return f.s.sealer.name(f.kind, string(f.person), id) }

// member is a document's place in the order, which is read backwards: a higher
// rank comes first, and what is newer of the same.
func (f shelf) member(rank int, at time.Time, id string) string {
	return f.place(rank, at, f.name(id))
}

// place is member for a document whose name is known.
func (f shelf) place(rank int, at time.Time, name string) string {
	return fmt.Sprint(rank) + orderKey(at.UnixMilli()+f.s.shift(f.person), name)
}

// above bounds a span from above: all of the rank, the highest first.
func (f shelf) above(rank int) string { return fmt.Sprint(rank + 1) }

// staffAlone is the rank of what only staff may see: behind all others, where no
// page of a patient's comes.
const staffAlone = -1

// read adds the reading of a page that begins behind a member; "": at the top.
func (f shelf) read(t *trip, behind string, limit int) *redis.Cmd {
	return f.span(t, behind, "[0", limit)
}

// span is read down to a bound: "-" is the very end, "[0" where what is for staff
// alone begins.
func (f shelf) span(t *trip, behind, until string, limit int) *redis.Cmd {
	from := "+"
	if behind != "" {
		from = "(" + behind
	}
	return t.call(pageScript, []string{f.k.order, f.k.docs}, from, limit, until)
}

// shelved is a document of a page, and its place.
type shelved struct{ member, sealed string }

func shelvedIn(page *redis.Cmd) []shelved {
	list := texts(page)
	out := make([]shelved, 0, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, shelved{list[i], list[i+1]})
	}
	return out
}

// name is the document's, at the end of its member.
func (d shelved) name() string { return d.member[len(d.member)-nameLength:] }

// get adds the reading of one document.
func (f shelf) get(t *trip, id string) *redis.Cmd { return t.do("HGET", f.k.docs, f.name(id)) }

// open opens a document into v; false if there is none.
func (f shelf) open(name, sealed string, v any) (bool, error) {
	if sealed == "" {
		return false, nil
	}
	return true, f.s.sealer.openJSON(sealed, place{f.k.docs, name}, v)
}

// put writes a document for an order, once: was is the sealed form that was
// read, empty if there was none; member its place, empty if it is not listed.
// The verdict is changedUnderneath if something else is there by now.
func (f shelf) put(ctx context.Context, o store.Order, id, was string, v any, member string) (store.Verdict, error) {
	return f.putNamed(ctx, o, f.name(id), was, v, member)
}

// putNamed is put for a document whose name is known.
func (f shelf) putNamed(ctx context.Context, o store.Order, name, was string, v any, member string) (store.Verdict, error) {
	doing := string(o.Request.Verb())
	fingerprint, err := f.s.fingerprint(o)
	if err != nil {
		return "", err
	}
	sealed, err := f.s.sealer.sealJSON(v, place{f.k.docs, name})
	if err != nil {
		return "", err
	}
	t := f.s.trip(doing).durably()
	f.noteKept(t)
	done := t.call(putScript, []string{f.s.personKeys(f.person).did(f.s.requestName(o.ID)), f.k.docs, f.k.order, f.k.at},
		fingerprint, dids(), name, was, sealed, member)
	return f.s.settled(ctx, o, t, done, fingerprint)
}

// row is the fingerprint of the row of which a document came.
func (f shelf) row(v any) (string, error) {
	plain, err := json.Marshal(v)
	return f.s.rowName(f.kind, string(plain)), err
}

// load adds the putting of an imported document.
func (f shelf) load(t *trip, seq, id string, v any, member string) (*redis.Cmd, error) {
	row, err := f.row(v)
	if err != nil {
		return nil, err
	}
	return f.loadAs(t, seq, id, row, v, member)
}

// loadAs is load for a document that came of a row with another fingerprint than its own.
func (f shelf) loadAs(t *trip, seq, id, row string, v any, member string) (*redis.Cmd, error) {
	name := f.name(id)
	sealed, err := f.s.sealer.sealJSON(v, place{f.k.docs, name})
	if err != nil {
		return nil, err
	}
	f.noteKept(t)
	return t.call(importDocScript, []string{f.k.docs, f.k.rows, f.k.order, f.k.at}, name, seq, row, sealed, member), nil
}

// takeDoc takes a document of the subject's away, if it may be: two trips, more while
// the keys change. None: there is none that may. Taken: it was changed meanwhile.
func (s *Store) takeDoc(ctx context.Context, o store.Order, kind, id string, may func(name, sealed string) (bool, error)) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	f, did := s.shelf(o.By.Subject, kind), s.personKeys(o.By.Subject).did(s.requestName(o.ID))
	name, doing := f.name(id), string(o.Request.Verb())
	var first json.RawMessage
	for try := range taskChanges {
		t := s.trip(doing).durably()
		was, read := t.do("GET", did), t.do("HGET", f.k.docs, name)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		if text(was) == "" {
			var kept json.RawMessage
			known, err := f.open(name, text(read), &kept)
			switch {
			case err != nil:
				return store.Outcome{}, err
			case !known:
				return store.Outcome{Verdict: store.None}, nil
			case try == 0:
				first = kept
			case !bytes.Equal(kept, first):
				return store.Outcome{Verdict: store.Taken}, nil
			}
			if ok, err := may(name, text(read)); err != nil || !ok {
				return store.Outcome{Verdict: store.None}, err
			}
		}
		t = s.trip(doing).durably()
		done := t.call(takeDocScript, []string{did, f.k.docs, f.k.order, f.k.at, f.k.rows}, fingerprint, dids(), name, text(read))
		verdict, err := s.settled(ctx, o, t, done, fingerprint)
		if err != nil || verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, err
		}
	}
	return store.Outcome{Verdict: store.Taken}, nil
}
