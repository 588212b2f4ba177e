package fhirstore

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/questionnaire"
)

// Questionnaires stand on the server, and are asked of somebody here, or there by a Task
// whose focus is one. How far they are answered stays with the Local; what was sent is a
// QuestionnaireResponse, which stands there before staff are told that it was sent.

// sendAnswers writes the response once, then ends the questionnaire here: one request,
// and two for its Task, if it has one.
func (s *Store) sendAnswers(ctx context.Context, o store.Order, r store.SendAnswers) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	look := o
	look.ID, look.Request = "", store.FindQuestion{Ask: r.Ask, Place: store.FirstUnanswered}
	left, err := s.Local.Perform(ctx, look)
	if err != nil {
		return store.Outcome{}, err
	}
	if left.Verdict != store.Done || left.Question != nil {
		return s.Local.Perform(ctx, o) // which says why not, or that it was sent before
	}
	if err := s.respond(ctx, o, r.Ask.ID); err != nil {
		return store.Outcome{}, err
	}
	out, err := s.Local.Perform(ctx, o)
	if errors.Is(err, store.ErrUnavailable) {
		err = unknownIf(true, r.Verb(), err)
	}
	if err == nil && out.Verdict == store.Done {
		if err := s.endAsking(ctx, r.Ask.ID); err != nil {
			s.log.Debug("the task of a questionnaire is still open", "error", err)
		}
	}
	return out, err
}

// respond writes the response. Where an earlier try wrote other answers, and was not
// heard of again, the later ones count.
func (s *Store) respond(ctx context.Context, o store.Order, ask store.AskID) error {
	data, err := s.Response(ctx, o.By.Subject, ask)
	if err != nil {
		return err
	}
	var r fhir.Resource
	if err := json.Unmarshal(data, &r); err != nil {
		return err
	}
	r = s.responseTo(r, o.By.Subject, o.By.Actor, ask, o.Now)
	made, err := s.server.Create(ctx, r, requestSystem)
	if err != nil {
		return err
	}
	next := made
	for _, element := range []string{"item", "questionnaire", "author"} {
		var v any
		if err := r.Get(element, &v); err != nil {
			return err
		}
		next = next.With(element, v)
	}
	if made.Equal(next) {
		return nil
	}
	_, err = s.server.Update(ctx, next)
	return err
}

// responseTo is a response that was sent, as it stands on the server; by may be nobody
// whom we know.
func (s *Store) responseTo(r fhir.Resource, p, by store.PersonID, ask store.AskID, sent time.Time) fhir.Resource {
	r = r.With("identifier", fhir.Identifier{System: requestSystem, Value: s.responseName(p, ask)}).
		With("status", "completed").With("authored", instant(sent)).With("subject", fhir.To("Patient", patientID(p))).
		With("author", nil).With("source", nil)
	if by == "" {
		return r
	}
	return r.With("author", fhir.To("Patient", patientID(by)))
}

// responseName is our name of the answers of somebody's.
func (s *Store) responseName(p store.PersonID, ask store.AskID) string {
	return s.name("response", string(p), string(ask))
}

// endAsking completes the Task by which it was asked, if it was.
func (s *Store) endAsking(ctx context.Context, ask store.AskID) error {
	found, err := s.server.Search(ctx, fhir.Query{Type: "Task", Params: url.Values{"identifier": {askSystem + "|" + string(ask)}}})
	if err != nil {
		return err
	}
	for _, t := range found.Resources {
		if t.Identifier(askSystem) == string(ask) {
			_, err := s.server.Update(ctx, t.With("status", "completed"))
			return err
		}
	}
	return nil
}

// followQuestionnaires takes them in. Those that no telephone can ask are left out, with
// the reasons of how many.
func (s *Store) followQuestionnaires(ctx context.Context, list []fhir.Resource, now time.Time) error {
	var rows [][]byte
	for _, r := range list {
		var status string
		if r.Get("status", &status) != nil || status != "active" {
			continue
		}
		data, err := json.Marshal(r.With("meta", nil))
		if err != nil {
			return err
		}
		rows = append(rows, data)
	}
	taken, err := takeIn(ctx, s, now, "questionnaires", rows, func(rows [][]byte) store.Batch { return store.Batch{Quiet: true, Questionnaires: rows} })
	if n := len(rows) - taken; n > 0 && err == nil {
		s.log.Warn("questionnaires on the FHIR server that cannot be asked by telephone", "questionnaires", n)
	}
	return err
}

// asked are the statuses of a Task in which it is to be taken up
// (http://hl7.org/fhir/R4/valueset-task-status.html).
var asked = []string{"requested", "received", "ready"}

// followTasks closes what staff completed there, and has people asked what a Task asks of
// them; that is accepted, or rejected where they cannot be.
func (s *Store) followTasks(ctx context.Context, list []fhir.Resource, now time.Time) error {
	for _, t := range list {
		if t.Identifier(taskSystem) != "" {
			if err := s.closedThere(ctx, t, now); err != nil {
				return err
			}
			continue
		}
		var status, authored string
		var person, focus fhir.Reference
		if errors.Join(t.Get("status", &status), t.Get("authoredOn", &authored), t.Get("for", &person), t.Get("focus", &focus)) != nil ||
			!slices.Contains(asked, status) || person.ID("Patient") == "" || focus.ID("Questionnaire") == "" {
			continue
		}
		on, ok := dayOf(authored, s.zone)
		if !ok {
			on = store.DayOf(now.In(s.zone))
		}
		next := t.With("status", "accepted")
		ask, err := s.AskQuestionnaire(ctx, store.AskRow{Person: personOf(person.ID("Patient")), Questionnaire: focus.ID("Questionnaire"), On: on}, now.In(s.zone))
		var never *questionnaire.RefusedError
		switch {
		case errors.Is(err, store.ErrNotFound), errors.As(err, &never):
			next = t.With("status", "rejected").With("statusReason", fhir.Concept{Text: "Landline knows no such patient, or cannot ask this questionnaire."})
		case err != nil:
			return err
		default:
			next = identified(next, append(without(t, askSystem), fhir.Identifier{System: askSystem, Value: string(ask.ID)}))
		}
		if _, err := s.server.Update(ctx, next); err != nil && !errors.Is(err, fhir.ErrStale) && !errors.Is(err, fhir.ErrGone) {
			return err
		}
	}
	return nil
}

// checkQuestionnaires looks for those that would be refused by the server alone.
func (im *importing) checkQuestionnaires() {
	for i, data := range im.b.Questionnaires {
		var r fhir.Resource
		if json.Unmarshal(data, &r) == nil && r.Type() == "Questionnaire" && !fhir.ValidID(r.ID()) {
			im.fault("questionnaires", i, "id", "want up to 64 letters, digits and -. for a FHIR server")
		}
	}
}

func (im *importing) putQuestionnaires(ctx context.Context) error {
	return each(len(im.b.Questionnaires), func(i int) error {
		var r fhir.Resource
		if err := json.Unmarshal(im.b.Questionnaires[i], &r); err != nil {
			return err
		}
		return im.s.upsert(ctx, "Questionnaire", r.ID(), func(was fhir.Resource) fhir.Resource {
			if was.Version() == "" {
				return r
			}
			return was.Replaced(r)
		})
	})
}
