package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"landline/store"
	"landline/store/redisstore"
)

// longestReply is how long an answer may be, in characters: as much as can be
// read out in a prompt, or stand in a text with its choices.
const longestReply = 160

type tasksAnswerCommand struct {
	recordConfig
	Task string `arg:"" help:"The task."`
	By   string `required:"" help:"Who answers, as the person will hear it: Dr Sarah Owen."`
}

// Run keeps an answer. Its words come on standard input: nobody's process list
// shows them.
func (t *tasksAnswerCommand) Run(ctx context.Context, env *environment) error {
	read, err := io.ReadAll(io.LimitReader(env.in, 64<<10))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	words := strings.Join(strings.Fields(string(read)), " ")
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return errors.New("there is no answer on standard input")
	case n > longestReply:
		return fmt.Errorf("the answer has %d characters, and may have %d: it is read out", n, longestReply)
	}
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		if _, err := record.AnswerMessage(ctx, store.TaskID(t.Task), t.By, store.Words(words), time.Now().In(zone)); err != nil {
			return taskFault(err)
		}
		_, err := fmt.Fprintln(env.out, "Answered.")
		return err
	})
}

type tasksAudioCommand struct {
	recordConfig
	Task string `arg:"" help:"The task."`
	File string `arg:"" type:"path" help:"Where to write it."`
}

// Run writes a recording, for its owner's eyes alone.
func (t *tasksAudioCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, _ *time.Location) error {
		task, err := record.Task(ctx, store.TaskID(t.Task))
		if err != nil {
			return taskFault(err)
		}
		audio, err := record.Recorded(ctx, task.Subject, task.Message)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return errors.New("nothing was recorded of that, or it was not fetched yet")
		case err != nil:
			return fmt.Errorf("read a recording: %w", err)
		}
		return os.WriteFile(t.File, audio, 0o600)
	})
}
