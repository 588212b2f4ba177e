package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"landline/flows/screenplay"
	"landline/handlers/exchange/crowd"
	"landline/prompts"
	"landline/store"
	"landline/store/demopractice"
)

// loadCommand is "landline load".
type loadCommand struct {
	Ring    loadRingCommand    `cmd:"" default:"withargs" help:"Ring a gateway on this machine with many callers who play screenplays, and print how fast it answers."`
	Prepare loadPrepareCommand `cmd:"" help:"Write the CSV files of a practice with people for a load, for landline import."`
}

// loadRingCommand rings until its time is over, or ctx is done.
type loadRingCommand struct {
	carrierConfig
	PublicURL string        `setting:"" name:"public-url" help:"The address under which the gateway believes itself to be, where it is not URL."`
	Callers   int           `default:"100" help:"How many play at once."`
	Casts     int           `help:"How many casts were prepared, who play in turn; by default as many as callers."`
	For       time.Duration `default:"30s" help:"How long."`
	WarmUp    time.Duration `default:"2s" help:"What is not counted, before that."`
	Rate      float64       `help:"How many turns are due in a second, each measured from when it is due; by default each caller goes on at once."`
	Pauses    string        `enum:"human,none" default:"none" help:"Whether callers hear everything out and think; ${enum}."`
	URL       string        `arg:"" help:"Where the gateway answers: http://127.0.0.1:8080. Loads ring this machine only."`
	Plays     []string      `arg:"" name:"screenplay" help:"What they play, in turn. In none may time pass."`
}

// Run rings. It fails if any turn failed, or there was none.
func (l *loadRingCommand) Run(ctx context.Context, env *environment) error {
	var c checking
	carrier := l.carrierConfig.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	plays, err := readPlays(l.Plays)
	if err != nil {
		return err
	}
	sorry, err := apologies()
	if err != nil {
		return err
	}
	callers, err := crowd.New(crowd.Config{
		URL: l.URL, PublicURL: l.PublicURL, AccountSID: carrier.accountSID, Token: carrier.tokens[0], Line: carrier.number,
		Plays: plays, Callers: l.Callers, Casts: max(l.Casts, l.Callers), Rate: l.Rate, Human: l.Pauses == "human",
		Phone:     func(written string, cast int) store.Number { return demopractice.Understudy(number(written), cast) },
		Apologies: sorry,
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, l.WarmUp+l.For)
	defer cancel()
	m := meter{crowd: callers, progress: env.err, redraw: isTerminal(env.err)}
	measured := make(chan struct{})
	go func() {
		defer close(measured)
		m.watch(ctx, l.WarmUp)
	}()
	report := callers.Run(ctx)
	<-measured
	if _, err := io.WriteString(env.out, m.summary(report)); err != nil {
		return err
	}
	if n := report.Failed(); n > 0 {
		return fmt.Errorf("%d turns failed", n)
	}
	if report.Turns.N == 0 {
		return errors.New("no turn was taken")
	}
	return nil
}

func readPlays(names []string) ([]*screenplay.Play, error) {
	var plays []*screenplay.Play
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		play, err := screenplay.Parse(filepath.Base(name), string(text), demopractice.Zone())
		if err != nil {
			return nil, err
		}
		plays = append(plays, play)
	}
	return plays, nil
}

// apologies are the words that say that something here is at fault, as they
// are said and written in each language.
func apologies() ([]string, error) {
	catalogue, err := prompts.Load()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, language := range prompts.Languages() {
		for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
			for _, key := range []prompts.Key{"trouble.transfer", "trouble.record"} {
				words, err := catalogue.Render(language, form, prompts.Say(key))
				if err != nil {
					return nil, err
				}
				out = append(out, words)
			}
		}
	}
	return out, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// loadPrepareCommand writes the files of a practice for a load.
type loadPrepareCommand struct {
	Casts int      `arg:"" help:"How many casts: people who can play at once."`
	Dir   string   `arg:"" help:"Where to write them. Never import them into a record that is in use."`
	Plays []string `arg:"" name:"screenplay" help:"What they will play."`
}

// Run writes the files.
func (l *loadPrepareCommand) Run(env *environment) error {
	plays, err := readPlays(l.Plays)
	if err != nil {
		return err
	}
	var phones []store.Number
	var words []string
	for _, play := range plays {
		for _, step := range play.Steps {
			words = append(words, strings.TrimSuffix(step.Action.Words, "#")) // as a PIN is keyed
			if written := step.Action.Phone.Number; written != "" {
				phones = append(phones, number(written))
			}
		}
	}
	files, err := demopractice.Casts(time.Now(), l.Casts, phones, words)
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := io.ReadAll(f.Data)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(l.Dir, f.Name), text, 0o600); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(env.out, "%d files are in %s, for landline import.\n", len(files), l.Dir)
	return err
}
