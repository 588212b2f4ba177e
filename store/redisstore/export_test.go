package redisstore

// Counting are the scripts (by SHA-1) whose second run changes nothing, but
// answers so: an import's report and Chain's count come from their answers.
func Counting() map[string]bool {
	return map[string]bool{
		rowScript.sha: true, slotsScript.sha: true, importAppointmentScript.sha: true, trimScript.sha: true,
	}
}

// OccupyHashes takes every turn to hash a PIN until leave is called.
func OccupyHashes(s *Store) (leave func()) {
	for range cap(s.pins.turns) {
		s.pins.turns <- struct{}{}
	}
	return func() {
		for range cap(s.pins.turns) {
			<-s.pins.turns
		}
	}
}

// RememberedInputs is rememberedInputs.
const RememberedInputs = rememberedInputs

// SealedKinds are the kinds of keys in the table of sealed places, and KindOf
// is that of a key.
func SealedKinds() []string {
	var out []string
	for k := range sealedKinds {
		out = append(out, k.String())
	}
	return out
}

func KindOf(key string) string { return kindOf(key).String() }

// SealedWith is how values begin that the keyset seals.
func SealedWith(k Keyset) string {
	return prefixes([]uint32{k.values.KeysetInfo().GetPrimaryKeyId()})[0]
}

// ResealScript is the text of reseal.lua.
func ResealScript() string { return resealScript.text }
