package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"landline/flows"
	"landline/flows/journeys"
	"landline/handlers/outreach"
	"landline/prompts"
	"landline/store"
	"landline/store/redisstore"
)

type tasksLetterCommand struct {
	recordConfig
	Task string `arg:"" help:"The task."`
}

// Run writes a letter to somebody whom nothing reached, as a PDF, to standard
// output.
func (t *tasksLetterCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		task, err := record.Task(ctx, store.TaskID(t.Task))
		if err != nil {
			return taskFault(err)
		}
		now := time.Now().In(zone)
		lang, paragraphs, err := letterOf(ctx, record, task, now)
		if err != nil {
			return err
		}
		return outreach.WriteLetter(env.out, lang, now, paragraphs)
	})
}

// letters writes a letter as a PDF to whom a task is about: store.ErrNotFound if
// there is nothing to write.
func letters(record *redisstore.Store) func(context.Context, store.Task, time.Time) ([]byte, error) {
	return func(ctx context.Context, t store.Task, now time.Time) ([]byte, error) {
		lang, paragraphs, err := letterOf(ctx, record, t, now)
		switch {
		case errors.Is(err, errNoLetter), errors.Is(err, errLetterLate):
			return nil, store.ErrNotFound
		case err != nil:
			return nil, err
		}
		var out bytes.Buffer
		err = outreach.WriteLetter(&out, lang, now, paragraphs)
		return out.Bytes(), err
	}
}

// errNoLetter says that a task is not about reaching somebody.
var errNoLetter = errors.New("there is nothing to write to anybody about that task")

// errLetterLate says that what was to be told is over.
var errLetterLate = errors.New("the appointment is not there any more: there is nothing to write")

// letterOf is what to write to whom a task is about, in their language.
func letterOf(ctx context.Context, record *redisstore.Store, task store.Task, now time.Time) (prompts.Language, []string, error) {
	if task.Notice == "" {
		return "", nil, errNoLetter
	}
	kept, err := record.OpenNotice(ctx, task.Notice)
	if err != nil {
		return "", nil, fmt.Errorf("read what they were to be told: %w", err)
	}
	person, err := record.Person(ctx, kept.Person)
	if err != nil {
		return "", nil, fmt.Errorf("read whom to write to: %w", err)
	}
	out := flows.Outgoing{Notice: kept.ID, Kind: kept.Kind, Person: person.ID, Given: person.Given, Change: kept.Change}
	switch {
	case kept.Lost != nil:
		out.Appointment = *kept.Lost
	case kept.Appointment != "":
		if out.Appointment, err = record.Appointment(ctx, kept.Person, kept.Appointment); errors.Is(err, store.ErrNotFound) {
			return "", nil, errLetterLate
		} else if err != nil {
			return "", nil, fmt.Errorf("read the appointment: %w", err)
		}
	}
	practice, err := record.Practice(ctx)
	if err != nil {
		return "", nil, fmt.Errorf("read the practice: %w", err)
	}
	words, err := prompts.Load()
	if err != nil {
		return "", nil, err
	}
	lang := prompts.English
	if person.Language != "" {
		lang = prompts.Language(person.Language)
	}
	var paragraphs []string
	for _, line := range journeys.Letter(out, practice, lang, now) {
		p, err := words.Render(lang, prompts.Written, line)
		if err != nil {
			return "", nil, err
		}
		paragraphs = append(paragraphs, p)
	}
	return lang, paragraphs, nil
}
