package prompts

import "strings"

// A Welsh word changes its first letter after certain words ("ar": dydd Mawrth
// becomes ar ddydd Mawrth). A sentence knows which word stands before an
// argument, and says so: {{soft .Day}}, {{aspirate .Kind}}.

var (
	softened  = []string{"ll", "l", "rh", "r", "p", "b", "t", "d", "c", "g", "b", "f", "d", "dd", "g", "", "m", "f"}
	aspirated = []string{"p", "ph", "t", "th", "c", "ch"}
	nasalised = []string{"p", "mh", "t", "nh", "c", "ngh", "b", "m", "d", "n", "g", "ng"}
	// Two letters that are one letter of the alphabet, which does not change.
	unchanged = []string{"ch", "ph", "th", "dd", "ff", "ng"}
)

// SoftMutation softens the first letter: dydd, ddydd; prynhawn, brynhawn;
// gwener, wener. What stands after "ar", "o", "i", "am", "gan", "dau".
func SoftMutation(s string) string { return mutate(s, softened) }

// AspirateMutation adds breath to it: trafod, thrafod. What stands after "a"
// (and), "gyda", "tua", "tri", "chwe".
func AspirateMutation(s string) string { return mutate(s, aspirated) }

// mutate replaces the first letter by the first rule that fits, small for
// small and large for large.
func mutate(s string, rules []string) string {
	lower := strings.ToLower(s)
	for _, letter := range unchanged {
		if strings.HasPrefix(lower, letter) {
			return s
		}
	}
	for i := 0; i < len(rules); i += 2 {
		from, to := rules[i], rules[i+1]
		if !strings.HasPrefix(lower, from) {
			continue
		}
		rest := s[len(from):]
		switch {
		case s[0] == lower[0]:
			return to + rest
		case to == "":
			return capital(rest)
		}
		return capital(to) + rest
	}
	return s
}
