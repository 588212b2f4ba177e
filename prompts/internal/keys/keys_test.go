package keys_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"landline/prompts/internal/keys"
)

// pkg lays out a package with one file and an English catalogue of the keys.
func pkg(t *testing.T, source string, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "catalogue"), 0o755); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range names {
		b.WriteString("[\"" + n + "\"]\n")
	}
	for name, text := range map[string]string{"catalogue/en.toml": b.String(), "line.go": "package prompts\n" + source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAKeyBecomesAConstant(t *testing.T) {
	for key, want := range map[string]string{
		"book.readback": "BookReadback", "who-calls.born-2": "WhoCallsBorn2", "a.b.c-d": "ABCD",
	} {
		if got := keys.Constant(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	text, err := keys.Generate(pkg(t, "", "who.born", "book.done"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\tBookDone Key = \"book.done\"\n\tWhoBorn  Key = \"who.born\"\n"; !strings.Contains(string(text), want) {
		t.Errorf("generated\n%s\nwant in it\n%s", text, want)
	}
}

func TestAConstantThatIsTakenIsRefused(t *testing.T) {
	for _, tc := range []struct{ name, source, key, want string }{
		{"by a constant", "const KindDate = 1", "kind.date", "taken by line.go"},
		{"by a function", "func SayAgain() {}", "say.again", "taken by line.go"},
		{"by a type", "type SayAgain int", "say.again", "taken by line.go"},
		{"by another key", "", "ask-again.now", `taken by the key "ask.again-now"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := pkg(t, tc.source, tc.key, "ask.again-now")
			if tc.name != "by another key" {
				dir = pkg(t, tc.source, tc.key)
			}
			_, err := keys.Generate(dir)
			if err == nil {
				t.Fatal("no error")
			}
			// Which of two keys is called the second one does not matter.
			got := strings.NewReplacer("ask-again.now", "K", "ask.again-now", "K").Replace(err.Error())
			want := strings.NewReplacer("ask-again.now", "K", "ask.again-now", "K").Replace(tc.want)
			if !strings.Contains(got, want) {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
	dir := pkg(t, "func (t T) SayAgain() {}\ntype T int", "say.again")
	if _, err := keys.Generate(dir); err != nil {
		t.Errorf("a method takes no name: %v", err)
	}
}
