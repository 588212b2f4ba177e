package fhirstore

import (
	"context"
	"encoding/json"
	"fmt"

	"landline/store"
	"landline/store/fhir"
)

// Messages, answers and responses of an import are with the Local by then, under the
// names by which they are found on the server, too: whoever looks there for what is new
// finds what is known.

// checkMessages looks for names that two messages would have there.
func (im *importing) checkMessages() {
	had := map[store.MessageID]store.PersonID{}
	for i, r := range im.b.Messages {
		if of, twice := had[r.Message.ID]; twice && of != r.Message.Person {
			im.fault("messages", i, "id", "is somebody else's too")
		}
		had[r.Message.ID] = r.Message.Person
	}
}

// putMessages writes those that are not there yet: first what was left, then what was
// answered to it.
func (im *importing) putMessages(ctx context.Context) error {
	left := map[store.MessageID]string{} // by the logical ids of those that are there
	for _, answers := range []bool{false, true} {
		made := make([]string, len(im.b.Messages))
		if err := each(len(im.b.Messages), func(i int) error {
			r := im.b.Messages[i]
			if (r.Message.By == "") != answers {
				return nil
			}
			var err error
			made[i], err = im.s.putMessage(ctx, r, left[r.Message.ID])
			return err
		}); err != nil {
			return err
		}
		for i, id := range made {
			if id != "" {
				left[im.b.Messages[i].Message.ID] = id
			}
		}
	}
	return nil
}

// putMessage writes a message, or an answer to one that is there, once; it returns its
// logical id.
func (s *Store) putMessage(ctx context.Context, r store.MessageRow, to string) (string, error) {
	m := r.Message
	c, system := messageTo(fhir.New("Communication"), m), messageSystem
	names := []fhir.Identifier{{System: messageSystem, Value: string(m.ID)}}
	switch {
	case m.By == "":
		system = answerSystem
		names = []fhir.Identifier{{System: answerSystem, Value: string(m.ID)}}
		if to != "" {
			c = c.With("inResponseTo", []fhir.Reference{fhir.To("Communication", to)})
		}
	case !r.SeenTo: // so that it is closed when it is answered there
		_, task := s.LeftAs(r.Request())
		names = append(names, fhir.Identifier{System: taskSystem, Value: string(task)})
	}
	made, err := s.server.Create(ctx, c.With("identifier", names), system)
	if err != nil {
		return "", err
	}
	if kept, ok := readCommunication(made, s.zone); !ok || kept.Person != m.Person {
		return "", fmt.Errorf("a message's id is that of somebody else's: %w", store.ErrConflict)
	}
	return made.ID(), nil
}

// putResponses writes those that are not there yet.
func (im *importing) putResponses(ctx context.Context) error {
	return each(len(im.b.Responses), func(i int) error {
		row := im.b.Responses[i]
		data, err := im.s.Response(ctx, row.Ask.Person, row.Ask.ID)
		if err != nil {
			return err
		}
		var r fhir.Resource
		if err := json.Unmarshal(data, &r); err != nil {
			return err
		}
		_, err = im.s.server.Create(ctx, im.s.responseTo(r, row.Ask.Person, row.By, row.Ask.ID, row.Ask.Sent), requestSystem)
		return err
	})
}
