package main

import (
	"context"
	"log/slog"

	"landline/handlers/exchange"
	"landline/handlers/exchange/terminal"
)

// phoneCommand is "landline phone".
type phoneCommand struct {
	URL string `name:"url" help:"The demo whose telephones to hold; without it, one is started for this telephone alone."`
}

// Run holds a telephone until it is put away.
func (p *phoneCommand) Run(ctx context.Context, env *environment) (err error) {
	url := p.URL
	if url == "" {
		var a app
		defer func() { err = firstOf(err, a.stop()) }()
		own := demoCommand{
			recordConfig: recordConfig{Record: "redis", Timezone: "Europe/London"},
			webConfig:    webConfig{Listen: "127.0.0.1:0"},
			limitsConfig: noLimits,
		}
		started, _, err := own.start(ctx, &a, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		url = "http://" + started.address
	}
	return terminal.Run(ctx, exchange.NewClient(url, nil), env.in, env.out)
}
