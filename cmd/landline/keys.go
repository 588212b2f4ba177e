package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"landline/store/redisstore"
)

// keysCommand is "landline keys". How the commands follow one another stands in
// deploy/runbook.md.
type keysCommand struct {
	New    keysNewCommand    `cmd:"" help:"Write fresh keys to a new file. Keep a copy apart from the copies of Redis."`
	Rotate keysRotateCommand `cmd:"" help:"Seal with a new key from now on; what the older ones sealed still opens."`
	Reseal keysResealCommand `cmd:"" help:"Seal anew whatever an older key sealed, while calls go on. Cut short, it can be begun again."`
	Retire keysRetireCommand `cmd:"" help:"Take the older keys away, once nothing is sealed with them any more."`
}

type keysNewCommand struct {
	File string `arg:"" help:"The file to write; it must not be there yet."`
}

// Run writes fresh keys.
func (k *keysNewCommand) Run(env *environment) error {
	keys, err := redisstore.NewKeyset()
	if err != nil {
		return err
	}
	if err := keys.WriteKeyset(k.File); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.out, "Fresh keys are in %s. Whoever loses them loses the record: keep a copy, apart from the copies of Redis.\n", k.File)
	return err
}

type keysRotateCommand struct {
	KeysetFile string        `setting:"" help:"The keys that seal the record."`
	Add        bool          `help:"Only add the key, which opens and does not seal yet: for instances that have copies of the file."`
	Wait       time.Duration `default:"15s" help:"How long instances have to read the added key before it seals. They look every 5 s."`
}

// Run takes the two steps of a rotation. Between them every instance reads the
// key that is to come: so none ever meets a value that it cannot open.
func (k *keysRotateCommand) Run(ctx context.Context, env *environment) error {
	var c checking
	if c.given("keyset-file", k.KeysetFile) {
		recordConfig{KeysetFile: k.KeysetFile}.keys(&c)
	}
	if err := c.err(); err != nil {
		return err
	}
	if _, err := redisstore.ChangeKeyset(k.KeysetFile, redisstore.Keyset.Add); err != nil {
		return err
	}
	fmt.Fprintln(env.out, "A key is added. It opens, and does not seal yet.")
	if k.Add {
		return nil
	}
	if k.Wait > 0 {
		fmt.Fprintf(env.out, "Instances have %s to read it. Cut short, this command goes on where it was.\n", k.Wait)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(k.Wait):
	}
	if _, err := redisstore.ChangeKeyset(k.KeysetFile, redisstore.Keyset.Promote); err != nil {
		return err
	}
	_, err := fmt.Fprintln(env.out, "It seals from now on. Keep a copy of the file; then: landline keys reseal.")
	return err
}

type keysResealCommand struct{ recordConfig }

// Run seals everything anew, and tells what is left.
func (k *keysResealCommand) Run(ctx context.Context, env *environment) error {
	return withRecord(ctx, env, k.recordConfig, func(record *redisstore.Store, parts recordParts) error {
		if parts.keys.Older() == 0 {
			_, err := fmt.Fprintln(env.out, "There is no older key: nothing is sealed with one.")
			return err
		}
		var told time.Time
		done, err := record.Reseal(ctx, func(r redisstore.Resealing) {
			if time.Since(told) >= time.Second {
				told = time.Now()
				fmt.Fprintf(env.out, "%d keys looked at, %d values sealed anew\n", r.Keys, r.Resealed)
			}
		})
		if err != nil {
			return fmt.Errorf("seal anew (what was done stays; begin again): %w", err)
		}
		fmt.Fprintf(env.out, "%d keys looked at, %d values sealed anew, %d left.\n", done.Keys, done.Resealed, total(done.Left))
		if len(done.Left) > 0 {
			listLeft(env.out, done.Left)
			return errors.New("not everything could be sealed anew: see deploy/runbook.md")
		}
		_, err = fmt.Fprintln(env.out, "Nothing is sealed with an older key. Then: landline keys retire.")
		return err
	})
}

type keysRetireCommand struct {
	recordConfig
	EvenSo bool `help:"Even if something is sealed with an older key: it will never open again."`
}

// Run takes the older keys away, unless something would be lost.
func (k *keysRetireCommand) Run(ctx context.Context, env *environment) error {
	return withRecord(ctx, env, k.recordConfig, func(record *redisstore.Store, _ recordParts) error {
		retired := 0
		_, err := redisstore.ChangeKeyset(k.KeysetFile, func(keys redisstore.Keyset) (redisstore.Keyset, error) {
			// Those in the file now, which nobody else can change meanwhile.
			if retired = keys.Older(); retired == 0 {
				return keys, errors.New("there is no older key")
			}
			if err := record.UseKeyset(keys); err != nil {
				return keys, err
			}
			left, err := record.SealedByOlder(ctx)
			if err != nil {
				return keys, err
			}
			if len(left) > 0 && !k.EvenSo {
				listLeft(env.out, left)
				return keys, fmt.Errorf("an older key sealed %d values that are there still: landline keys reseal", total(left))
			}
			return keys.Retire()
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.out, "Older keys taken away: %d. Copies of Redis from before open only with a copy of the file from before.\n", retired)
		return err
	})
}

func total(left map[string]int) (n int) {
	for _, of := range left {
		n += of
	}
	return n
}

func listLeft(out io.Writer, left map[string]int) {
	for _, kind := range slices.Sorted(maps.Keys(left)) {
		fmt.Fprintf(out, "  %s%s %d\n", kind, strings.Repeat(" ", max(0, 24-len(kind))), left[kind])
	}
}
