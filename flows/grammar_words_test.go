package flows

import (
	"strings"
	"testing"
)

func TestWordsAreTakenAsTheyCome(t *testing.T) {
	check(t, FreeWords{40}, inEnglish(), []read{
		{Typed, "My back hurts", "given My back hurts"}, {Said, " I feel sick again ", "given I feel sick again"}, {Typed, "yes", "given yes"},
		{Typed, "2", "given 2"}, {Typed, "?", "nonsense"}, {Typed, "👍 !", "nonsense"}, {Typed, "Mrs Persn", "given Mrs Persn"}, {Typed, "persn", "given persn"},
		{Typed, "back", "back"}, {Typed, "0", "person"}, {Typed, "*", "back"}, {Typed, "9", "again"}, {Typed, "", "silence"}, {Silent, "", "silence"},
		{Typed, "I want to speak to someone", "person"}, {Recorded, "RE1", "nonsense"},
		{Keyed, "0", "person"}, {Keyed, "*", "back"}, {Keyed, "#", "silence"}, {Keyed, "5", "nonsense"},
		{Typed, strings.Repeat("é", 40), "given " + strings.Repeat("é", 40)}, {Typed, strings.Repeat("é", 41), "faulty"},
	})
	long := strings.Repeat("It hurts. ", 150)
	check(t, FreeWords{}, inEnglish(), []read{{Typed, long, "given " + strings.TrimSpace(long)}})
}

func TestARecordingIsKnownByItsName(t *testing.T) {
	check(t, Recording{MaxSeconds: 60}, inEnglish(), []read{
		{Recorded, "RE0123", "given RE0123"}, {Recorded, "", "silence"}, {Silent, "", "silence"}, {Keyed, "0", "person"}, {Keyed, "5", "nonsense"},
		{Typed, "I have a cough", "given I have a cough"}, {Typed, "0", "person"},
	})
	if got := (Recording{MaxSeconds: 60}).Collect(inEnglish()); !got.Record || got.MaxSeconds != 60 {
		t.Errorf("%+v", got)
	}
}
