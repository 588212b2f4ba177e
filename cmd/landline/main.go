// Command landline is Landline: a health gateway by voice and text. It reads
// its configuration, chooses the parts, starts them and stops them; see
// "landline --help" and the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	// A container may hold no time zones of its own.
	_ "time/tzdata"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, &environment{
		lookup: os.LookupEnv,
		in:     os.Stdin,
		out:    os.Stdout,
		err:    os.Stderr,
		alone:  true,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}
