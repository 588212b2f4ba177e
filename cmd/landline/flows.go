package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
)

// flowsCommand is "landline flows".
type flowsCommand struct {
	Check flowsCheckCommand `cmd:"" help:"Prove the rules about every conversation that there can be."`
	Draw  flowsDrawCommand  `cmd:"" help:"Draw each journey: Mermaid, DOT and, where Graphviz is installed, SVG."`
}

type flowsCheckCommand struct{}

// errRule says that a rule does not hold.
var errRule = errors.New("not every rule holds")

// Run walks every session and prints each rule with its verdict.
func (f *flowsCheckCommand) Run(env *environment) error {
	catalogue, err := prompts.Load()
	if err != nil {
		return err
	}
	book := journeys.Book()
	walk, err := flows.NewWalk(flows.NewEngine(book, catalogue, journeys.Samples{}.Practice()), journeys.Samples{})
	if err != nil {
		return err
	}
	states := 0
	for _, j := range book.Journeys {
		states += len(j.States)
	}
	fmt.Fprintf(env.out, "%d journeys, %d states, %d sessions, %d transitions\n\n",
		len(book.Journeys), states, len(walk.Sessions), walk.Turns)
	broken := 0
	for _, v := range walk.Check() {
		broken += printVerdict(env, v.Rule, v.Faults)
	}
	words := map[prompts.Rule][]string{}
	for _, fault := range catalogue.Check() {
		words[fault.Rule] = append(words[fault.Rule], fault.String())
	}
	for _, rule := range prompts.Rules() {
		broken += printVerdict(env, string(rule), words[rule])
	}
	if broken > 0 {
		return fmt.Errorf("%w: %d do not", errRule, broken)
	}
	return nil
}

// faultsShown is how many faults of a rule are printed.
const faultsShown = 10

// printVerdict prints a rule with its faults, and counts it if it has any.
func printVerdict(env *environment, rule string, faults []string) int {
	if len(faults) == 0 {
		fmt.Fprintf(env.out, "holds   %s\n", rule)
		return 0
	}
	fmt.Fprintf(env.out, "BROKEN  %s\n", rule)
	for i, fault := range faults {
		if i == faultsShown {
			fmt.Fprintf(env.out, "          and %d more\n", len(faults)-i)
			break
		}
		fmt.Fprintf(env.out, "          %s\n", fault)
	}
	return 1
}

type flowsDrawCommand struct {
	Into string `default:"." help:"The folder into which to draw."`
}

// Run draws every journey, a file for each and each way of drawing.
func (f *flowsDrawCommand) Run(ctx context.Context, env *environment) error {
	if err := os.MkdirAll(f.Into, 0o755); err != nil {
		return err
	}
	book := journeys.Book()
	for _, j := range book.Journeys {
		for _, as := range []struct {
			drawing flows.Drawing
			suffix  string
		}{{flows.Mermaid, ".mmd"}, {flows.DOT, ".dot"}} {
			var drawn bytes.Buffer
			if err := flows.Draw(&drawn, book, j.Name, as.drawing); err != nil {
				return err
			}
			path := filepath.Join(f.Into, string(j.Name)+as.suffix)
			if err := os.WriteFile(path, drawn.Bytes(), 0o644); err != nil {
				return err
			}
			fmt.Fprintln(env.out, path)
		}
		if err := f.vector(ctx, env, string(j.Name)); err != nil {
			return err
		}
	}
	return nil
}

// vector has Graphviz make an SVG of a journey, where it is installed.
func (f *flowsDrawCommand) vector(ctx context.Context, env *environment, journey string) error {
	dot, err := exec.LookPath("dot")
	if err != nil {
		return nil
	}
	path := filepath.Join(f.Into, journey)
	made := exec.CommandContext(ctx, dot, "-Tsvg", "-o", path+".svg", path+".dot")
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("have Graphviz draw %s: %w: %s", journey, err, out)
	}
	_, err = fmt.Fprintln(env.out, path+".svg")
	return err
}
