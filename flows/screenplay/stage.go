package screenplay

import (
	"context"
	"time"
)

// Phone is the telephone that somebody uses.
type Phone struct {
	Number   string // as the play writes it; empty where only a withheld one is told
	Withheld bool
}

// Stage is where a play is performed. Each action returns what was heard, by
// anybody, from then until everybody waits again. Who is the name in the play
// of the one who acts; a stage keeps a call for each.
type Stage interface {
	// Owns says whose telephone it is, before the play begins: what reaches it
	// unasked is heard.
	Owns(who string, phone Phone)
	Ring(ctx context.Context, who string, from Phone) ([]Heard, error)
	Press(ctx context.Context, who, keys string) ([]Heard, error)
	Say(ctx context.Context, who, words string) ([]Heard, error)
	// Silence says and keys nothing until something else is heard.
	Silence(ctx context.Context, who string) ([]Heard, error)
	HangUp(ctx context.Context, who string) ([]Heard, error)
	Text(ctx context.Context, who string, from Phone, words string) ([]Heard, error)

	// PickUp answers a telephone that Landline rings, LetRing lets it ring out,
	// and MachineAnswers has an answering machine take the call.
	PickUp(ctx context.Context, who string) ([]Heard, error)
	LetRing(ctx context.Context, who string) ([]Heard, error)
	MachineAnswers(ctx context.Context, who string) ([]Heard, error)

	// AnswerReception picks up reception's telephone, LetReceptionRing lets it
	// ring out, HangUpReception ends the talk there, with the caller still on.
	AnswerReception(ctx context.Context) ([]Heard, error)
	LetReceptionRing(ctx context.Context) ([]Heard, error)
	HangUpReception(ctx context.Context) ([]Heard, error)

	// Advance moves the clock on, and does what falls due on the way.
	Advance(ctx context.Context, d time.Duration) ([]Heard, error)
	// Reply has a member of staff answer the oldest message that nobody answered.
	Reply(ctx context.Context, staff, words string) ([]Heard, error)
	// LetGo has a member of staff comment on a result, which the person has not
	// heard, and let it go. Whose telephone it is tells whose result.
	LetGo(ctx context.Context, staff string, of Phone, test, words string) ([]Heard, error)
	// OrderTest has a member of staff order a test, whose result is due in some days.
	OrderTest(ctx context.Context, staff string, of Phone, test string, private bool, days int) ([]Heard, error)
	// LookAt has a member of staff look at a part of the page of whoever has a
	// telephone, and tells what stands there, an item for each line.
	LookAt(ctx context.Context, staff string, of Phone, part string) ([]Heard, error)
	// Ask has a member of staff ask somebody a questionnaire, by its id.
	Ask(ctx context.Context, who, questionnaire string) ([]Heard, error)
	// Tasks is what staff have to do, an item for each, oldest first.
	Tasks(ctx context.Context) ([]Heard, error)
}

// How something reaches people.
type How string

// The ways.
const (
	Spoken  How = "spoken"  // aloud, on the telephone of whoever acted
	Texted  How = "texted"  // as a text
	Happens How = "happens" // without words: "The call ends."
	Listed  How = "listed"  // an item on a list
)

// Heard is something that was heard, read or seen.
type Heard struct {
	How How
	// By is who speaks; empty: Landline.
	By string
	// To is who hears it, where that is not the one who acted.
	To string
	// Language is the BCP 47 tag of what was said; empty: English.
	Language string
	Words    string
}
