package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"landline/flows/screenplay"
)

// howShown are the columns of the README's table of needs, and what is done in a
// play that shows a need that way.
var howShown = []struct {
	column string
	verb   screenplay.Verb
}{{"keypad", screenplay.Presses}, {"speech", screenplay.Says}, {"text", screenplay.Texts}}

// fewestPlays is how many screenplays there are at least.
const fewestPlays = 60

// The table of the README names, for each of the 21 needs, a screenplay by
// keypad, by speech and by text, in which it is done so.
func TestEveryNeedIsShown(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(readme), -1)
	if len(rows) != 21 {
		t.Fatalf("the README's table has %d needs", len(rows))
	}
	done := map[string][]screenplay.Verb{}
	for _, file := range plays(t) {
		play := readPlay(t, file)
		for _, s := range play.Steps {
			done[filepath.Base(file)] = append(done[filepath.Base(file)], s.Action.Verb)
		}
	}
	if len(done) < fewestPlays {
		t.Errorf("%d screenplays, fewer than %d", len(done), fewestPlays)
	}
	for i, row := range rows {
		if row[1] != strconv.Itoa(i+1) {
			t.Errorf("need %s stands in place %d", row[1], i+1)
		}
		for k, how := range howShown {
			cell := strings.Trim(strings.TrimSpace(row[2+k]), "`")
			verbs, there := done[cell+".play"]
			switch {
			case !there:
				t.Errorf("need %s, by %s: there is no play %q", row[1], how.column, cell)
			case !slices.Contains(verbs, how.verb):
				t.Errorf("need %s, by %s: nobody %s anything in %s", row[1], how.column, how.verb, cell)
			case row[1] == "7" && !slices.Contains(verbs, screenplay.LooksAt):
				t.Errorf("need 7, by %s: no staff look at anything in %s", how.column, cell)
			}
		}
	}
}
