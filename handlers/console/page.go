package console

import (
	"net/http"

	"landline/store"
)

var pageOperations = []operation{
	{"readPage", http.MethodGet, "/people/{person}/page", http.StatusOK, (*call).readPage},
}

// readPage is everything that concerns one person, as far as the role may see it:
// the first page of each, and the newest readings with their trend. What is left
// out is named.
func (c *call) readPage() (any, error) {
	person, err := c.readPerson()
	if err != nil {
		return nil, err
	}
	page := map[string]any{"person": person}
	withheld := []string{}
	for _, part := range []struct {
		name string
		of   store.Request // by which the role may
		read func() (any, error)
	}{
		{"appointments", store.ListAppointments{}, c.listAppointments},
		{"messages", store.ReadMessages{}, c.listMessages},
		{"results", store.ReadResults{}, c.listResults},
		{"tests", store.ReadOrdered{}, c.listOrdered},
		{"readings", store.ListReadings{}, c.newestReadings},
		{"limits", store.ReadLimits{}, c.readLimits},
		{"entries", store.ReadEntries{}, c.listEntries},
		{"questionnaires", store.ReadAsks{}, c.listAsked},
		{"settings", store.ListSettings{}, c.readSettings},
		{"grants", store.ListGrants{}, c.listGrants},
		{"deliveries", store.ReadDeliveries{}, c.listDeliveries},
	} {
		if !store.Allow(c.by(c.person()), part.of, store.DayOf(c.now)).Allowed {
			withheld = append(withheld, part.name)
			continue
		}
		if page[part.name], err = part.read(); err != nil {
			return nil, err
		}
	}
	page["withheld"] = withheld
	return page, nil
}

// newest is how many readings of a kind stand on the page.
const newest = 5

// newestReadings are the newest of each kind that there is, with the trend.
func (c *call) newestReadings() (any, error) {
	all := []readingsView{}
	for _, kind := range store.ReadingKinds() {
		m, _ := store.MeasureOf(kind)
		v, err := c.readings(m, store.ListReadings{Kind: kind, Limit: 60})
		if err != nil {
			return nil, err
		}
		if len(v.Readings) == 0 {
			continue
		}
		v.Readings, v.Next = v.Readings[:min(len(v.Readings), newest)], ""
		all = append(all, v)
	}
	return all, nil
}
