package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A message is a Communication from a Patient, which stands on the server before staff
// have its task; an answer is one in response to it, by staff here or in a system of
// the practice's own.

// participation is HL7's system of the ways in which people take part.
const participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"

var mediums = map[store.Channel]fhir.Coding{
	store.Voice: {System: participation, Code: "PHONE", Display: "telephone"},
	store.Text:  {System: participation, Code: "SMSWRIT", Display: "SMS message"},
}

// payload is what a Communication says.
type payload struct {
	String string `json:"contentString,omitempty"`
}

// spoken is said of a recording, which stays with the Local; and spokenElsewhere where the
// message goes into another record, to which it does not go.
const (
	spoken          = "A spoken message: Landline plays it to staff."
	spokenElsewhere = "A spoken message. What was said is in the record from which it was moved."
)

// messageTo puts a message into its Communication.
func messageTo(c fhir.Resource, m store.Message) fhir.Resource {
	c = c.With("status", "completed").With("subject", fhir.To("Patient", patientID(m.Person))).
		With("sent", instant(m.At)).With("payload", []payload{{cmp.Or(m.Words.Reveal(), spoken)}}).
		With("extension", []extension{integer(levelURL, int(m.Level))})
	if by, known := mediums[m.Channel]; known {
		c = c.With("medium", []fhir.Concept{{Coding: []fhir.Coding{by}}})
	}
	if m.By != "" {
		return c.With("sender", fhir.To("Patient", patientID(m.By)))
	}
	return c.With("sender", fhir.Reference{Display: m.Staff}).With("recipient", []fhir.Reference{fhir.To("Patient", patientID(m.Person))})
}

// communication is a Communication as it was read.
type communication struct {
	res    fhir.Resource
	status string
	sender fhir.Reference
	to     []string // the logical ids of those that it answers
	// recipients are those to whom it was sent; none: to whomever it concerns.
	recipients []fhir.Reference
	store.Message
}

// readCommunication reads one; false if it cannot be told to its subject.
func readCommunication(r fhir.Resource, zone *time.Location) (communication, bool) {
	c, ok := communicationFrom(r, zone)
	return c, ok && c.forPatient()
}

// communicationFrom reads one, whomever it is for; false if it is not in words, or of
// nobody.
func communicationFrom(r fhir.Resource, zone *time.Location) (communication, bool) {
	c := communication{res: r}
	var subject fhir.Reference
	var answers []fhir.Reference
	var sent string
	var parts []payload
	if errors.Join(r.Get("status", &c.status), r.Get("subject", &subject), r.Get("sender", &c.sender), r.Get("inResponseTo", &answers),
		r.Get("recipient", &c.recipients), r.Get("sent", &sent), r.Get("payload", &parts)) != nil {
		return c, false
	}
	at, err := time.Parse(time.RFC3339, cmp.Or(sent, r.Meta().LastUpdated))
	if err != nil {
		return c, false
	}
	c.Channel, c.Level = wayOf(r)
	c.Person, c.At, c.By, c.Staff = personOf(subject.ID("Patient")), at.In(zone), personOf(c.sender.ID("Patient")), c.sender.Display
	var words []string
	for _, p := range parts {
		if p.String == "" {
			return c, false // part of it is a file
		}
		words = append(words, p.String)
	}
	c.Words = store.Words(strings.Join(words, " "))
	for _, a := range answers {
		c.to = append(c.to, a.ID("Communication"))
	}
	return c, c.Person != "" && c.Words != ""
}

// forPatient reports whether it was sent to its subject.
func (c communication) forPatient() bool {
	return len(c.recipients) == 0 || slices.ContainsFunc(c.recipients, func(r fhir.Reference) bool { return personOf(r.ID("Patient")) == c.Person })
}

// forPractice reports whether it was sent to anybody but patients and those beside them.
func (c communication) forPractice() bool {
	return len(c.recipients) == 0 || slices.ContainsFunc(c.recipients, func(r fhir.Reference) bool { return r.ID("Patient") == "" && r.ID("RelatedPerson") == "" })
}

// wayOf is how a message came, and how surely who left it was known, as messageTo writes
// both.
func wayOf(r fhir.Resource) (by store.Channel, level store.Level) {
	var ways []fhir.Concept
	var marks []extension
	_ = errors.Join(r.Get("medium", &ways), r.Get("extension", &marks)) // neither says anything of what may be told
	for channel, is := range mediums {
		if slices.ContainsFunc(ways, func(c fhir.Concept) bool {
			return slices.ContainsFunc(c.Coding, func(c fhir.Coding) bool { return c.System == is.System && c.Code == is.Code })
		}) {
			by = channel
		}
	}
	for _, e := range marks {
		if e.URL == levelURL && e.Integer != nil && *e.Integer >= int(store.Unproved) && *e.Integer <= int(store.ByPIN) {
			level = store.Level(*e.Integer)
		}
	}
	return by, level
}

// leaveMessage leaves a message on the server, and then with staff: one request.
func (s *Store) leaveMessage(ctx context.Context, o store.Order, r store.LeaveMessage) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !r.Possible() {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	id, task := s.LeftAs(o.ID)
	m := store.Message{
		ID: id, Person: o.By.Subject, By: o.By.Actor, At: time.UnixMilli(o.Now.UnixMilli()), Channel: o.By.Channel, Level: o.By.Level, Words: r.Words,
	}
	left, err := s.server.Create(ctx, messageTo(fhir.New("Communication"), m).With("identifier", []fhir.Identifier{
		{System: requestSystem, Value: s.requestName(o)}, {System: messageSystem, Value: string(id)}, {System: taskSystem, Value: string(task)},
	}), requestSystem)
	if err != nil {
		return store.Outcome{}, err
	}
	kept, ok := readCommunication(left, o.Now.Location())
	if !ok || kept.Person != m.Person || kept.Words.Reveal() != cmp.Or(m.Words.Reveal(), spoken) {
		return store.Outcome{}, fmt.Errorf("%s: %w: the request id was used for something else", r.Verb(), store.ErrConflict)
	}
	out, err := s.Local.Perform(ctx, o)
	if errors.Is(err, store.ErrUnavailable) {
		err = unknownIf(true, r.Verb(), err)
	}
	return out, err
}

// AnswerMessage keeps an answer on the server, where the first one of staff's is the
// answer, then here, and closes its task: two requests.
func (s *Store) AnswerMessage(ctx context.Context, id store.TaskID, staff string, words store.Words, now time.Time) (store.Task, error) {
	task, err := s.ClaimTask(ctx, id, staff, now)
	if err != nil {
		return store.Task{}, err
	}
	if task.Message == "" || task.UnderDuress || task.Subject.Decoy() {
		return s.Local.AnswerMessage(ctx, id, staff, words, now)
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Communication", Params: url.Values{"identifier": {messageSystem + "|" + string(task.Message)}}})
	if err != nil {
		return store.Task{}, err
	}
	m := store.Message{ID: task.Message, Person: task.Subject, Staff: staff, At: time.UnixMilli(now.UnixMilli()), Words: words}
	answer := messageTo(fhir.New("Communication"), m).With("identifier", []fhir.Identifier{{System: answerSystem, Value: string(m.ID)}})
	for _, r := range found.Resources {
		if r.Identifier(messageSystem) == string(m.ID) {
			answer = answer.With("inResponseTo", []fhir.Reference{{Reference: r.Reference()}})
		}
	}
	made, err := s.server.Create(ctx, answer, answerSystem)
	if err != nil {
		return store.Task{}, err
	}
	kept, ok := readCommunication(made, now.Location())
	if !ok || kept.Person != m.Person {
		return store.Task{}, unknownIf(true, "answer a message", errors.New("the server keeps the answer otherwise"))
	}
	m.Staff, m.Words, m.At = kept.Staff, kept.Words, kept.At
	if err := s.PutAnswer(ctx, m, now); err != nil {
		return store.Task{}, unknownIf(true, "answer a message", err)
	}
	return s.CloseTask(ctx, id, staff, now)
}

// answerTask performs what staff ask for by the JSON API.
func (s *Store) answerTask(ctx context.Context, o store.Order, r store.AnswerTask) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	task, err := s.AnswerMessage(ctx, r.Task, o.By.Staff.Name, r.Words, o.Now)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return none, nil
	case errors.Is(err, store.ErrConflict):
		return taken, nil
	case err != nil:
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done, Tasks: []store.Task{task}}, nil
}

// messages performs a request about answers for the subject: one request.
func (s *Store) messages(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o)
	}
	there, err := s.refreshAnswers(ctx, o.By.Subject, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	switch r := o.Request.(type) {
	case store.HearMessage:
		if there.gone(r.Message) {
			return none, nil
		}
	case store.ListMessages:
		return s.listMessages(ctx, o, r, there)
	}
	return s.Local.Perform(ctx, o)
}

// listMessages lists what the Local has less what is gone from the server.
func (s *Store) listMessages(ctx context.Context, o store.Order, r store.ListMessages, there answers) (store.Outcome, error) {
	for {
		o.Request = r
		out, err := s.Local.Perform(ctx, o)
		if err != nil || out.Verdict != store.Done {
			return out, err
		}
		last := out.Messages[len(out.Messages)-1]
		out.Messages = slices.DeleteFunc(out.Messages, func(m store.Message) bool { return there.gone(m.ID) })
		switch {
		case len(out.Messages) > 0:
			return out, nil
		case !out.More:
			return none, nil
		}
		r.After = store.BehindMessage(last)
	}
}

// answers says of answers of the server's whether each may be told: an answer that is
// not in it is the Local's alone.
type answers map[store.MessageID]bool

// gone reports whether an answer is one of the server's that may not be told any more.
func (a answers) gone(id store.MessageID) bool {
	told, there := a[id]
	return there && !told || !there && strings.HasPrefix(string(id), resultMark)
}

// refreshAnswers takes in what was answered to somebody.
func (s *Store) refreshAnswers(ctx context.Context, p store.PersonID, now time.Time) (answers, error) {
	found, err := s.server.Search(ctx, fhir.Query{Type: "Communication", Private: true, Params: url.Values{
		"subject": {"Patient/" + patientID(p)}, "_count": {"100"},
	}})
	if err != nil {
		return nil, err
	}
	if err := understood("messages", found); err != nil && len(found.Resources) == 0 {
		return nil, err
	}
	left, versions := map[string]fhir.Resource{}, []string{}
	for _, r := range found.Resources {
		if r.Identifier(messageSystem) != "" {
			left[r.ID()] = r
		}
		versions = append(versions, r.ID()+r.Version())
	}
	slices.Sort(versions)
	version := strings.Join(versions, " ")
	there := answers{}
	for _, r := range found.Resources {
		c, ok := readCommunication(r, now.Location())
		of := slices.IndexFunc(c.to, func(id string) bool { return left[id].Type() != "" })
		if c.Person != p || c.By != "" || c.res.Identifier(answerSystem) == "" && of < 0 {
			continue // nothing that we know to be an answer to them
		}
		c.ID = store.MessageID(cmp.Or(r.Identifier(answerSystem), resultMark+r.ID()))
		there[c.ID] = ok && c.status == "completed" && len(r.Meta().Security) == 0 && len([]rune(c.Words.Reveal())) <= store.MaxAnswer
		if !there[c.ID] || s.answered.same(p, version) {
			continue
		}
		task := store.TaskID("")
		if of >= 0 {
			task = store.TaskID(left[c.to[of]].Identifier(taskSystem))
		}
		if err := s.takeAnswer(ctx, c, task, now); err != nil {
			return nil, err
		}
	}
	s.answered.note(p, version)
	return there, nil
}

// takeAnswer keeps an answer of the server's, and closes the task of its message.
func (s *Store) takeAnswer(ctx context.Context, c communication, task store.TaskID, now time.Time) error {
	var err error
	if c.Staff, err = s.staffName(ctx, c.sender); err != nil {
		return err
	}
	if err := s.PutAnswer(ctx, c.Message, now); err != nil || task == "" {
		return err
	}
	_, err = s.CloseTask(ctx, task, c.Staff, now)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return nil // somebody has it, or has closed it
	}
	return err
}

// staffName is how somebody of staff's is called on the server; the practice's name, if
// that does not say.
func (s *Store) staffName(ctx context.Context, r fhir.Reference) (string, error) {
	name := r.Display
	if id := r.ID("Practitioner"); name == "" && id != "" {
		who, err := s.server.Read(ctx, "Practitioner", id)
		if err != nil && !errors.Is(err, fhir.ErrGone) {
			return "", err
		}
		name = humanName(who)
	}
	if name != "" {
		return name, nil
	}
	practice, err := s.Practice(ctx)
	return practice.Name["en"], err
}

// followMessages takes answers in, so that people are told of them.
func (s *Store) followMessages(ctx context.Context, list []fhir.Resource, now time.Time) error {
	had := map[store.PersonID]bool{}
	for _, r := range list {
		c, ok := readCommunication(r, s.zone)
		if !ok || c.By != "" || had[c.Person] || len(c.to) == 0 {
			continue
		}
		had[c.Person] = true
		switch _, err := s.Local.Person(ctx, c.Person); {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if _, err := s.refreshAnswers(ctx, c.Person, now.In(s.zone)); err != nil {
			return err
		}
	}
	return nil
}
