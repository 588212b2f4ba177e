package redisstore

import "strings"

// keyKind is what a key is for: the kind of its aggregate and its name there.
type keyKind struct{ aggregate, name string }

func (k keyKind) String() string { return "{" + k.aggregate + "}:" + k.name }

// kindOf reads a key that keys.go made.
func kindOf(key string) keyKind {
	tag, rest, _ := strings.Cut(strings.TrimPrefix(key, "ll:{"), "}:")
	aggregate, _, _ := strings.Cut(tag, ":")
	name, _, _ := strings.Cut(rest, ":")
	return keyKind{aggregate, name}
}

// sealedKinds is every kind of key that holds sealed values, and where they are
// in it. A value is sealed for no other place, so none can be forgotten when
// the keys change: see sealer.seal and Store.Reseal.
var sealedKinds = map[keyKind]sealedIn{
	{"c", "turn"}:                whole,
	{"c", "outbox"}:              afterBar(1, keyAlone),
	{"c", "copies"}:              afterBar(1, outboxOf),
	{"k", "booked"}:              afterBar(1, ownField),
	{"k", "waiting-for"}:         whole,
	{"k", "offers"}:              whole,
	{"k", "did"}:                 outcomeOf,
	{"k", "intent"}:              whole,
	{"p", "person"}:              whole,
	{"p", "pin"}:                 whole,
	{"p", "latest"}:              func(key, _, _ string) (int, place) { return 0, place{key, ""} },
	{"p", "grants"}:              whole,
	{"p", "charges"}:             whole,
	{"p", "appts"}:               whole,
	{"p", "gone"}:                whole,
	{"p", "docs"}:                whole,
	{"p", "ledger"}:              afterBar(2, entryNumber),
	{"h", "people"}:              whole,
	{"h", "likes"}:               whole,
	{"h", "born"}:                whole,
	{"h", "did"}:                 identifiedOf,
	{"d", "notices"}:             whole,
	{"d", "errands"}:             whole,
	{"practice", "practice"}:     whole,
	{"practice", "explanations"}: whole,
	{"practice", "limits"}:       whole,
	{"practice", "forms"}:        whole,
	{"tasks", "task"}:            whole,
	{"staff", "tokens"}:          whole,
	{"s", "answer"}:              afterBar(3, keyAlone),
	{"import", "rows"}:           whole,
}

// sealedIn says where in an element of a key a sealed value begins, if there is
// one, and for which place it was sealed. The element's name is the field of a
// hash, the index in a list, and empty for a string.
type sealedIn func(key, name, value string) (begins int, at place)

// whole is an element that is sealed as a whole, for itself.
func whole(key, name, _ string) (int, place) { return 0, place{key, name} }

func keyAlone(key, _, _ string) place { return place{key, ""} }

// outboxOf is the place of a line that came from the outbox beside it.
func outboxOf(key, _, _ string) place {
	shard, _, _ := strings.Cut(key, "copies")
	return place{shard + "outbox", ""}
}

func ownField(key, name, _ string) place { return place{key, name} }

// entryNumber is the place of a ledger's entry: its own number, not its index.
func entryNumber(key, _, value string) place {
	number, _, _ := strings.Cut(value, "|")
	return place{key, number}
}

// afterBar is an element that is sealed behind its nth bar.
func afterBar(n int, at func(key, name, value string) place) sealedIn {
	return func(key, name, value string) (int, place) {
		return behind(value, "|", n), at(key, name, value)
	}
}

// outcomeOf is what was done for a request: see did.go.
func outcomeOf(key, _, value string) (int, place) {
	return behind(value, ":", 2), place{key, "outcome"}
}

// identifiedOf is what was done for an Identify: a copy of whom it found, as it
// was sealed where it was found.
func identifiedOf(key, _, value string) (int, place) {
	begins := behind(value, ":", 4)
	parts := strings.SplitN(value, ":", 5)
	if len(parts) < 5 {
		return begins, place{}
	}
	tag, _, _ := strings.Cut(key, "}:")
	return begins, place{handleKeys{tag: tag + "}:"}.born(parts[2]), parts[3]}
}

// behind is the index after the nth separator, or the length of the value if
// there are fewer.
func behind(value, separator string, n int) int {
	at := 0
	for range n {
		i := strings.Index(value[at:], separator)
		if i < 0 {
			return len(value)
		}
		at += i + len(separator)
	}
	return at
}
