package store

import (
	"errors"
	"strings"
)

// A duress PIN opens a decoy: a record of its own, for one proof, under an id
// that only a store makes and reads. To a conversation it is a person like any
// other, so that nothing which is said, asked or waited for can hang on it.

// decoyMark stands in the id of a decoy, between whose it is and which.
const decoyMark = "~"

// DecoyID is the id of a decoy of somebody's; name tells it from their others.
func DecoyID(of PersonID, name string) PersonID {
	return of.Real() + decoyMark + PersonID(name)
}

// Decoy reports whether the id is a decoy's.
func (p PersonID) Decoy() bool { return strings.Contains(string(p), decoyMark) }

// Real is the person behind a decoy; anybody else is who they are.
func (p PersonID) Real() PersonID {
	of, _, _ := strings.Cut(string(p), decoyMark)
	return PersonID(of)
}

// Why a duress PIN is refused beside a PIN.
var (
	ErrDuressLength = errors.New("a duress PIN has as many digits as the PIN")
	ErrDuressNear   = errors.New("the duress PIN has more than one digit where the PIN has it too")
)

// ValidDuressPIN reports why a duress PIN must not be kept beside a PIN, or nil.
// It is as good as a PIN; it is as long, so that nobody who watches can tell;
// and no slip of a key makes one of the other, nor are two digits of both the
// same where those are asked for.
func ValidDuressPIN(duress, pin PIN) error {
	if err := ValidPIN(duress); err != nil {
		return err
	}
	if len(duress) != len(pin) {
		return ErrDuressLength
	}
	same := 0
	for i := range len(pin) {
		if pin[i] == duress[i] {
			same++
		}
	}
	if same > 1 {
		return ErrDuressNear
	}
	return nil
}
