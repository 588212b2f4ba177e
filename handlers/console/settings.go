package console

import (
	"net/http"

	"landline/store"
)

var settingOperations = []operation{
	{"readSettings", http.MethodGet, "/people/{person}/settings", http.StatusOK, (*call).readSettings},
	{"changeSetting", http.MethodPut, "/people/{person}/settings/{setting}", http.StatusOK, (*call).changeSetting},
}

// settingsView are what somebody chose about how they are reached and spoken to,
// and what they need: each setting, as it holds.
type settingsView struct {
	Settings map[store.Setting]store.Option `json:"settings"`
}

func settingsOf(p store.Preferences) settingsView {
	v := settingsView{map[store.Setting]store.Option{}}
	for _, s := range store.Settings() {
		v.Settings[s] = p.Of(s)
	}
	return v
}

func (c *call) readSettings() (any, error) {
	out, err := c.ask(c.person(), store.ListSettings{})
	if err != nil {
		return nil, err
	}
	return settingsOf(out.Preferences), nil
}

func (c *call) changeSetting() (any, error) {
	change := store.ChangeSetting{Setting: store.Setting(c.gin.Param("setting"))}
	options := store.Options(change.Setting)
	if len(options) == 0 {
		return nil, notFound
	}
	var body struct {
		Option store.Option `json:"option"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	change.Option = body.Option
	var check checking
	oneOf(&check, "option", body.Option, options)
	if err := check.err(); err != nil {
		return nil, err
	}
	if _, err := c.must(c.person(), store.ReadPerson{}); err != nil {
		return nil, err
	}
	out, err := c.must(c.person(), change)
	if err != nil {
		return nil, err
	}
	return settingsOf(out.Preferences), nil
}
