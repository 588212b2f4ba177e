package flows

import "landline/store"

// SettingMemory is the setting that is looked at, what was chosen so far, and what
// is wanted of it.
type SettingMemory struct {
	Setting store.Setting     `json:"s,omitempty"`
	Chosen  store.Preferences `json:"c,omitempty"`
	Wanted  store.Option      `json:"w,omitempty"`
}
