// Package health tells whoever runs the gateway whether it lives (/healthz),
// whether it can serve (/readyz), and how it fares (/metrics). None of it tells
// anything about a person. Start with Handler.Routes.
package health

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Within is how long the store may take to show that it is there.
const Within = time.Second

// Pinger is something without which the gateway cannot serve.
type Pinger interface {
	Ping(context.Context) error
}

// Handler answers the three routes.
type Handler struct {
	store   Pinger
	metrics prometheus.Gatherer
	log     *slog.Logger
}

// New makes a Handler that asks the store and shows the metrics.
func New(store Pinger, metrics prometheus.Gatherer, log *slog.Logger) (*Handler, error) {
	if store == nil || metrics == nil || log == nil {
		return nil, errors.New("health: a part of the configuration is missing")
	}
	return &Handler{store: store, metrics: metrics, log: log}, nil
}

// Routes adds the routes.
func (h *Handler) Routes(r gin.IRoutes) {
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "alive\n") })
	r.GET("/readyz", h.ready)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(h.metrics, promhttp.HandlerOpts{})))
}

// ready says 503 while the store does not answer, takes no writes or has lost
// what it held. Callers still get an apology
// and a person then, so nothing has to be restarted for it.
func (h *Handler) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), Within)
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- h.store.Ping(ctx) }()
	var err error
	select {
	case err = <-answered:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		h.log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("error", err.Error()))
		c.String(http.StatusServiceUnavailable, "the store cannot serve\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}
