package main

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"landline/prompts"
)

// The seed may be given as a flag, or to all packages as a variable.
var stormSeed = flag.Uint64("storm.seed", seedFrom(os.Getenv("LANDLINE_STORM_SEED")), "play the storm of this seed; 0 is a fresh one")

func seedFrom(variable string) uint64 {
	n, _ := strconv.ParseUint(variable, 10, 64)
	return n
}

// rehearsals are of every screenplay, which several tests want: each is performed
// once, by whoever comes first.
var rehearsals sync.Map

func rehearsalOf(file string) (rehearsed, error) {
	once, _ := rehearsals.LoadOrStore(file, sync.OnceValues(func() (rehearsed, error) {
		return rehearse(context.Background(), file)
	}))
	return once.(func() (rehearsed, error))()
}

// longStorms is how many storms there are where there is time.
const longStorms = 30

// Every screenplay in a storm: everybody hears what is written, or reaches a
// person, and the record holds what they were told. See stormStage.
func TestStorm(t *testing.T) {
	t.Parallel()
	seed, storms := *stormSeed, uint64(1)
	if seed == 0 {
		seed = 1 + rand.Uint64N(1_000_000_000)
	}
	if os.Getenv("LANDLINE_LONG") != "" {
		storms = longStorms
	}
	began := time.Now()
	var played, strikes, astray atomic.Int64
	t.Run("plays", func(t *testing.T) {
		for _, file := range plays(t) {
			if hangsOnCounts[filepath.Base(file)] {
				continue
			}
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				calm, err := rehearsalOf(file)
				if err != nil {
					t.Fatal(err)
				}
				for n := range storms {
					after, err := calm.inStorm(t.Context(), seed+n)
					if err != nil {
						t.Errorf("replay: go run ./cmd/landline play --storm %d cmd/landline/%s\n%v", seed+n, file, err)
					}
					played.Add(1)
					strikes.Add(int64(after.strikes))
					if after.astray {
						astray.Add(1)
					}
				}
			})
		}
	})
	t.Logf("storms from seed %d: %d plays with %d faults, in %d of them somebody was handed to a person, %v",
		seed, played.Load(), strikes.Load(), astray.Load(), time.Since(began).Round(time.Second))
	if strikes.Load() < played.Load() {
		t.Errorf("%d faults in %d plays are no storm", strikes.Load(), played.Load())
	}
}

// hangsOnCounts are plays whose later words hang on how often somebody was wrong
// before, or on the minute: whoever was put through to a person on the way was
// wrong less often, and later. What they must hear then is not written.
var hangsOnCounts = map[string]bool{
	"wrong-birthday-three-times.play": true, "joan-and-a-wrong-pin.play": true, "mary-is-rung-back.play": true,
	"the-night-the-clocks-go-back.play": true, "the-night-the-clocks-go-forward.play": true,
	// When the carrier's word that nobody answered is lost, the next call comes
	// at another hour.
	"nobody-answers-for-mary.play": true,
}

// The same seed is the same storm: the same faults, and the same words.
func TestTheSameStormAgain(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"mary-and-tom-want-one-slot.play", "reception-answers.play"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			calm, err := rehearsalOf(filepath.Join("screenplays", file))
			if err != nil {
				t.Fatal(err)
			}
			print := func(seed uint64) string {
				after, err := calm.inStorm(t.Context(), seed)
				if err != nil {
					t.Fatalf("storm %d: %v", seed, err)
				}
				return after.Rewrite()
			}
			first := print(7)
			if again := print(7); again != first {
				t.Errorf("once:\n%s\nand again:\n%s", first, again)
			}
			if print(8) == first {
				t.Error("another seed is the same storm")
			}
		})
	}
}

// A storm is had again by its seed on the command line, and shown.
func TestPlayInAStorm(t *testing.T) {
	t.Parallel()
	m := newMachine("", nil)
	if status := m.run(t, "play", "--storm", "7", "screenplays/mary-books-by-keypad.play"); status != 0 {
		t.Errorf("it ended with %d: %s", status, m.err.String())
	}
	for _, shown := range []string{"(Storm: ", "Mary rings the surgery."} {
		if !bytes.Contains(m.out.Bytes(), []byte(shown)) {
			t.Errorf("%q is not in:\n%s", shown, m.out.String())
		}
	}
	if status := newMachine("", nil).run(t, "play", "--storm", "7", "--update", "screenplays/mary-books-by-keypad.play"); status != misuse {
		t.Errorf("a storm may be written down: it ended with %d", status)
	}
}

// What people are told of slots is found in the words in which they hear it.
func TestWhatIsClaimed(t *testing.T) {
	t.Parallel()
	play, err := openPlay("screenplays/mary-books-by-keypad.play")
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	words, err := newClaims(catalogue, play.Begins)
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string][]prompts.Key{
		"Thank you. It is booked: doctor, Dr Sarah Owen, on Wednesday 16 September, at 10:40 in the morning. Goodbye.":     {prompts.BookDone},
		"Booked: nurse, Sister Helen Marsh, Tuesday 22 September, 2pm.\n1 to see it again":                                 {prompts.BookDone},
		"Mae wedi'i ganslo: meddyg, Dr Imran Khan, dydd Mercher 16 Medi, 2:40 y prynhawn.":                                 {prompts.CancelDone},
		"It is moved. The new time is: nurse, Sister Helen Marsh, on Tuesday 22 September, at 2 o'clock in the afternoon.": {prompts.MoveDone},
		"That is: doctor, Dr Sarah Owen, on Wednesday 16 September, at 10:40 in the morning. Shall I book it?":             nil,
		"It is booked: doctor, Dr Sarah Owen, on Wednesday 16 September, at 10:50 in the morning.":                         nil, // no such slot
	} {
		var got []prompts.Key
		for _, c := range words.in(said, "Mary", 1) {
			got = append(got, c.key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q claims %v, want %v", said, got, want)
		}
	}
}
