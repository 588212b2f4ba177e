package prompts_test

import (
	"strings"
	"testing"

	"landline/prompts"
)

func TestTheCatalogueKeepsItsRules(t *testing.T) {
	for _, f := range load(t).Check() {
		t.Error(f)
	}
}

// lines makes a catalogue file of one line.
func lines(spoken, written string) string {
	return "[\"a.b\"]\nspoken = " + quote(spoken) + "\nwritten = " + quote(written) + "\n"
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestAFaultInTheWordsIsFound(t *testing.T) {
	good := lines("Fine.", "Fine.")
	long := strings.TrimSpace(strings.Repeat("word ", 29))
	for _, tc := range []struct {
		name, en, cy string
		rule         prompts.Rule
		want         string
	}{
		{"a line without its Welsh", good, "", prompts.RuleEveryLanguage, "a.b (cy): is missing"},
		{"a line in Welsh alone", good, good + strings.Replace(good, "a.b", "a.c", 1), prompts.RuleEveryLanguage, "a.c (cy): is unknown in en"},
		{"an opt-out word in capitals", lines("Fine.", "STOP to leave"), good, prompts.RuleCarrierWords, "a.b (en): written: asks for STOP"},
		{"an answer that opts in", lines("Fine.", "Reply yes to book"), good, prompts.RuleCarrierWords, "asks for YES"},
		{"in quotation marks", lines("Fine.", `Please text back the word "help".`), good, prompts.RuleCarrierWords, "asks for HELP"},
		{"as the other answer", lines("Fine.", "Reply 1, 2 or cancel"), good, prompts.RuleCarrierWords, "asks for CANCEL"},
		{"after another word", lines("Fine.", "Reply book or quit"), good, prompts.RuleCarrierWords, "asks for QUIT"},
		{"after an argument", lines("Fine.{{.X}}", "Reply {{.X}} or end"), lines("{{.X}}", "{{.X}}"), prompts.RuleCarrierWords, "asks for END"},
		{"in Welsh", good, lines("Iawn.", "Atebwch gyda'r gair START"), prompts.RuleCarrierWords, "a.b (cy): written: asks for START"},
		{"in Welsh, small", good, lines("Iawn.", "Tecstiwch 1 neu help"), prompts.RuleCarrierWords, "asks for HELP"},
		{"in a plural form", "[\"a.b\"]\nspoken = \"{{.Count}}\"\nwritten = { one = \"INFO\", other = \"{{.Count}}\" }\n", lines("{{.Count}}", "{{.Count}}"), prompts.RuleCarrierWords, "asks for INFO"},
		{"markup", lines("A <break/> B", "Fine."), good, prompts.RulePlainText, "spoken: holds markup ('<')"},
		{"an entity", lines("Fine.", "You &amp; me"), good, prompts.RulePlainText, `written: holds markup ("&amp;")`},
		{"a control character", lines("Fine\\u0007.", "Fine."), good, prompts.RulePlainText, "holds the character U+0007"},
		{"an invisible character", lines("Fine.", "Fi\\u200Bne."), good, prompts.RulePlainText, "holds the character U+200B"},
		{"a letter in pieces", good, lines("Iawn.", "w\\u0302yl"), prompts.RulePlainText, "holds letters in pieces"},
		{"a text of three segments", lines("Fine.", strings.Repeat("a", 307)), good, prompts.RuleTextLength, "is 3 segments"},
		{"a dear text of three", good, lines("Iawn.", strings.Repeat("ŵ", 135)), prompts.RuleTextLength, "is 3 segments"},
		{"a curly apostrophe in English", lines("Fine.", "That’s fine"), good, prompts.RuleTextLength, `holds "’"`},
		{"a sentence that nobody can follow", lines("Well. "+long, "Fine."), good, prompts.RuleSpokenLength, "takes 12 s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			faults := from(t, tc.en, tc.cy).Check()
			if len(faults) != 1 || faults[0].Rule != tc.rule || !strings.Contains(faults[0].String(), tc.want) {
				t.Errorf("faults %v; want one of %q with %s", faults, tc.rule, tc.want)
			}
		})
	}
}

func TestWhatIsNoFaultIsLeftAlone(t *testing.T) {
	for _, written := range []string{
		"Reply 2 to cancel", "Ring us for help", "Text us if you need help", "Answer 1 to start again",
		"Yes, that is booked.", "The end of the road.", "You & me", "Wedi stopio.", "Reply 1 or 2. Help is near.", "Ring 01632 960000",
	} {
		if faults := from(t, lines("Fine.", written), lines("Iawn.", "Da iawn, ŵyl")).Check(); len(faults) > 0 {
			t.Errorf("%q: %v", written, faults)
		}
	}
}
