package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/gin-gonic/gin"
)

// environment is what a command sees of the machine. Tests give their own.
type environment struct {
	lookup   func(string) (string, bool)
	in       io.Reader
	out, err io.Writer
	// alone says that the process is this command's, with all that it has but one of.
	alone bool
	// started is told the address, once a server listens; it may be nil.
	started func(address string)
}

// logger writes from a level on, to the standard error: what is printed is for
// people.
func (e *environment) logger(from slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(e.err, &slog.HandlerOptions{Level: from}))
}

// commands is the command line: one struct for each command, which holds its
// flags and runs it.
type commands struct {
	Demo     demoCommand     `cmd:"" help:"Everything on this machine: gateway, exchange, a practice with people in it. Prints what to open and dial."`
	Phone    phoneCommand    `cmd:"" help:"A telephone in the terminal, against the demo or one that it starts itself."`
	Play     playCommand     `cmd:"" help:"Run screenplays through the whole stack and print them."`
	Serve    serveCommand    `cmd:"" help:"The gateway: webhooks, workers, schedule."`
	Import   importCommand   `cmd:"" help:"Read people, clinics, slots and appointments from CSV files into the record."`
	Export   exportCommand   `cmd:"" help:"Write the record as FHIR R4 NDJSON, which import reads again."`
	Flows    flowsCommand    `cmd:"" help:"Prove the rules about every conversation, or draw them."`
	Tasks    tasksCommand    `cmd:"" help:"What staff have to do."`
	Outreach outreachCommand `cmd:"" help:"What would go out to whom at a time, and why, and what not."`
	Numbers  numbersCommand  `cmd:"" help:"Point the carrier's number at this gateway, and check that it still points there."`
	Token    tokenCommand    `cmd:"" help:"The tokens that let staff in at the JSON API."`
	Keys     keysCommand     `cmd:"" help:"The keys that seal the record."`
	Audit    auditCommand    `cmd:"" help:"Whether the ledgers of who did what are as they were written."`
	Load     loadCommand     `cmd:"" help:"Find out how fast a gateway on this machine is: many callers play screenplays."`
}

// exits carries an exit status out of the parser, which would end the program.
type exits int

// Exit statuses: what was asked failed; it was asked wrongly.
const (
	failed = 1
	misuse = 2
)

// run understands the command line and runs the command. It returns the exit
// status.
func run(ctx context.Context, env *environment, args []string) (status int) {
	defer func() {
		if v := recover(); v != nil {
			code, ok := v.(exits)
			if !ok {
				panic(v)
			}
			status = int(code)
		}
	}()
	gin.SetMode(gin.ReleaseMode) // else it writes its routes to where people read
	var cmds commands
	parser, err := kong.New(&cmds,
		kong.Name("landline"),
		kong.Description("Your health record, by any phone."),
		kong.Writers(env.out, env.err),
		kong.Exit(func(code int) { panic(exits(code)) }),
		kong.Resolvers(variables(env.lookup)),
		kong.ValueFormatter(namingVariable),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(env),
	)
	if err != nil {
		panic(err) // the structs above are wrong
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(env.err, "landline: %v (landline --help tells more)\n", err)
		return misuse
	}
	if err := chosen.Run(); err != nil {
		fmt.Fprintf(env.err, "landline: %v\n", err)
		if isConfig(err) {
			return misuse
		}
		return failed
	}
	return 0
}

// variable names the environment variable of a flag: --redis-url is
// LANDLINE_REDIS_URL.
func variable(flag string) string {
	return "LANDLINE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// variables finds flags that are not on the command line in the environment.
// A variable that is set to nothing counts as not set.
func variables(lookup func(string) (string, bool)) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if !isSetting(flag.Tag) {
			return nil, nil
		}
		if value, ok := lookup(variable(flag.Name)); ok && value != "" {
			return value, nil
		}
		return nil, nil
	})
}

// isSetting tells the configuration from the flags that belong to one command.
func isSetting(tag *kong.Tag) bool { return tag.Has("setting") }

// namingVariable adds to a flag's help from which variable it is read.
func namingVariable(value *kong.Value) string {
	help := kong.DefaultHelpValueFormatter(value)
	if value.Flag != nil && isSetting(value.Flag.Tag) {
		help = strings.TrimSpace(help) + " ($" + variable(value.Name) + ")"
	}
	return help
}
