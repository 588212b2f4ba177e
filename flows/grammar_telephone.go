package flows

import (
	"github.com/nyaruka/phonenumbers"

	"landline/store"
)

// Telephone waits for a telephone number on which to ring somebody, with its
// area code: keyed and ended by #, said or typed. Match.Digits is the number
// in E.164; one that cannot be rung is Faulty.
type Telephone struct {
	// Region is where a number without a country code is: "GB".
	Region string
}

// telephoneDigits are the fewest and the most digits that are read as a
// number: area codes are asked for, and E.164 has at most 15, after which a
// 00 may have been dialled.
const (
	fewestTelephoneDigits = 7
	mostTelephoneDigits   = 17
)

// Read understands a telephone number.
func (t Telephone) Read(h Heard, c Context) Match {
	digits, other := readDigits(h, c, fewestTelephoneDigits, mostTelephoneDigits)
	switch {
	case other != "":
		return Match{Class: other}
	case !fits(digits, fewestTelephoneDigits, mostTelephoneDigits):
		return Match{Class: Faulty}
	}
	number, err := phonenumbers.Parse(digits, t.Region)
	// A number without its area code is possible in its town only.
	if err != nil || phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return Match{Class: Faulty}
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if len(e164) <= fewestTelephoneDigits { // a 00 and a short number elsewhere: nobody can be rung on that
		return Match{Class: Faulty}
	}
	return Match{Class: Given, Number: store.Number(e164)}
}

// Classes are a number, a faulty one, and the universal ones.
func (Telephone) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are a number set aside for drama, and one that is too short.
func (Telephone) Samples(c Context) []Heard {
	const number, short = "07700900123", "077009"
	return append(digitCommandSamples(c, fewestTelephoneDigits),
		byKey(number), bySpeech("07700 900123"), byText("07700 900123"),
		byKey(short), bySpeech("07700 9"), byText(short))
}

// Collect gathers digits up to #, and listens.
func (Telephone) Collect(c Context) Collect {
	return Collect{MaxDigits: mostTelephoneDigits, Speech: true, Hints: hints(c)}
}

// Name of the grammar.
func (Telephone) Name() string { return "telephone number" }
