package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"landline/store/redisstore"
)

// keysEvery is how often an instance looks whether its keyset file changed. It
// is the clock, not a signal, because it is the same on every machine, and
// because a secret that is mounted into a container changes by itself.
const keysEvery = 5 * time.Second

// keysWatch has a record use the keys of a file as they change: see "landline
// keys rotate".
type keysWatch struct {
	file   string
	record *redisstore.Store
	log    *slog.Logger
	seen   fs.FileInfo
	fault  string
}

// run looks until ctx is done.
func (w *keysWatch) run(ctx context.Context) {
	ticker := time.NewTicker(keysEvery)
	defer ticker.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look uses the file's keys if it is another than the one seen last. One that
// cannot be read is told, once, and those in use stay.
func (w *keysWatch) look(ctx context.Context) {
	is, err := os.Stat(w.file)
	if err == nil {
		was := w.seen
		if was != nil && os.SameFile(is, was) && is.ModTime().Equal(was.ModTime()) && is.Size() == was.Size() && is.Mode() == was.Mode() {
			return
		}
		var keys redisstore.Keyset
		if keys, err = redisstore.ReadKeyset(w.file); err == nil {
			err = w.record.UseKeyset(keys)
		}
		if err == nil {
			w.seen, w.fault = is, ""
			if was != nil {
				w.log.LogAttrs(ctx, slog.LevelInfo, "the keyset file was read again")
			}
			return
		}
	}
	if err.Error() != w.fault {
		w.fault = err.Error()
		w.log.LogAttrs(ctx, slog.LevelError, "the keyset file cannot be read again; the keys in use stay", slog.Any("error", err))
	}
}
