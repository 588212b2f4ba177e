package main

import (
	"fmt"

	"landline/store/redisstore"
)

// keysCommand is "landline keys".
type keysCommand struct {
	New keysNewCommand `cmd:"" help:"Write fresh keys to a new file. Keep a copy apart from the copies of Redis."`
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
