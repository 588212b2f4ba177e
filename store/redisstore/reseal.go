package redisstore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

var resealScript = mustScript("reseal")

// ErrOtherRecord says that keys name otherwise than the record's: they are
// those of another.
var ErrOtherRecord = errors.New("redisstore: the keyset is another record's")

// UseKeyset has values sealed and opened with other sealing keys from now on:
// those that a rotation left in the file. Calls go on meanwhile.
func (s *Store) UseKeyset(k Keyset) error {
	fresh, err := newSealer(k)
	if err != nil {
		return err
	}
	if fresh.name("whose") != s.sealer.name("whose") {
		return ErrOtherRecord
	}
	s.sealer.values.Store(fresh.values.Load())
	return nil
}

// Resealing is how far Reseal has come.
type Resealing struct {
	// Keys is how many keys it has looked at, in all its passes.
	Keys int
	// Resealed is how many values it has sealed anew.
	Resealed int
	// Left is how many values, by kind of key, it found in its last pass under
	// an older key and could not seal anew: they do not open where they stand,
	// they stand where none should, or somebody goes on sealing with that key.
	Left map[string]int
}

// Reseal seals anew whatever an older sealing key sealed, while calls go on: a
// value that is changed meanwhile is left to whoever changed it. It passes over
// everything until a pass finds nothing more, so that nothing is left if Left
// is empty. Cut short, it can be begun again, and looks once more at what it
// has done. It tells progress after each page of keys.
//
// It reads every key, see scan: an operator asks for it, once in a rotation.
func (s *Store) Reseal(ctx context.Context, progress func(Resealing)) (Resealing, error) {
	all := Resealing{}
	for range resealPasses {
		p := pass{store: s, sealing: s.sealer.values.Load(), changes: true}
		err := p.run(ctx, func() {
			progress(Resealing{all.Keys + p.keys, all.Resealed + p.resealed, maps.Clone(p.left)})
		})
		all = Resealing{all.Keys + p.keys, all.Resealed + p.resealed, p.left}
		if err != nil || p.resealed+p.gaveWay == 0 {
			return all, err
		}
	}
	var err error
	all.Left, err = s.SealedByOlder(ctx)
	return all, err
}

// resealPasses bounds Reseal, should an instance go on sealing with an older key.
const resealPasses = 10

// SealedByOlder counts what an older key sealed, by kind of key, and changes
// nothing. It reads every key, as Reseal does.
func (s *Store) SealedByOlder(ctx context.Context) (map[string]int, error) {
	p := pass{store: s, sealing: s.sealer.values.Load()}
	err := p.run(ctx, func() {})
	return p.left, err
}

// Sizes of pages, in keys and in elements of a key.
const (
	keysAtOnce     = 250
	elementsAtOnce = 250
)

// pass is one look at everything.
type pass struct {
	store   *Store
	sealing *sealing
	changes bool

	keys, resealed int
	// gaveWay is how many values were changed by others meanwhile; as they do
	// not tell under which key, the next pass looks.
	gaveWay int
	left    map[string]int
}

// run goes through every key that is there from its beginning to its end, node
// by node.
func (p *pass) run(ctx context.Context, progress func()) error {
	p.left = map[string]int{}
	return p.store.scan(ctx, func(keys []string) error {
		err := p.page(ctx, keys)
		if err == nil {
			progress()
		}
		return err
	})
}

// element is one value of a key, see sealedIn.
type element struct{ name, value string }

// reading is the reading of a key, some elements at a time.
type reading struct {
	key, kind string // kind as Redis names it
	cursor    string // where the next elements begin
	cmd       *redis.Cmd
}

// page looks at some keys.
func (p *pass) page(ctx context.Context, keys []string) error {
	t := p.store.trip("looking at keys")
	all := make([]*reading, len(keys))
	for i, key := range keys {
		all[i] = &reading{key: key, cursor: "0", cmd: t.do("TYPE", key)}
	}
	if len(keys) == 0 {
		return nil
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	for _, r := range all {
		r.kind = text(r.cmd)
	}
	all = slices.DeleteFunc(all, func(r *reading) bool { return r.kind == "none" }) // gone meanwhile
	p.keys += len(keys)
	for len(all) > 0 {
		t := p.store.trip("reading keys")
		for _, r := range all {
			r.ask(t)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		var more []*reading
		t = p.store.trip("sealing anew")
		var done []*redis.Cmd
		for _, r := range all {
			elements, goesOn := r.answer()
			for _, e := range elements {
				if cmd := p.look(t, r, e); cmd != nil {
					done = append(done, cmd)
				}
			}
			if goesOn {
				more = append(more, r)
			}
		}
		if len(done) > 0 {
			if err := t.send(ctx, writes); err != nil {
				return err
			}
		}
		for _, cmd := range done {
			if n, _ := cmd.Int(); n == 1 {
				p.resealed++
			} else {
				p.gaveWay++
			}
		}
		all = more
	}
	return nil
}

// ask adds to a trip the reading of the next elements.
func (r *reading) ask(t *trip) {
	switch r.kind {
	case "hash":
		r.cmd = t.do("HSCAN", r.key, r.cursor, "COUNT", elementsAtOnce)
	case "zset":
		r.cmd = t.do("ZSCAN", r.key, r.cursor, "COUNT", elementsAtOnce)
	case "set":
		r.cmd = t.do("SSCAN", r.key, r.cursor, "COUNT", elementsAtOnce)
	case "list":
		from, _ := strconv.Atoi(r.cursor)
		r.cmd = t.do("LRANGE", r.key, from, from+elementsAtOnce-1)
	default: // a string
		r.cmd = t.do("GET", r.key)
	}
}

// answer is what was read, and whether there is more.
func (r *reading) answer() ([]element, bool) {
	var out []element
	switch r.kind {
	case "hash", "zset", "set":
		answer, _ := r.cmd.Val().([]any)
		if len(answer) != 2 {
			return nil, false
		}
		r.cursor = stringOf(answer[0])
		list := stringsOf(answer[1])
		if r.kind == "set" {
			for _, v := range list {
				out = append(out, element{"", v})
			}
			return out, r.cursor != "0"
		}
		for i := 0; i+1 < len(list); i += 2 {
			if r.kind == "zset" {
				out = append(out, element{"", list[i]})
				continue
			}
			out = append(out, element{list[i], list[i+1]})
		}
		return out, r.cursor != "0"
	case "list":
		from, _ := strconv.Atoi(r.cursor)
		list := texts(r.cmd)
		for i, v := range list {
			out = append(out, element{strconv.Itoa(from + i), v})
		}
		r.cursor = strconv.Itoa(from + len(list))
		return out, len(list) == elementsAtOnce
	default:
		return []element{{"", text(r.cmd)}}, false
	}
}

// look adds to a trip the sealing anew of what an older key sealed. What it
// cannot seal anew is left.
func (p *pass) look(t *trip, r *reading, e element) *redis.Cmd {
	kind := kindOf(r.key)
	in, known := sealedKinds[kind]
	if known {
		begins, at := in(r.key, e.name, e.value)
		sealed := e.value[begins:]
		if p.older(sealed, strings.HasPrefix) {
			if p.changes {
				if plain, err := p.store.sealer.open(sealed, at); err == nil {
					if fresh, err := p.store.sealer.seal(plain, at); err == nil {
						return t.call(resealScript, []string{r.key}, r.kind, e.name, e.value, e.value[:begins]+fresh)
					}
				}
			}
			p.left[kind.String()]++
			return nil
		}
	}
	// No sealed value should be anywhere else: but if a kind of key was
	// forgotten in the table, an older key must not be taken away.
	if !known && (p.older(e.value, strings.Contains) || p.older(e.name, strings.Contains)) {
		p.left[kind.String()]++
	}
	return nil
}

func (p *pass) older(value string, has func(value, prefix string) bool) bool {
	for _, prefix := range p.sealing.old {
		if has(value, prefix) {
			return true
		}
	}
	return false
}
