package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"landline/store"
	"landline/store/questionnaire"
	"landline/store/redisstore"
)

type tasksResponseCommand struct {
	recordConfig
	Task  string `arg:"" help:"The task."`
	File  string `arg:"" type:"path" help:"Where to write the answers."`
	Audio string `type:"path" help:"A folder for what was recorded, a WAV file each, named as in the answers."`
}

// Run writes answers, for their owner's eyes alone.
func (t *tasksResponseCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, _ *time.Location) error {
		task, err := record.Task(ctx, store.TaskID(t.Task))
		if err != nil {
			return taskFault(err)
		}
		if task.Ask == "" {
			return errors.New("that task is not about answers")
		}
		response, err := record.Response(ctx, task.Subject, task.Ask)
		if err != nil {
			return fmt.Errorf("read answers: %w", err)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, response, "", "  "); err != nil {
			return fmt.Errorf("write answers: %w", err)
		}
		if err := os.WriteFile(t.File, append(pretty.Bytes(), '\n'), 0o600); err != nil {
			return err
		}
		if t.Audio == "" {
			return nil
		}
		return writeRecordings(ctx, record, task.Subject, response, t.Audio)
	})
}

// writeRecordings writes what was recorded of the answers, and tells what is not
// there yet.
func writeRecordings(ctx context.Context, record *redisstore.Store, p store.PersonID, response []byte, folder string) error {
	names, err := questionnaire.Recordings(response)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		audio, err := record.Recorded(ctx, p, store.MessageID(name))
		switch {
		case errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("the recording %s was not fetched yet", name)
		case err != nil:
			return fmt.Errorf("read a recording: %w", err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".wav"), audio, 0o600); err != nil {
			return err
		}
	}
	return nil
}
