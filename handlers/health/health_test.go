package health_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"landline/handlers/health"
)

type ping func(context.Context) error

func (p ping) Ping(ctx context.Context) error { return p(ctx) }

// ask asks a gateway whose store answers as told.
func ask(t *testing.T, path string, p ping) (int, string) {
	t.Helper()
	registry := prometheus.NewRegistry()
	turns := prometheus.NewCounter(prometheus.CounterOpts{Name: "landline_test_total", Help: "Of this test."})
	registry.MustRegister(turns)
	turns.Inc()
	h, err := health.New(p, registry, slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	h.Routes(r)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestAliveWhateverTheStoreDoes(t *testing.T) {
	code, _ := ask(t, "/healthz", func(context.Context) error { return errors.New("away") })
	if code != http.StatusOK {
		t.Errorf("status %d", code)
	}
}

func TestReadyOnlyWithTheStore(t *testing.T) {
	for name, c := range map[string]struct {
		ping ping
		want int
	}{
		"there": {func(context.Context) error { return nil }, http.StatusOK},
		"away":  {func(context.Context) error { return errors.New("away") }, http.StatusServiceUnavailable},
		"slow":  {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, http.StatusServiceUnavailable},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			if code, _ := ask(t, "/readyz", c.ping); code != c.want || time.Since(began) > health.Within {
				t.Errorf("%s: status %d after %v", name, code, time.Since(began))
			}
		})
	}
}

// A store that does not mind the time does not keep the answer.
func TestReadyWithAStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan bool)
		if code, _ := ask(t, "/readyz", func(context.Context) error { <-hang; return nil }); code != http.StatusServiceUnavailable {
			t.Errorf("status %d", code)
		}
		close(hang)
		synctest.Wait()
	})
}

func TestMetrics(t *testing.T) {
	code, body := ask(t, "/metrics", func(context.Context) error { return nil })
	if code != http.StatusOK || !strings.Contains(body, "landline_test_total 1") {
		t.Errorf("status %d: %s", code, body)
	}
}

func TestEveryPartIsNeeded(t *testing.T) {
	if _, err := health.New(nil, nil, nil); err == nil {
		t.Error("no error")
	}
}
