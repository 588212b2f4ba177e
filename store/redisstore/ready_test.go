package redisstore

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// What the Redis client has to say is one line of the log, if much is logged.
func TestClientLog(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level]int{slog.LevelDebug: 1, slog.LevelInfo: 0} {
		var log bytes.Buffer
		l := clientLog{slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: level}))}
		l.Printf(t.Context(), "new master=%q\naddr=%q", "landline", "127.0.0.1:1")
		if got := strings.Count(log.String(), "\n"); got != want {
			t.Errorf("from %v on: %s", level, &log)
		}
	}
}
