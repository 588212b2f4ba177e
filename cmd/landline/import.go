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
	"landline/store/fhirstore"
)

// importCommand is "landline import": the files go in whole or not at all.
type importCommand struct {
	recordConfig
	Quiet bool     `help:"Tell nobody what is new: a practice moves in."`
	Files []string `arg:"" name:"file" help:"CSV files, told apart by their header rows, and FHIR R4 Questionnaires in JSON (go doc landline/store/csvfile); FHIR R4 Bundles, and NDJSON."`
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
	now := time.Now().In(parts.zone)
	tables, bundles, err := sortFiles(i.Files)
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	read, err := readFiles(tables, csvfile.Options{Zone: parts.zone, PersonID: local.PersonID})
	if err != nil {
		return err
	}
	passed := addResources(&read.Batch, bundles, fhirstore.Taking{Zone: parts.zone, PersonID: local.PersonID, Now: now})
	read.Batch.Quiet = i.Quiet
	report, err := record.Import(ctx, read.Batch, now)
	if err != nil {
		return fmt.Errorf("nothing was imported:\n%w", read.Explain(err))
	}
	if err := printReport(env, read.Batch, report); err != nil {
		return err
	}
	return printPassed(env, passed)
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
