package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"landline/handlers/exchange"
	"landline/store"
	"landline/store/csvfile"
	"landline/store/redisstore"
)

// tasksCommand is "landline tasks". What it prints is for staff: it shows the
// numbers of those who are to be rung.
type tasksCommand struct {
	List     tasksListCommand     `cmd:"" default:"1" help:"List what is open: the urgent first, and among each the oldest."`
	Claim    tasksClaimCommand    `cmd:"" help:"Take a task."`
	Done     tasksDoneCommand     `cmd:"" help:"Close a task."`
	Answer   tasksAnswerCommand   `cmd:"" help:"Answer a message, in the words that come on standard input, and close its task."`
	Audio    tasksAudioCommand    `cmd:"" help:"Write what was recorded of a spoken message to a WAV file."`
	Letter   tasksLetterCommand   `cmd:"" help:"Write a letter, as a PDF in large print, to somebody whom nothing reached."`
	Response tasksResponseCommand `cmd:"" help:"Write the answers that a task is about, as a FHIR QuestionnaireResponse."`
	Unlock   tasksUnlockCommand   `cmd:"" help:"Let somebody try again who has to wait after wrong answers. Make sure who they are first."`
}

// maxTasksShown is how many are listed at a time.
const maxTasksShown = 100

type tasksListCommand struct{ recordConfig }

// Run lists the open tasks, all of them.
func (t *tasksListCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, _ *time.Location) error {
		var after store.TaskCursor
		for n := 0; ; {
			page, err := record.Tasks(ctx, after, maxTasksShown)
			if err != nil {
				return fmt.Errorf("list the tasks: %w", err)
			}
			for _, task := range page {
				sheet, err := sheetOf(ctx, record, task)
				if err != nil {
					return err
				}
				fmt.Fprint(env.out, sheet)
				after = store.BehindTask(task)
			}
			if n += len(page); len(page) < maxTasksShown {
				if n == 0 {
					fmt.Fprintln(env.out, "There is nothing to do.")
				}
				return nil
			}
		}
	})
}

type tasksClaimCommand struct {
	recordConfig
	Task string `arg:"" help:"The task."`
	By   string `help:"Who takes it; you, if it is left out."`
}

// Run gives a task to a member of staff.
func (t *tasksClaimCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		task, err := record.ClaimTask(ctx, store.TaskID(t.Task), staffName(t.By), time.Now().In(zone))
		if err != nil {
			return taskFault(err)
		}
		sheet, err := sheetOf(ctx, record, task)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(env.out, sheet)
		return err
	})
}

type tasksDoneCommand struct {
	recordConfig
	Task string `arg:"" help:"The task."`
	By   string `help:"Who did it; you, if it is left out."`
}

// Run closes a task.
func (t *tasksDoneCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		if _, err := record.CloseTask(ctx, store.TaskID(t.Task), staffName(t.By), time.Now().In(zone)); err != nil {
			return taskFault(err)
		}
		_, err := fmt.Fprintln(env.out, "Done.")
		return err
	})
}

type tasksUnlockCommand struct {
	recordConfig
	Person string `arg:"" help:"The person, by the id that they have in people.csv."`
}

// Run ends the waits of a person, and tells staff whose they were.
func (t *tasksUnlockCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, _ *time.Location) error {
		p, err := imported(ctx, record, t.Person)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return errors.New("there is nobody in the record with that id in people.csv")
		case err != nil:
			return fmt.Errorf("read who is to be let in: %w", err)
		}
		if err := record.ClearWaits(ctx, p.ID); err != nil {
			return fmt.Errorf("end the waits: %w", err)
		}
		_, err = fmt.Fprintf(env.out, "%s, may try again at once.\n", personLine(p))
		return err
	})
}

// imported is the person whom the practice calls by an id of its own: under a
// keyed name, as "landline import" gives it, or, in a demo, under an open one.
func imported(ctx context.Context, record *redisstore.Store, own string) (store.Person, error) {
	p, err := record.Person(ctx, record.PersonID(own))
	if errors.Is(err, store.ErrNotFound) {
		return record.Person(ctx, csvfile.OpaqueID(own))
	}
	return p, err
}

// withTasks opens the record for one command.
func withTasks(ctx context.Context, env *environment, config recordConfig, do func(*redisstore.Store, *time.Location) error) error {
	return withRecord(ctx, env, config, func(record *redisstore.Store, parts recordParts) error {
		return do(record, parts.zone)
	})
}

// taskFault says what staff can do about an error.
func taskFault(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errors.New("there is no such task open")
	case errors.Is(err, store.ErrConflict):
		return errors.New("somebody else has that task")
	}
	return err
}

// staffName is who works on a task.
func staffName(given string) string {
	if given != "" {
		return given
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "staff"
}

var taskTitles = map[store.TaskKind]string{
	store.UrgentAlert:   "URGENT, spoke of a danger to life: ring",
	store.CallBack:      "Call back",
	store.WriteBack:     "Can only text, so write to",
	store.CheckOutcome:  "Check what became of a change, and tell",
	store.RingOptedOut:  "Texts are stopped, so ring",
	store.RingTooMany:   "Texts very often and is not answered for now, so ring",
	store.AnswerMessage: "A message to answer, from",
	store.SevereReading: "A reading needs a look: ring",
	store.UrgentReading: "URGENT, was told to ring 111 or 999 upon a reading: ring",
	store.Duress:        "URGENT, gave the duress PIN, so is not safe: do not ring back, follow your safeguarding plan. From",
	store.UrgentAnswer:  "URGENT, an answer speaks of a danger: ring",
	store.ReadAnswers:   "Answers to read, from",
	store.EnrolCarer:    "Agreed to act for somebody, so find out who it is and give them a PIN:",
	store.OverdueTest:   "A test result is late: find out, and tell",
	store.Unreached:     "Nothing reached them: ring or write to",
}

var partsOfDay = map[store.PartOfDay]string{store.Morning: "in the morning", store.Afternoon: "in the afternoon"}

var languageNames = map[store.Language]string{"cy": "Welsh"}

// subjects are what the caller was doing, by journey; nothing at the main menu.
var subjects = map[string]string{
	"booking": "booking an appointment", "appointments": "their appointments",
	"identify": "showing who they are", "carer": "acting for somebody else", "readings": "what they measured", "mycarers": "who may act for them",
}

// taskLine is a task in one line: what, whom, when, about what.
func taskLine(t store.Task) string {
	title := taskTitles[t.Kind]
	if title == "" {
		title = string(t.Kind)
	}
	number := "(number not known)"
	if t.Number.Known() {
		number = exchange.National(t.Number.E164())
	}
	parts := []string{title + " " + number}
	if t.UnderDuress {
		parts[0] = "UNDER DURESS (what is asked may not be wanted): " + parts[0]
	}
	if when := partsOfDay[t.When]; when != "" {
		parts = append(parts, when)
	}
	if t.Ask != "" {
		parts = append(parts, strings.Join(t.Trail, "; "))
	} else if about := subjects[t.About]; about != "" {
		parts = append(parts, "about "+about)
	}
	if name := languageNames[t.Language]; name != "" {
		parts = append(parts, "in "+name)
	}
	return strings.Join(parts, ", ") + "."
}

// how surely a level says who asked.
var proofs = map[store.Level]string{
	store.Unproved:   "who rang is not proved",
	store.ByBirthday: "proved by number and date of birth",
	store.ByPIN:      "proved by PIN",
}

// sheetOf reads who is concerned, and writes the sheet.
func sheetOf(ctx context.Context, record store.Record, t store.Task) (string, error) {
	names := map[store.PersonID]string{}
	for _, id := range []store.PersonID{t.Actor, t.Subject} {
		if id == "" || names[id] != "" {
			continue
		}
		p, err := record.Person(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			names[id] = "somebody who is no longer here"
		case err != nil:
			return "", fmt.Errorf("read whom the task %s concerns: %w", t.ID, err)
		default:
			names[id] = personLine(p)
		}
	}
	wishes, err := record.Settings(ctx, t.Subject)
	if err != nil {
		return "", fmt.Errorf("read what whom the task %s concerns chose: %w", t.ID, err)
	}
	return taskSheet(t, names) + wishLines(wishes), nil
}

// settingNames tell staff which setting it is.
var settingNames = map[store.Setting]string{
	store.ReachBy: "reach them by", store.ReachHours: "when", store.Voicemail: "leave a machine", store.TextRelay: "their calls come by",
	store.InFormat: "inform them in", store.Professional: "have there", store.Aids: "needs", store.Listening: "be careful",
}

// wishLines tell staff what somebody chose: whom they ring, write to or see must
// be met as they need it.
func wishLines(p store.Preferences) string {
	var b strings.Builder
	for _, s := range store.Settings() {
		if p.Chosen(s) {
			fmt.Fprintf(&b, "    * %s: %s\n", settingNames[s], strings.ReplaceAll(string(p.Of(s)), "-", " "))
		}
	}
	if p.Chosen(store.TextRelay) {
		b.WriteString("    * dial 18002 before their number\n")
	}
	return b.String()
}

// personLine tells staff who somebody is.
func personLine(p store.Person) string {
	line := fmt.Sprintf("%s %s, born %s", p.Given.Reveal(), p.Family.Reveal(),
		p.Born.Day().Start(time.UTC).Format("2 January 2006"))
	if p.TextOnly {
		line += " (can only text: write, do not ring)"
	}
	return line
}

// taskSheet is a task with all that staff need, so that nothing is asked twice.
func taskSheet(t store.Task, names map[store.PersonID]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", t.ID, taskLine(t))
	fmt.Fprintf(&b, "    since %s; %s", t.Opened.Format("Mon 2 Jan 15:04"), proofs[t.Level])
	if t.Claimed != "" {
		fmt.Fprintf(&b, "; %s has it", t.Claimed)
	}
	b.WriteString("\n")
	who, other := names[t.Actor], names[t.Subject]
	if t.Subject != t.Actor && other != "" {
		who = strings.TrimPrefix(who+", on behalf of "+other, ", ")
	}
	if who != "" {
		b.WriteString("    " + who + "\n")
	}
	if t.Words != "" {
		fmt.Fprintf(&b, "    %q\n", t.Words.Reveal())
	} else if t.Message != "" {
		fmt.Fprintf(&b, "    spoken: landline tasks audio %s FILE\n", t.ID)
	}
	if t.Notice != "" {
		fmt.Fprintf(&b, "    by letter: landline tasks letter %s > letter.pdf\n", t.ID)
	}
	if t.Ask != "" {
		fmt.Fprintf(&b, "    as FHIR: landline tasks response %s FILE\n", t.ID)
	}
	for _, step := range t.Trail {
		fmt.Fprintf(&b, "    - %s\n", step)
	}
	return b.String()
}
