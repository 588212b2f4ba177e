package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"landline/store"
	"landline/store/redisstore"
)

// outreachCommand is "landline outreach": what would go to whom, before it does.
// It shows ids, and no names or numbers.
type outreachCommand struct {
	recordConfig
	At     string `help:"When, by the practice's clock: 2026-03-29T09:00. Now, if it is left out."`
	DryRun bool   `required:"" help:"Only say what would be done."`
}

// Run prints what would be done about each notice that is due then, and why.
func (o *outreachCommand) Run(ctx context.Context, env *environment) error {
	return withRecord(ctx, env, o.recordConfig, func(record *redisstore.Store, parts recordParts) error {
		at := time.Now().In(parts.zone)
		if o.At != "" {
			var err error
			if at, err = time.ParseInLocation("2006-01-02T15:04", o.At, parts.zone); err != nil {
				return errors.New("the time is to be like 2026-03-29T09:00")
			}
		}
		log := env.logger(slog.LevelWarn)
		before, err := recordOn(record, parts, log)
		if err != nil {
			return err
		}
		g, err := newGateway(ctx, gatewayParts{
			store: record, record: before, publicURL: "https://localhost", tokens: []string{"none"}, zone: parts.zone, carrier: noCarrier{},
			now: func() time.Time { return at }, log: log, metrics: newMetrics(),
		})
		if err != nil {
			return err
		}
		due, err := g.desk.Preview(ctx, at)
		if err != nil {
			return fmt.Errorf("look at what is due: %w", err)
		}
		w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
		for _, p := range due {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Notice.Kind, p.Notice.Person, saidOf(p.Step), p.Step.Why)
		}
		if len(due) == 0 {
			fmt.Fprintln(w, "Nothing is due then.")
		}
		return w.Flush()
	})
}

// saidOf is a step in a word or two.
func saidOf(s store.NoticeStep) string {
	switch s.Do {
	case store.Tell:
		return "by " + string(s.Rung)
	case store.Postpone:
		return "not before " + s.Until.Format("Mon 2 Jan 15:04")
	case store.HandToDesk:
		return "a task for staff"
	case store.FindOut:
		return "ask the carrier"
	}
	return "nothing more"
}
