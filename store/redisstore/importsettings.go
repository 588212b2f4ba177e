package redisstore

import (
	"context"
	"fmt"
	"maps"

	"landline/store"
)

var importSettingScript = mustScript("import_setting")

// settings checks the rows of settings for themselves.
func (c *checking) settings() {
	type one struct {
		person  store.PersonID
		setting store.Setting
	}
	had := map[one]bool{}
	for i, r := range c.b.Settings {
		switch {
		case len(store.Options(r.Setting)) == 0:
			c.fault("settings", i, "setting", "is none that there is")
		case !r.Known():
			c.fault("settings", i, "option", "is none of the setting's")
		case had[one{r.Person, r.Setting}]:
			c.fault("settings", i, "setting", "is there twice for the same person")
		}
		had[one{r.Person, r.Setting}] = true
	}
}

// settings go where nothing was chosen yet, and where what stands is what an import brought
// before. What people chose themselves, or staff or a FHIR server for them, stays, also
// where they went back to what holds by itself. Two trips a row, one where it changes
// nothing.
func (im *importing) settings(ctx context.Context, rows []store.SettingRow) error {
	for _, r := range rows {
		what, err := im.setting(ctx, r)
		if err != nil {
			return err
		}
		im.count(what)
	}
	return nil
}

// setting takes one row in, and says what became of it: "new", "changed" or "same".
func (im *importing) setting(ctx context.Context, r store.SettingRow) (string, error) {
	f := im.s.shelf(r.Person, settingsShelf)
	name := f.name(string(r.Setting))
	fresh, err := f.row(r)
	if err != nil {
		return "", err
	}
	for range taskChanges {
		t := im.s.after("importing a setting")
		read, marked := f.get(t, settingsID), t.do("HGET", f.k.rows, name)
		if err := t.send(ctx, reads); err != nil {
			return "", err
		}
		var chosen store.Preferences
		if _, err := f.open(f.name(settingsID), text(read), &chosen); err != nil {
			return "", err
		}
		is, there := chosen[r.Setting]
		stands, err := f.row(store.SettingRow{Person: r.Person, Setting: r.Setting, Option: is})
		if err != nil {
			return "", err
		}
		if sameMark(text(marked), fresh) || there && (is == r.Option || !sameMark(text(marked), stands)) {
			return "same", nil
		}
		chosen = maps.Clone(chosen)
		if chosen == nil {
			chosen = store.Preferences{}
		}
		chosen[r.Setting] = r.Option
		sealed, err := f.s.sealer.sealJSON(chosen, place{f.k.docs, f.name(settingsID)})
		if err != nil {
			return "", err
		}
		t = im.s.after("importing a setting")
		done := t.call(importSettingScript, []string{f.k.docs, f.k.rows}, f.name(settingsID), text(read), sealed, name, im.seq+"|"+fresh)
		if err := t.sendRows(ctx); err != nil {
			return "", err
		}
		switch {
		case text(done) == string(changedUnderneath):
		case there:
			return "changed", nil
		default:
			return "new", nil
		}
	}
	return "", fmt.Errorf("importing a setting: %w: others change it all the time", store.ErrUnavailable)
}
