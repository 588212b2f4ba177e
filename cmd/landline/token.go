package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"landline/store"
	"landline/store/redisstore"
)

// tokenCommand is "landline token".
type tokenCommand struct {
	Issue  tokenIssueCommand  `cmd:"" help:"Make a token for a member of staff. It is shown once."`
	List   tokenListCommand   `cmd:"" default:"1" help:"Who has a token, and until when."`
	Revoke tokenRevokeCommand `cmd:"" help:"End a token, at once."`
}

type tokenIssueCommand struct {
	recordConfig
	Name string `arg:"" help:"Whose it is, as people know them: Dr Sarah Owen."`
	Role string `required:"" help:"As what they work: reception, clinician or administrator."`
	Days int    `default:"90" help:"For how many days; at most 366."`
}

// longestToken is for how many days a token may be.
const longestToken = 366

// Run makes a token. Its secret goes to the standard output alone, so that it can
// be kept where it belongs and nowhere else.
func (t *tokenIssueCommand) Run(ctx context.Context, env *environment) error {
	name := strings.Join(strings.Fields(t.Name), " ")
	switch {
	case name == "" || len(name) > 80:
		return errors.New("want a name of 1 to 80 letters")
	case !slices.Contains(store.Roles(), store.Role(t.Role)):
		return errors.New("want --role reception, clinician or administrator")
	case t.Days < 1 || t.Days > longestToken:
		return fmt.Errorf("want --days 1 to %d", longestToken)
	}
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		now := time.Now().In(zone)
		token, secret, err := record.IssueToken(ctx, name, store.Role(t.Role), now.AddDate(0, 0, t.Days), now)
		if err != nil {
			return fmt.Errorf("issue a token: %w", err)
		}
		fmt.Fprintf(env.err, "%s, %s, until %s. It is shown this once; to end it: landline token revoke %s\n",
			token.Name, token.Role, token.Expires.Format("2 January 2006"), token.ID)
		_, err = fmt.Fprintln(env.out, secret)
		return err
	})
}

type tokenListCommand struct{ recordConfig }

// Run lists all tokens.
func (t *tokenListCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		all, err := record.ListTokens(ctx)
		if err != nil {
			return fmt.Errorf("list the tokens: %w", err)
		}
		w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
		for _, token := range all {
			state := "until " + token.Expires.Format("2 January 2006")
			switch {
			case !token.Revoked.IsZero():
				state = "revoked " + token.Revoked.Format("2 January 2006")
			case !token.Holds(time.Now()):
				state = "expired " + token.Expires.Format("2 January 2006")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", token.ID, token.Name, token.Role, state)
		}
		if len(all) == 0 {
			fmt.Fprintln(w, "There are no tokens.")
		}
		return w.Flush()
	})
}

type tokenRevokeCommand struct {
	recordConfig
	ID string `arg:"" help:"The token's id, as landline token list shows it."`
}

// Run ends a token.
func (t *tokenRevokeCommand) Run(ctx context.Context, env *environment) error {
	return withTasks(ctx, env, t.recordConfig, func(record *redisstore.Store, zone *time.Location) error {
		err := record.RevokeToken(ctx, store.StaffID(t.ID), time.Now().In(zone))
		if errors.Is(err, store.ErrNotFound) {
			return errors.New("there is no such token: give its id, not the token itself")
		}
		if err != nil {
			return fmt.Errorf("revoke a token: %w", err)
		}
		_, err = fmt.Fprintln(env.out, "Revoked.")
		return err
	})
}
