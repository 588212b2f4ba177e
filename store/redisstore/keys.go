package redisstore

import (
	"fmt"
	"strings"
	"time"

	"landline/store"
)

// Every key that the store uses is made in this file. A key's hash tag, in
// braces, is its aggregate: what shares it may be changed in one script, and
// nothing else may. Which of them hold sealed values, and where, stands in
// sealedkeys.go. In the same Redis the queue of notices has keys of its own, asynq:*,
// in which of anything that is ours there are names of notices alone.
//
// Where somebody's id, number or date stands for a thing, its name (see
// sealer.name) stands in the key, never it. A name begins with one of 64
// letters, which also serves as its shard.
//
// Lifetimes are in Redis's own seconds and only clean up: what people notice
// (a hold, a claim, a wait) is a time in the value, read against our clock.

const (
	// didKept is how long a request's outcome is remembered. The design asks
	// for a day; three let a weekend's outage end first.
	didKept = 72 * time.Hour
	// goneKept is how long a person's record remembers an appointment that they
	// let go, so that nothing late brings it back.
	goneKept = 30 * 24 * time.Hour
	// closedTasksKept is how long a closed task can still be read.
	closedTasksKept = 30 * 24 * time.Hour
	// pastAppointmentsKept is how long an appointment that is over stays listed.
	pastAppointmentsKept = 365 * 24 * time.Hour
	// pastSlotsKept is how long a slot that is over stays in its diary.
	pastSlotsKept = 7 * 24 * time.Hour
)

// shards are the letters with which a name may begin (base64, RFC 4648 §5).
const shards = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// conversationKeys: aggregate {c:<shard>}; owner conversations.go.
//
// A conversation shares its tag with the 64th part of all others, so that the
// outbox of ledger lines can stand in the same slot: one script saves the turn
// and leaves its lines, and the worker has 64 lists to look at, not one for
// each conversation.
type conversationKeys struct {
	turn   string // hash; ConversationKept after its last claim or save
	seen   string // sorted set of names of answered inputs by when; InputsKept or TextsKept after the last
	outbox string // list of "<number>|<sealed ledger line>"; until chained
	copies string // list of the same, that were chained; until they were copied elsewhere, if they are
	seq    string // string, the number of the last line of the outbox; for ever, from the first import on
	told   string // sorted set of names of changes whose line was left in the outbox, by when; didKept
	ready  string // string, left by Ready; readyKept
}

func (s *Store) conversationKeys(id store.ConversationID) conversationKeys {
	name := s.sealer.name("conversation", string(id))
	k := outboxKeys(name[:1])
	k.turn = "ll:{c:" + name[:1] + "}:turn:" + name
	k.seen = "ll:{c:" + name[:1] + "}:seen:" + name
	return k
}

func outboxKeys(shard string) conversationKeys {
	tag := "ll:{c:" + shard + "}:"
	return conversationKeys{outbox: tag + "outbox", copies: tag + "copies", seq: tag + "seq", told: tag + "told", ready: tag + "ready"}
}

// diaryKeys: aggregate {k:<clinic id>}; owner slots.go, bookings.go. Ids of
// clinics, slots and clinicians are the practice's own and public.
type diaryKeys struct {
	clinic     string // string, the clinic as JSON; for ever
	slots      string // hash slot id → slotDef as JSON; until a week after the slot
	free       string // sorted set of orderKey(start, slot id), all scores 0; likewise
	holds      string // hash slot id → "<until ms><holder's name><conversation's name>"; until booked or released, or the slot is over
	booked     string // hash slot id → "<appointment's name>|<sealed person id>"; until the slot is over
	rows       string // hash slot id → rowMark of the imported slot; likewise
	imports    string // hash slot id → names of the appointments ever imported into it, each after a "|"; likewise
	all        string // sorted set of orderKey(start, slot id) of free and booked ones; likewise
	waiting    string // sorted set of orderKey(joined, person's name for this list); until offered
	waitingFor string // hash person's name for this list → sealed waiter; likewise
	offers     string // hash slot id → sealed offering; until the slot is over
	tag        string
}

func diaryKeysOf(id store.ClinicID) diaryKeys {
	tag := "ll:{k:" + string(id) + "}:"
	return diaryKeys{
		clinic: tag + "clinic", slots: tag + "slots", free: tag + "free", holds: tag + "holds",
		booked: tag + "booked", rows: tag + "rows", imports: tag + "imports", all: tag + "all",
		waiting: tag + "waiting", waitingFor: tag + "waiting-for", offers: tag + "offers", tag: tag,
	}
}

// bookedAs is the name of an appointment in a diary. Its id stands in the list
// of whose it is: if it stood here too, a dump would tell which of its unnamed
// people has the slot, and who knows of one appointment of somebody's would
// find all the others.
func (s *Store) bookedAs(k diaryKeys, id store.AppointmentID) string {
	return s.sealer.name("booked", k.tag, string(id))
}

// freeOf is the part of free that one clinician gives: a sorted set like free.
func (k diaryKeys) freeOf(clinician string) string { return k.free + ":" + clinician }

// did is the outcome of one request: string, see did.go; didKept.
func (k diaryKeys) did(request string) string { return k.tag + "did:" + request }

// intent is what is still to be done for a request: string, sealed; until done.
func (k diaryKeys) intent(request string) string { return k.tag + "intent:" + request }

// personKeys: aggregate {p:<name>}; owner apply.go, people.go, appointments.go, pins.go,
// identify.go, ledger.go, shelf.go.
type personKeys struct {
	person    string // hash v → sealed person, m → rowMark; for ever
	pin       string // hash v, imported, proposed → sealed PIN records, proofs → how often it was given right, m → rowMark; for ever
	misses    string // hash n → how many wrong PINs from elsewhere, at → last ms; MissesKept
	ownMisses string // the same from the person's own numbers
	found     string // hash, see admit.lua: how often found by NHS number; Limit.Per
	latest    string // hash of the latest two conversations; ConversationKept
	grants    string // hash carer's name, or invitation id → sealed grant; for ever; an invitation for InvitationsKept
	grantRows string // hash carer's name → rowMark; for ever
	charges   string // hash subject's name → sealed person id; for ever
	order     string // sorted set of orderKey(start + the person's shift, appointment id); until a year after it
	appts     string // hash appointment id → sealed appointment; likewise
	ledger    string // list of chained entries, oldest first; for ever
	chained   string // hash outbox shard → number of the last line taken from it, end → endMark; for ever
	tag       string
}

func (s *Store) personKeys(id store.PersonID) personKeys {
	return personKeysOf(s.personName(id))
}

func (s *Store) personName(id store.PersonID) string { return s.sealer.name("person", string(id)) }

func personKeysOf(name string) personKeys {
	tag := "ll:{p:" + name + "}:"
	return personKeys{
		person: tag + "person", pin: tag + "pin", misses: tag + "misses", ownMisses: tag + "own-misses", found: tag + "found", latest: tag + "latest",
		grants: tag + "grants", grantRows: tag + "grant-rows", charges: tag + "charges",
		order: tag + "order", appts: tag + "appts",
		ledger: tag + "ledger", chained: tag + "chained", tag: tag,
	}
}

func (k personKeys) did(request string) string { return k.tag + "did:" + request }

// shelfKeys are those of a person's documents of one kind; in the person's
// aggregate; owner shelf.go.
type shelfKeys struct {
	docs  string // hash document's name → sealed document; for ever
	order string // sorted set of the members of those that are listed, all scores 0; for ever
	at    string // hash document's name → its member of order; for ever
	rows  string // hash document's name → rowMark; for ever
}

func (k personKeys) shelf(kind string) shelfKeys {
	return shelfKeys{
		docs: k.tag + "docs:" + kind, order: k.tag + "doc-order:" + kind,
		at: k.tag + "doc-at:" + kind, rows: k.tag + "doc-rows:" + kind,
	}
}

// gone is an appointment that the person let go: string, sealed; goneKept.
func (k personKeys) gone(id store.AppointmentID) string { return k.tag + "gone:" + string(id) }

// handleKeys: aggregate {h:<name>} of a telephone number, an NHS number, or a date
// of birth with a family name, by which somebody can be looked up; owner people.go, identify.go, recognise.go,
// deliveries.go, notices.go, limits.go.
type handleKeys struct {
	people  string // hash person's name → sealed listing; for ever
	likes   string // hash of sealed preferences, for numbers; for ever
	misses  string // hash n → wrong birthdays for this handle, at → last ms; MissesKept
	rung    string // the same where we rang it back
	guesses string // hash n → wrong proofs of others from this number, at → last ms; MissesKept
	texts   string // string "<ms>|out" or "<ms>|in"; for ever
	words   string // sorted set of names of the inputs that said so, by when; TextsKept after the last
	calls   string // hash, see admit.lua: how often it called; Limit.Per
	arrived string // sorted set of names of the texts that were counted, by when; TextsKept after the last
	texted  string // hash, see admit.lua: how often it texted; Limit.Per, or QuietFor
	learnt  string // hash calls-only → ms, name of a person who is not there → ms; for ever
	tag     string
}

func (s *Store) numberKeys(n store.Number) handleKeys { return s.handleKeys("number", n.E164()) }

func (s *Store) nhsKeys(n store.NHSNumber) handleKeys { return s.handleKeys("nhs", n.Digits()) }

func (s *Store) handleKeys(kind, handle string) handleKeys {
	tag := "ll:{h:" + s.sealer.name("handle", kind, handle) + "}:"
	return handleKeys{
		people: tag + "people", likes: tag + "likes", misses: tag + "misses", rung: tag + "rung-misses",
		guesses: tag + "guesses", texts: tag + "texts", words: tag + "words", calls: tag + "calls", texted: tag + "texted", arrived: tag + "arrived",
		learnt: tag + "learnt", tag: tag,
	}
}

// born is who of the handle's people was born on the day: hash person's name →
// sealed person id; for ever.
func (s *Store) born(k handleKeys, b store.Birthday) string {
	return k.born(s.sealer.name("born", k.tag, b.Day().String()))
}

func (k handleKeys) born(day string) string { return k.tag + "born:" + day }

// pace is when something may go out again by a rung from a number of ours:
// string; paceKept.
func (k handleKeys) pace(by store.Rung) string { return k.tag + "pace:" + string(by) }

func (k handleKeys) did(request string) string { return k.tag + "did:" + request }

// charged notes that a request was counted as a guess: string, the time of the
// guess before it; didKept.
func (k handleKeys) charged(request string) string { return k.tag + "charged:" + request }

// The practice: aggregate {practice}; owner practice.go.
const (
	practiceKey        = "ll:{practice}:practice"         // hash v → sealed practice, m → rowMark; for ever
	clinicsKey         = "ll:{practice}:clinics"          // hash clinic id → clinic as JSON; for ever
	clinicRowsKey      = "ll:{practice}:clinic-rows"      // hash clinic id → rowMark; for ever
	explanationsKey    = "ll:{practice}:explanations"     // hash test → sealed explanation; for ever
	explanationRowsKey = "ll:{practice}:explanation-rows" // hash test → rowMark; for ever
	limitsKey          = "ll:{practice}:limits"           // hash kind of reading → sealed limits for everybody; for ever
	limitRowsKey       = "ll:{practice}:limit-rows"       // hash kind of reading → rowMark; for ever
	formsKey           = "ll:{practice}:forms"            // hash name of its content → sealed form; for ever
	formNamesKey       = "ll:{practice}:form-names"       // hash questionnaire id → name of the content that is asked from now on; for ever
	formRowsKey        = "ll:{practice}:form-rows"        // hash questionnaire id → rowMark; for ever
	watermarksKey      = "ll:{practice}:watermarks"       // hash kind of thing → how far its changes elsewhere were followed, and keyed name of a choice there → its version in force; for ever
	knownSlotsKey      = "ll:{practice}:known-slots"      // sorted set "<clinic>|<slot>" of diaries elsewhere by when it starts; until that
	copyingKey         = "ll:{practice}:copying"          // string, there while somebody copies ledgers; copyingKept
	clinicsOrderKey    = "ll:{practice}:clinics-order"    // sorted set of clinic ids by when they were first imported; for ever
)

// The tasks of staff: aggregate {tasks}; owner tasks.go.
const (
	tasksKey       = "ll:{tasks}:task"   // hash task id → sealed task; closedTasksKept after it was closed
	openTasksKey   = "ll:{tasks}:open"   // sorted set of orderKey(opened, task id), of an urgent one behind an urgentMark; until closed
	closedTasksKey = "ll:{tasks}:closed" // sorted set of task ids by the ms when they were closed; closedTasksKept
)

func taskDid(request string) string { return "ll:{tasks}:did:" + request }

// The tokens of staff: aggregate {staff}; owner tokens.go. A token's id is a keyed
// hash of its secret.
const tokensKey = "ll:{staff}:tokens" // hash token id → sealed token; for ever

// tokenKeys: aggregate {s:<token id>}; owner tokens.go.
type tokenKeys struct {
	rate string // hash, see admit.lua: how often it asked; Limit.Per
	tag  string
}

func tokenKeysOf(id store.StaffID) tokenKeys {
	tag := "ll:{s:" + string(id) + "}:"
	return tokenKeys{rate: tag + "rate", tag: tag}
}

// session is until when somebody is signed in at a browser: string, ms; SessionFor.
func (k tokenKeys) session(name string) string { return k.tag + "session:" + name }

// answer is what was answered under a key: string "<fingerprint>|<ms of the
// claim>|<attempt>|<sealed answer>"; didKept.
func (k tokenKeys) answer(name string) string { return k.tag + "answer:" + name }

// Imports: aggregate {import}; owner staging.go.
const (
	importStateKey = "ll:{import}:state" // hash id, seq, ready, at: the import under way; until it is done
	importSeqKey   = "ll:{import}:seq"   // string, the number of the last import; for ever
)

// importRowsKey is a list of sealed pieces of the import under way; until it
// is done.
func importRowsKey(id string) string { return "ll:{import}:rows:" + id }

// dueKey: aggregate {d:<shard>}; owner intents.go. Sorted set of names of
// intents (see intentName) by the ms at which a sweep takes them up; until
// done.
func dueKey(shard string) string { return "ll:{d:" + shard + "}:due" }

// keptDueKey: aggregate {r:<shard>}; owner retention.go. Sorted set of
// "<kind>|<person's name>" of shelves by the ms at which something there is too old.
func keptDueKey(shard string) string { return "ll:{r:" + shard + "}:kept-due" }

// noticeKeys: aggregate {d:<shard>}; owner notices.go.
type noticeKeys struct {
	notices string // hash notice's name → sealed notice; noticesKept after its appointment
	due     string // sorted set of their names by the ms at which something is to be done; until closed
	past    string // sorted set of their names by the ms at which they are forgotten
}

// errandKeys: aggregate {d:<shard>}; owner errands.go.
type errandKeys struct {
	errands string // hash errand's name → sealed errand; until done
	due     string // sorted set of their names by the ms at which they are due; likewise
}

func errandKeysIn(shard string) errandKeys {
	tag := "ll:{d:" + shard + "}:"
	return errandKeys{errands: tag + "errands", due: tag + "errands-due"}
}

func noticeKeysOf(id store.NoticeID) noticeKeys { return noticeKeysIn(string(id)[:1]) }

func noticeKeysIn(shard string) noticeKeys {
	tag := "ll:{d:" + shard + "}:"
	return noticeKeys{notices: tag + "notices", due: tag + "notices-due", past: tag + "notices-past"}
}

// orderKey sorts by time, then by id, as a member of a sorted set whose scores
// are all 0: a cursor is then exact, whatever came or went meanwhile.
func orderKey(ms int64, id string) string { return fmt.Sprintf("%0*d|%s", orderDigits, ms, id) }

// orderDigits are those of the time in it.
const orderDigits = 13

// orderID is the id in an orderKey.
func orderID(member string) string {
	_, id, _ := strings.Cut(member, "|")
	return id
}

// validID says whether the id may stand in a key: the practice's ids of
// clinics, clinicians, slots and the like.
func validID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range id {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("-_.:", r):
		default:
			return false
		}
	}
	return true
}
