package console

import (
	"net/http"
	"time"

	"landline/store"
)

var deliveryOperations = []operation{
	{"listDeliveries", http.MethodGet, "/people/{person}/deliveries", http.StatusOK, (*call).listDeliveries},
}

// deliveryView is something that a person is told of our own accord, with each try.
type deliveryView struct {
	ID          store.NoticeID      `json:"id"`
	Kind        store.NoticeKind    `json:"kind"`
	Appointment store.AppointmentID `json:"appointment,omitempty"`
	// Due is when something is done next; not at all once it is closed.
	Due    *time.Time         `json:"due,omitempty"`
	Closed bool               `json:"closed"`
	Why    store.NoticeReason `json:"why,omitempty"`
	Rungs  []rungView         `json:"rungs"`
}

// rungView is one try.
type rungView struct {
	Rung   store.Rung         `json:"rung"`
	Number string             `json:"number,omitempty"`
	Began  time.Time          `json:"began"`
	State  store.AttemptState `json:"state"`
	Why    string             `json:"why,omitempty"`
}

func (c *call) listDeliveries() (any, error) {
	out, err := c.ask(c.person(), store.ReadDeliveries{})
	if err != nil {
		return nil, err
	}
	list := struct {
		Deliveries []deliveryView `json:"deliveries"`
	}{[]deliveryView{}}
	for _, n := range out.Notices {
		v := deliveryView{ID: n.ID, Kind: n.Kind, Appointment: n.Appointment, Closed: n.Closed, Why: n.Why, Rungs: []rungView{}}
		if !n.Closed {
			v.Due = at(n.Due)
		}
		for _, a := range n.Attempts {
			v.Rungs = append(v.Rungs, rungView{a.Rung, a.Number.E164(), a.Began.In(c.now.Location()), a.State, a.Why})
		}
		list.Deliveries = append(list.Deliveries, v)
	}
	return list, nil
}
