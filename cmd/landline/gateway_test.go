package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// A fault on a route that does not mind it itself is answered and logged, by
// the router that serves, without what it said.
func TestTheRouterMindsPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	g := &gateway{gatewayParts: gatewayParts{
		log: slog.New(slog.NewTextHandler(&log, nil)), metrics: prometheus.NewRegistry(),
	}}
	r, err := g.router(false)
	if err != nil {
		t.Fatal(err)
	}
	r.GET("/fault", func(*gin.Context) { panic("about Mary Jones") })
	for path, want := range map[string]int{"/fault": http.StatusInternalServerError, "/fault/": http.StatusNotFound} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if !strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "Mary") {
		t.Error("logged", log.String())
	}
}
