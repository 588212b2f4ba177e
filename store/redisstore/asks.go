package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/questionnaire"
)

// keptAsk is a questionnaire that somebody was asked, with what they answered.
type keptAsk struct {
	store.Ask
	// Form names what is asked: see forms.go.
	Form    string                `json:"form"`
	Answers questionnaire.Answers `json:"answers,omitempty"`
	// By is who answered last.
	By store.PersonID `json:"by,omitempty"`
	// Given is what was answered elsewhere, in FHIR; there is no Form then.
	Given json.RawMessage `json:"given,omitempty"`
}

// askMember is its place: those that were not sent yet come first, and the newest.
func askMember(f shelf, a store.Ask) string {
	rank := 1
	if !a.Sent.IsZero() {
		rank = 0
	}
	return f.member(rank, a.At, string(a.ID))
}

// asking makes the Ask of a row, and the form that it asks; store.ErrNotFound if
// there is no such questionnaire, and a *questionnaire.RefusedError if it can not
// be asked so.
func (s *Store) asking(r store.AskRow, f form, now time.Time) (keptAsk, form, error) {
	f.ByText = f.ByText || r.ByText
	q, err := f.read()
	if err != nil {
		return keptAsk{}, f, err
	}
	return keptAsk{Ask: store.Ask{
		ID:     store.AskID(s.sealer.name("ask", string(r.Person), r.Questionnaire, r.On.String())),
		Person: r.Person, Questionnaire: r.Questionnaire, Title: q.Name(), Private: !q.ByText,
		At: time.UnixMilli(now.UnixMilli()).In(now.Location()),
	}, Form: s.formName(f)}, f, nil
}

// keepAsk adds the keeping of one to a trip. One that is there stays as it is,
// with its answers: what was asked once is not asked anew.
func (s *Store) keepAsk(t *trip, seq string, a keptAsk) (*redis.Cmd, error) {
	f := s.shelf(a.Person, asksShelf)
	name := f.name(string(a.ID))
	sealed, err := s.sealer.sealJSON(a, place{f.k.docs, name})
	if err != nil {
		return nil, err
	}
	return t.call(importDocScript, []string{f.k.docs, f.k.rows, f.k.order, f.k.at},
		name, seq, s.rowName(asksShelf, string(a.ID)), sealed, askMember(f, a.Ask)), nil
}

// askNews has people told that questions wait for them, of which they were not
// asked before: three trips. It comes before they are asked; see news.go.
func (s *Store) askNews(ctx context.Context, asks []keptAsk, now time.Time) error {
	if len(asks) == 0 {
		return nil
	}
	t := s.trip("reading who was asked")
	marks := make([]*redis.Cmd, len(asks))
	for i, a := range asks {
		f := s.shelf(a.Person, asksShelf)
		marks[i] = t.do("HGET", f.k.rows, f.name(string(a.ID)))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var all []newsFor
	for i, a := range asks {
		if text(marks[i]) != "" {
			continue
		}
		// One that was taken back may be asked anew.
		of := s.sealer.name("asked", string(a.ID), strconv.FormatInt(a.At.UnixMilli(), 10))
		all = append(all, newsFor{a.Person, now, []store.News{{What: store.QuestionsAsked, Of: of, Thing: string(a.ID), Open: !a.Private}}})
	}
	return s.addNews(ctx, all, now)
}

// AskQuestionnaire has somebody asked one, and told so: seven trips.
func (s *Store) AskQuestionnaire(ctx context.Context, r store.AskRow, now time.Time) (store.Ask, error) {
	if _, err := s.Person(ctx, r.Person); err != nil {
		return store.Ask{}, fmt.Errorf("ask a questionnaire: %w", err)
	}
	f, err := s.formCalled(ctx, r.Questionnaire)
	if err != nil {
		return store.Ask{}, fmt.Errorf("ask a questionnaire: %w", err)
	}
	a, f, err := s.asking(r, f, now)
	if err != nil {
		return store.Ask{}, fmt.Errorf("ask a questionnaire: %w", err)
	}
	if err := s.askNews(ctx, []keptAsk{a}, now); err != nil {
		return store.Ask{}, err
	}
	t := s.trip("asking a questionnaire").durably()
	if err := s.keepForm(t, a.Form, f); err != nil {
		return store.Ask{}, err
	}
	if _, err := s.keepAsk(t, "0", a); err != nil {
		return store.Ask{}, err
	}
	return a.Ask, t.send(ctx, writes)
}

// Asks are those of a person, for staff: one trip.
func (s *Store) Asks(ctx context.Context, p store.PersonID, limit int) ([]store.Ask, error) {
	f := s.shelf(p, asksShelf)
	t := s.trip("listing questionnaires")
	listed := f.read(t, "", limit)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	return s.openAsks(f, listed, s.zone)
}

// openAsks opens a page of them.
func (s *Store) openAsks(f shelf, listed *redis.Cmd, zone *time.Location) ([]store.Ask, error) {
	var out []store.Ask
	for _, d := range shelvedIn(listed) {
		var a keptAsk
		known, err := f.open(d.name(), d.sealed, &a)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, a.told(zone))
		}
	}
	return out, nil
}

// told is the Ask as it is shown, in a zone.
func (a keptAsk) told(zone *time.Location) store.Ask {
	out := a.Ask
	out.Begun, out.At = len(a.Answers)+len(a.Given) > 0, out.At.In(zone)
	if !out.Sent.IsZero() {
		out.Sent = out.Sent.In(zone)
	}
	return out
}

// Response writes the answers so far in FHIR: one trip, two for a form that this
// process has not read yet.
func (s *Store) Response(ctx context.Context, p store.PersonID, id store.AskID) ([]byte, error) {
	f := s.shelf(p, asksShelf)
	t := s.trip("reading answers")
	read := f.get(t, string(id))
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	var a keptAsk
	known, err := f.open(f.name(string(id)), text(read), &a)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fmt.Errorf("read answers: %w", store.ErrNotFound)
	}
	return s.response(ctx, a)
}

// about says whose the answers are, and who gave them.
func (a keptAsk) about() questionnaire.About {
	about := questionnaire.About{Subject: "Patient/" + string(a.Person), Authored: a.Sent, Completed: !a.Sent.IsZero()}
	switch a.By {
	case "":
	case a.Person:
		about.Author = about.Subject
	default:
		about.Author = "RelatedPerson/" + string(a.By)
	}
	return about
}

// questionnaires keeps the forms of an import, and names those that are asked from
// now on; the last import has the word.
func (im *importing) questionnaires(ctx context.Context, rows []stagedForm) error {
	t := im.s.after("importing questionnaires")
	var done []*redis.Cmd
	for _, r := range rows {
		if err := im.s.keepForm(t, r.Name, r.Form); err != nil {
			return err
		}
		if r.ID != "" {
			done = append(done, t.call(rowScript, []string{formNamesKey, formRowsKey},
				r.ID, im.seq, im.s.rowName("questionnaire", r.Name), r.ID, r.Name))
		}
	}
	return im.counted(ctx, t, done)
}

// asks has people asked.
func (im *importing) asks(ctx context.Context, rows []keptAsk) error {
	t := im.s.after("importing whom to ask")
	done := make([]*redis.Cmd, len(rows))
	for i, a := range rows {
		var err error
		if done[i], err = im.s.keepAsk(t, im.seq, a); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}
