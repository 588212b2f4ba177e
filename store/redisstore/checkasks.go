package redisstore

import (
	"context"
	"errors"

	"landline/store"
	"landline/store/questionnaire"
)

// stagedForm is a form of a staged import. One without an ID is asked of somebody
// under its content's name alone.
type stagedForm struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	Form form   `json:"form"`
}

// questionnaires reads those of the batch, and faults each item of them that can
// not be asked.
func (c *checking) questionnaires() {
	for i, data := range c.b.Questionnaires {
		q, err := questionnaire.Read(data)
		if err != nil {
			c.refused("questionnaires", i, err)
			continue
		}
		if !validID(q.ID) {
			c.fault("questionnaires", i, "id", "want up to 64 letters, digits and -_.:")
		}
		if _, twice := c.called[q.ID]; twice {
			c.fault("questionnaires", i, "id", "is there twice")
		}
		f := formOf(data)
		c.called[q.ID] = f
		name := c.s.formName(f)
		c.staged[name] = true
		c.forms = append(c.forms, stagedForm{q.ID, name, f})
	}
}

// refused faults what a questionnaire was refused for, item by item.
func (c *checking) refused(rows string, index int, err error) {
	var why *questionnaire.RefusedError
	if !errors.As(err, &why) {
		c.fault(rows, index, "", err.Error())
		return
	}
	for _, r := range why.Refusals {
		field := ""
		if r.Item != "" {
			field = "item " + r.Item
		}
		c.fault(rows, index, field, r.Why)
	}
}

// asking finds what is to be asked of whom.
func (c *checking) asking(ctx context.Context) error {
	unknown := map[string]bool{}
	for i, r := range c.b.Asks {
		if !c.people[r.Person] {
			c.fault("asks", i, "person", "is nobody known")
			continue
		}
		f, known := c.called[r.Questionnaire]
		if !known && !unknown[r.Questionnaire] {
			var err error
			f, err = c.s.formCalled(ctx, r.Questionnaire)
			switch {
			case errors.Is(err, store.ErrNotFound):
				unknown[r.Questionnaire] = true
			case err != nil:
				return err
			default:
				c.called[r.Questionnaire], known = f, true
			}
		}
		if !known {
			c.fault("asks", i, "questionnaire", "is none that is known")
			continue
		}
		a, f, err := c.s.asking(r, f, c.now)
		if err != nil {
			c.refused("asks", i, err)
			continue
		}
		c.asks = append(c.asks, a)
		if !c.staged[a.Form] {
			c.staged[a.Form] = true
			c.forms = append(c.forms, stagedForm{Name: a.Form, Form: f})
		}
	}
	return nil
}
