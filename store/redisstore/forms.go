package redisstore

import (
	"context"
	"encoding/json"
	"fmt"

	"landline/store"
	"landline/store/questionnaire"
)

// A questionnaire is kept as it was written, under the name of its content, so
// that who was asked one goes on with the same whatever is imported meanwhile.
// Its id names the content that is asked from now on.

// form is a questionnaire as it is kept.
type form struct {
	FHIR json.RawMessage `json:"fhir"`
	// ByText: the practice decided that its questions may stand in a text.
	ByText bool `json:"text,omitempty"`
}

// formOf is a questionnaire in the one spelling in which JSON is kept, so that its
// content has one name.
func formOf(fhir []byte) form {
	kept, err := json.Marshal(json.RawMessage(fhir))
	if err != nil {
		kept = fhir // refused, when it is read
	}
	return form{FHIR: kept}
}

func (f form) read() (*questionnaire.Questionnaire, error) {
	if f.ByText {
		return questionnaire.ReadByText(f.FHIR)
	}
	return questionnaire.Read(f.FHIR)
}

// formName is the name of a form's content.
func (s *Store) formName(f form) string {
	return s.sealer.name("form", string(f.FHIR), fmt.Sprint(f.ByText))
}

// questionnaire is the form of the name, read: a trip, the first time. What it
// once was it stays, so it is kept in this process; there are no more of them
// than a practice has imported.
func (s *Store) questionnaire(ctx context.Context, name string) (*questionnaire.Questionnaire, error) {
	if q, ok := s.forms.Load(name); ok {
		return q.(*questionnaire.Questionnaire), nil
	}
	f, err := s.form(ctx, name)
	if err != nil {
		return nil, err
	}
	q, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("read a questionnaire that was kept: %w", err)
	}
	s.forms.Store(name, q)
	return q, nil
}

// form reads one: a trip; store.ErrNotFound if there is none.
func (s *Store) form(ctx context.Context, name string) (form, error) {
	t := s.trip("reading a questionnaire")
	read := t.do("HGET", formsKey, name)
	if err := t.send(ctx, reads); err != nil {
		return form{}, err
	}
	if text(read) == "" {
		return form{}, fmt.Errorf("read a questionnaire: %w", store.ErrNotFound)
	}
	var f form
	return f, s.sealer.openJSON(text(read), place{formsKey, name}, &f)
}

// formCalled finds the questionnaire that has the id: one that was imported, or
// one that comes with Landline; store.ErrNotFound if there is none.
func (s *Store) formCalled(ctx context.Context, id string) (form, error) {
	t := s.trip("finding a questionnaire")
	read := t.do("HGET", formNamesKey, id)
	if err := t.send(ctx, reads); err != nil {
		return form{}, err
	}
	if name := text(read); name != "" {
		return s.form(ctx, name)
	}
	shipped, err := questionnaire.ShippedFHIR(id)
	if err != nil {
		return form{}, fmt.Errorf("find a questionnaire: %w", store.ErrNotFound)
	}
	return formOf(shipped), nil
}

// keepForm adds the keeping of a form to a trip. Doing it again changes nothing.
func (s *Store) keepForm(t *trip, name string, f form) error {
	sealed, err := s.sealer.sealJSON(f, place{formsKey, name})
	if err != nil {
		return err
	}
	t.do("HSET", formsKey, name, sealed)
	return nil
}
