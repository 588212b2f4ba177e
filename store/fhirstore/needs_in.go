package fhirstore

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"landline/store"
	"landline/store/fhir"
)

// Settings come in with an import: of a file of resources by what it says in them, and onto
// a FHIR server after what that says. Then a later sweep undoes nothing of what came.

// says keeps what a Patient says of how they are to be reached and helped.
func (g *taking) says(p store.PersonID, said store.Preferences) {
	if g.wishes == nil {
		g.wishes, g.flagged = map[store.PersonID]store.Preferences{}, map[store.PersonID]store.Preferences{}
	}
	g.wishes[p], g.flagged[p] = said, store.Preferences{}
}

// flag keeps what a Flag says of that: it tells more than the Patient does, and the first of
// a setting counts.
func (g *taking) flag(r fhir.Resource) string {
	w, of, active, ok := flagFrom(r, g.Now.In(g.Zone))
	p := g.PersonID(patientID(of))
	switch {
	case !ok:
		return "is no adjustment that is a setting here"
	case !active:
		return "is not active, or is over"
	case !g.people[p]:
		return "is for nobody who is there"
	}
	switch before, said := g.flagged[p][w.setting]; {
	case !said, w.option == store.SomebodyListens:
		g.flagged[p][w.setting] = w.option
	case before != w.option:
		return "says another option of a setting than a Flag before it"
	}
	return ""
}

// settings are the rows of what was said, in the order of people and of settings.
func (g *taking) settings() (rows []store.SettingRow) {
	for _, row := range g.batch.People {
		p := row.Person.ID
		said := store.Preferences{}
		maps.Copy(said, g.wishes[p])
		maps.Copy(said, g.flagged[p])
		for _, s := range store.Settings() {
			if o, is := said[s]; is {
				rows = append(rows, store.SettingRow{Person: p, Setting: s, Option: o})
			}
		}
	}
	return rows
}

// heedFirst follows what the server says now of those whose settings come: it has been said
// before, so that it stands, and is not taken for a change by a later sweep.
func (im *importing) heedFirst(ctx context.Context) error {
	var ids []string
	for _, r := range im.b.Settings {
		ids = append(ids, patientID(r.Person))
	}
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), 50) {
		patients, err := im.s.byIDs(ctx, "Patient", some)
		if err != nil {
			return err
		}
		flags, err := im.s.server.Search(ctx, fhir.Query{Type: "Flag", Params: url.Values{"subject": {"Patient/" + strings.Join(some, ",Patient/")}, "_count": {"200"}}})
		if lacks(err, "Flag") {
			err = nil
		}
		if err != nil {
			return err
		}
		if err := errors.Join(im.s.followPeople(ctx, patients, im.now), im.s.followFlags(ctx, flags.Resources, im.now)); err != nil {
			return err
		}
	}
	return nil
}
