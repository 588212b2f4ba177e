package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"landline/flows/screenplay"
)

// jumping is a stage whose clock is put wrong before whatever anybody does.
type jumping struct {
	*wholeStage
	jump func() time.Duration
}

func (s *jumping) Press(ctx context.Context, who, keys string) ([]screenplay.Heard, error) {
	s.clock.pass(s.jump())
	return s.wholeStage.Press(ctx, who, keys)
}

func (s *jumping) Say(ctx context.Context, who, words string) ([]screenplay.Heard, error) {
	s.clock.pass(s.jump())
	return s.wholeStage.Say(ctx, who, words)
}

func (s *jumping) Silence(ctx context.Context, who string) ([]screenplay.Heard, error) {
	s.clock.pass(s.jump())
	return s.wholeStage.Silence(ctx, who)
}

func (s *jumping) Text(ctx context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	s.clock.pass(s.jump())
	return s.wholeStage.Text(ctx, who, from, words)
}

// perform plays a file on such a stage.
func (s *jumping) perform(t *testing.T, file string) *screenplay.Performance {
	t.Helper()
	play := readPlay(t, file)
	whole, err := newWholeStage(t.Context(), play.Begins, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := whole.stop(); err != nil {
			t.Error(err)
		}
	})
	s.wholeStage = whole
	performance, err := screenplay.Perform(t.Context(), play, s)
	if err != nil {
		t.Fatal(err)
	}
	return performance
}

// aboutTime are the plays in which what is heard follows the clock to the minute.
var aboutTime = map[string]string{}

// Two instances take the turns of a call in turn, and one is minutes behind: the
// same words are heard as with one clock.
func TestScreenplaysOnClocksThatDisagree(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		if aboutTime[filepath.Base(file)] != "" {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			behind := 4 * time.Minute
			stage := &jumping{jump: func() time.Duration { behind = -behind; return behind }}
			if report := stage.perform(t, file).Report(); report != "" {
				t.Errorf("it went otherwise:\n%s", report)
			}
		})
	}
}

// The clock is set back by a day in the middle of a play: what is heard may be of
// another day, but nobody hears that something went wrong here.
func TestScreenplaysWhileTheClockIsSetBackByADay(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			turns, middle := 0, len(readPlay(t, file).Steps)/2
			stage := &jumping{jump: func() time.Duration {
				if turns++; turns == middle {
					return -24 * time.Hour
				}
				return 0
			}}
			for _, heard := range stage.perform(t, file).Heard {
				for _, h := range heard {
					if strings.Contains(h.Words, "went wrong") || strings.Contains(h.Words, "Something is wrong") {
						t.Errorf("heard: %s", h.Words)
					}
				}
			}
		})
	}
}
