package main

import (
	"context"
	"errors"
	"fmt"

	"landline/store/redisstore"
)

// auditCommand is "landline audit".
type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Find every entry of the ledgers that was changed, removed or moved, while calls go on."`
}

type auditVerifyCommand struct{ recordConfig }

// errAudit says that a ledger is not as it was written.
var errAudit = errors.New("not every ledger is as it was written: see deploy/runbook.md")

// Run reads every ledger and lists each fault.
func (a *auditVerifyCommand) Run(ctx context.Context, env *environment) error {
	return withRecord(ctx, env, a.recordConfig, func(record *redisstore.Store, _ recordParts) error {
		faults := 0
		done, err := record.Audit(ctx, func(f redisstore.LedgerFault) {
			faults++
			fmt.Fprintf(env.out, "ledger %s, entry %d: %s\n", f.Ledger, f.Number, f.What)
		})
		if err != nil {
			return fmt.Errorf("read the ledgers: %w", err)
		}
		fmt.Fprintf(env.out, "%d ledgers with %d entries were checked; faults: %d.\n", done.Ledgers, done.Entries, faults)
		if faults > 0 {
			return errAudit
		}
		return nil
	})
}
