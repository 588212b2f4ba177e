package storetest

import (
	"errors"
	"strings"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// An import brings settings where nobody has chosen yet, and where what stands is what an
// import brought. The same file twice changes nothing; what they choose themselves stands.
func settingsImported(w *world) {
	row := func(p store.PersonID, s store.Setting, o store.Option) store.SettingRow {
		return store.SettingRow{Person: p, Setting: s, Option: o}
	}
	brings := func(want store.ImportReport, rows ...store.SettingRow) {
		w.Helper()
		if got, err := w.Record.Import(w.ctx, store.Batch{Settings: rows}, w.now); err != nil || got != want {
			w.Errorf("%v: %+v, %v, want %+v", rows, got, err, want)
		}
	}
	stands := func(p store.PersonID, want store.Preferences) {
		w.Helper()
		got, err := w.Record.Settings(w.ctx, p)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			w.Error(diff, err)
		}
	}
	file := []store.SettingRow{
		row(Mary, store.ReachBy, store.ByLetter), row(Mary, store.Voicemail, store.LeaveNameNumber),
		row(Mary, store.Listening, store.SomebodyListens), row(Mary, store.InFormat, store.UsualFormat),
	}
	brings(store.ImportReport{New: 4}, file...)
	want := store.Preferences{
		store.ReachBy: store.ByLetter, store.Voicemail: store.LeaveNameNumber, store.Listening: store.SomebodyListens, store.InFormat: store.UsualFormat,
	}
	stands(Mary, want)
	stands(Tom, nil)
	brings(store.ImportReport{Same: 4}, file...)
	stands(Mary, want)

	choose := func(p store.PersonID, s store.Setting, o store.Option) {
		w.Helper()
		w.want(w.do(as(p, store.ByPIN), store.ChangeSetting{Setting: s, Option: o}), store.Done)
	}
	choose(Mary, store.ReachBy, store.ByTextOrCall)
	brings(store.ImportReport{Same: 4}, file...)
	brings(store.ImportReport{Changed: 1, Same: 2},
		row(Mary, store.ReachBy, store.ByTextAlone), row(Mary, store.Voicemail, store.LeaveNothing), row(Mary, store.Listening, store.SomebodyListens))
	want[store.ReachBy], want[store.Voicemail] = store.ByTextOrCall, store.LeaveNothing
	stands(Mary, want)

	// What they chose before anything was imported stands, too, and stays theirs where a
	// file says the same.
	choose(Tom, store.Aids, store.LipReading)
	for _, o := range []store.Option{store.HearingAids, store.LipReading, store.MoreTime} {
		brings(store.ImportReport{Same: 1}, row(Tom, store.Aids, o))
	}
	stands(Tom, store.Preferences{store.Aids: store.LipReading})

	for want, rows := range map[string][]store.SettingRow{
		"settings[0] person":  {row("nobody", store.ReachBy, store.ByLetter)},
		"settings[0] setting": {row(Tom, "colour", store.ByLetter)},
		"settings[1] option":  {row(Tom, store.Voicemail, store.LeaveNameNumber), row(Tom, store.ReachBy, store.InBraille)},
		"settings[1] setting": {row(Tom, store.ReachBy, store.ByLetter), row(Tom, store.ReachBy, store.ByTextAlone)},
	} {
		r, err := w.Record.Import(w.ctx, store.Batch{Settings: rows}, w.now)
		var faults *store.BatchError
		if !errors.As(err, &faults) || r != (store.ImportReport{}) || !strings.HasPrefix(faults.Faults[0].String(), want+":") {
			w.Errorf("%s: %+v, %v", want, r, err)
		}
	}
	stands(Tom, store.Preferences{store.Aids: store.LipReading})
}
