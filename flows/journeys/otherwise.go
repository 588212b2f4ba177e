package journeys

import (
	"slices"

	"landline/flows"
	"landline/prompts"
)

// otherwise gives every menu and list that says nothing of its own after a
// second miss the same short line: how to choose, and the way to a person. The
// choices follow it as ever. It is said another, shorter way (needs.md).
func otherwise(all []flows.Journey) []flows.Journey {
	all = slices.Clone(all)
	for i := range all {
		all[i].States = slices.Clone(all[i].States)
		for k := range all[i].States {
			s := &all[i].States[k]
			switch s.Wait.(type) {
			case flows.Menu, flows.Pick:
				if s.Short == nil {
					s.Short = flows.Says(prompts.MissKeys)
				}
			}
		}
	}
	return all
}
