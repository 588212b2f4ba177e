package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"landline/flows/screenplay"
	"landline/store/demopractice"
)

// playCommand is "landline play".
type playCommand struct {
	Update bool     `help:"Write what was heard into the files. Read the difference before you keep it." xor:"update,storm"`
	Storm  uint64   `help:"Play in the storm of this seed: webhooks and answers get lost, late, cut off and doubled." placeholder:"SEED" xor:"update,storm"`
	Quiet  bool     `help:"Print only what differs."`
	Files  []string `arg:"" name:"file" help:"Screenplays (go doc landline/flows/screenplay)."`
}

// errDiffers says that a play went otherwise than it is written.
var errDiffers = errors.New("not everything was heard as it is written")

// Run performs each play through the whole stack, on a practice of its own.
func (p *playCommand) Run(ctx context.Context, env *environment) error {
	var faults []error
	differ := 0
	for _, file := range p.Files {
		performance, err := p.perform(ctx, file)
		if performance != nil && !p.Quiet {
			if err := performance.Print(env.out); err != nil {
				return err
			}
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		report := performance.Report()
		switch {
		case report == "", p.Storm != 0: // what may differ in a storm was looked at already
		case p.Update:
			faults = append(faults, writeBack(file, performance.Rewrite()))
		default:
			differ++
			fmt.Fprint(env.err, report)
		}
	}
	if differ > 0 {
		faults = append(faults, fmt.Errorf("%w: in %d of %d plays", errDiffers, differ, len(p.Files)))
	}
	return errors.Join(faults...)
}

func (p *playCommand) perform(ctx context.Context, file string) (*screenplay.Performance, error) {
	if p.Storm == 0 {
		return performFile(ctx, file, func(*screenplay.Play, *wholeStage) error { return nil })
	}
	calm, err := rehearse(ctx, file)
	if err != nil {
		return nil, err
	}
	after, err := calm.inStorm(ctx, p.Storm)
	return after.Performance, err
}

// openPlay reads a play of the demo practice.
func openPlay(file string) (*screenplay.Play, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return screenplay.Parse(filepath.Base(file), string(text), demopractice.Zone())
}

// performFile performs one play, and has a look at the stage after it. Where it
// breaks off, the performance is what was heard until then.
func performFile(ctx context.Context, file string, look func(*screenplay.Play, *wholeStage) error) (_ *screenplay.Performance, err error) {
	play, err := openPlay(file)
	if err != nil {
		return nil, err
	}
	stage, err := newWholeStage(ctx, play.Begins, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", play.File, err)
	}
	defer func() { err = firstOf(err, stage.stop()) }()
	performance, err := screenplay.Perform(ctx, play, stage)
	if err != nil {
		return performance, err
	}
	if alerts := stage.exchange.Alerts(); len(alerts) > 0 {
		return performance, fmt.Errorf("%s: the carrier would complain: %v", play.File, alerts)
	}
	return performance, look(play, stage)
}

// writeBack replaces a file as a whole, so that a crash leaves the old one.
func writeBack(file, text string) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, []byte(text), mode); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}
