package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"landline/store"
	"landline/store/csvfile"
)

// importCommand is "landline import": the files go in whole or not at all.
type importCommand struct {
	recordConfig
	Quiet bool     `help:"Tell nobody what is new: a practice moves in."`
	Files []string `arg:"" name:"file" help:"CSV files, told apart by their header rows, and FHIR R4 Questionnaires in JSON (go doc landline/store/csvfile)."`
}

// Run reads the files and hands them to the record.
func (i *importCommand) Run(ctx context.Context, env *environment) (err error) {
	var c checking
	parts := i.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	var a app
	defer func() { err = firstOf(err, a.stop()) }()
	log := env.logger(slog.LevelInfo)
	local, err := openRecord(ctx, &a, parts, log)
	if err != nil {
		return err
	}
	record, err := recordOn(local, parts, log)
	if err != nil {
		return err
	}
	read, err := readFiles(i.Files, csvfile.Options{Zone: parts.zone, PersonID: local.PersonID})
	if err != nil {
		return err
	}
	read.Batch.Quiet = i.Quiet
	report, err := record.Import(ctx, read.Batch, time.Now().In(parts.zone))
	if err != nil {
		return fmt.Errorf("nothing was imported:\n%w", read.Explain(err))
	}
	return printReport(env, read.Batch, report)
}

func readFiles(names []string, o csvfile.Options) (*csvfile.Files, error) {
	var files []csvfile.File
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("nothing was imported: %w", err)
		}
		defer f.Close()
		files = append(files, csvfile.File{Name: filepath.Base(name), Data: f})
	}
	read, err := csvfile.Read(o, files...)
	if err != nil {
		return nil, fmt.Errorf("nothing was imported:\n%w", err)
	}
	return read, nil
}

func printReport(env *environment, b store.Batch, r store.ImportReport) error {
	_, err := fmt.Fprintf(env.out, "%d people, %d grants, %d clinics, %d slots, %d appointments, %d questionnaires, asked %d times: %d new, %d changed, %d as they were.\n",
		len(b.People), len(b.Grants), len(b.Clinics), len(b.Slots), len(b.Appointments), len(b.Questionnaires), len(b.Asks), r.New, r.Changed, r.Same)
	return err
}

// firstOf is the error that came first.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
