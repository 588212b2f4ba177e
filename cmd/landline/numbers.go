package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"landline/handlers/twilio"
	"landline/store"
)

// numbersCommand is "landline numbers": it points the number at the gateway, or
// checks that it still points there. It shows a number by its last digits.
type numbersCommand struct {
	carrierConfig
	addressConfig
	Apply bool `xor:"do" help:"Change it without asking."`
	Check bool `xor:"do" help:"Change nothing; the exit status is 1 unless it all points here."`
}

var errPointsElsewhere = errors.New("the carrier does not ask this gateway (landline numbers mends it)")

// Run shows what the carrier asks about our number and what it would be, and
// changes it for --apply or a yes.
func (n *numbersCommand) Run(ctx context.Context, env *environment) error {
	var c checking
	carrier, links := n.carrierConfig.check(&c), n.addressConfig.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	client, err := twilio.NewClient(carrier.api(nil))
	if err != nil {
		return err
	}
	held, err := client.HeldNumber(ctx, carrier.number)
	if errors.Is(err, twilio.ErrNotFound) {
		return fmt.Errorf("the account has no number that ends in %s", ending(carrier.number))
	} else if err != nil {
		return fmt.Errorf("ask the carrier about the number: %w", err)
	}
	wanted := links.Hooks()
	if by := held.VoiceBy + held.SMSBy; by != "" {
		return fmt.Errorf("what comes to the number goes to %s at the carrier, whatever addresses stand beside it: take that away first", by)
	}
	if held.Hooks == wanted {
		_, err := fmt.Fprintf(env.out, "The number that ends in %s points here.\n", ending(held.Number))
		return err
	}
	fmt.Fprintf(env.out, "The number that ends in %s would change:\n%s", ending(held.Number), differences(held.Hooks, wanted))
	if n.Check {
		return errPointsElsewhere
	}
	if !n.Apply && !agreed(env, "Change it? Type yes: ") {
		_, err := fmt.Fprintln(env.out, "Nothing was changed.")
		return err
	}
	if held, err = client.PointNumber(ctx, held.SID, wanted); err != nil {
		return fmt.Errorf("point the number: %w", err)
	}
	if held.Hooks != wanted {
		return fmt.Errorf("the carrier took it, and has something else:\n%s", differences(held.Hooks, wanted))
	}
	_, err = fmt.Fprintln(env.out, "It points here now.")
	return err
}

// ending is enough of a number for an operator to know it by.
func ending(n store.Number) string { return n.E164()[max(0, len(n.E164())-4):] }

// differences lists what differs.
func differences(is, wanted twilio.NumberHooks) string {
	var b strings.Builder
	var now []twilio.NumberHook
	for _, h := range is.Each() {
		now = append(now, h)
	}
	i := 0
	for when, h := range wanted.Each() {
		if now[i] != h {
			fmt.Fprintf(&b, "  %s\n    is      %s\n    will be %s\n", when, now[i], h)
		}
		i++
	}
	return b.String()
}

// agreed asks, and reports whether the answer is yes.
func agreed(env *environment, question string) bool {
	fmt.Fprint(env.out, question)
	answer, _ := bufio.NewReader(env.in).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "yes")
}
