package console

import (
	"errors"
	"net/http"
	"strings"

	"landline/handlers/twilio"
	"landline/store"
)

var peopleOperations = []operation{
	{"findPeople", http.MethodPost, "/people/search", http.StatusOK, (*call).findPeople},
	{"readPerson", http.MethodGet, "/people/{person}", http.StatusOK, (*call).readPerson},
	{"setStanding", http.MethodPut, "/people/{person}/standing", http.StatusOK, (*call).setStanding},
	{"setLanguage", http.MethodPut, "/people/{person}/language", http.StatusOK, (*call).setLanguage},
	{"loseNumber", http.MethodPost, "/people/{person}/numbers/reassigned", http.StatusOK, (*call).loseNumber},
	{"issuePIN", http.MethodPost, "/people/{person}/pin", http.StatusCreated, (*call).issuePIN},
	{"readLedger", http.MethodGet, "/people/{person}/ledger", http.StatusOK, (*call).readLedger},
}

// nameView is as much of somebody as tells staff who it is.
type nameView struct {
	ID     store.PersonID `json:"id"`
	Given  string         `json:"given,omitempty"`
	Family string         `json:"family,omitempty"`
	Born   string         `json:"born,omitempty"`
}

// named reads who somebody is; nil for nobody.
func (c *call) named(id store.PersonID) (*nameView, error) {
	if id == "" {
		return nil, nil
	}
	p, err := c.Record.Person(c.ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &nameView{ID: id}, nil
	case err != nil:
		return nil, unavailable(err)
	}
	v := nameOf(p)
	return &v, nil
}

func nameOf(p store.Person) nameView {
	return nameView{p.ID, p.Given.Reveal(), p.Family.Reveal(), p.Born.Day().String()}
}

// personView is somebody of the practice.
type personView struct {
	nameView
	NHS      string         `json:"nhs,omitempty"`
	Numbers  []string       `json:"numbers"`
	Language store.Language `json:"language,omitempty"`
	Standing standingView   `json:"standing"`
	// NumbersChanged is the day on which the last of them came to somebody who was
	// known before.
	NumbersChanged store.Day `json:"numbers_changed,omitzero"`
}

type standingView struct {
	Is    string         `json:"is"`
	Since store.Day      `json:"since,omitzero"`
	Into  store.PersonID `json:"into,omitempty"`
}

// here is how the API writes store.Here, which is the zero value.
const here = "here"

func viewOf(p store.Person) personView {
	v := personView{nameView: nameOf(p), NHS: p.NHS.Digits(), Numbers: []string{}, Language: p.Language}
	if !p.Renumbered.IsZero() {
		v.NumbersChanged = store.DayOf(p.Renumbered)
	}
	for _, n := range p.Numbers {
		v.Numbers = append(v.Numbers, n.E164())
	}
	v.Standing = standingView{string(p.Standing.Is), p.Standing.Since, p.Standing.Into}
	if p.Standing.IsHere() {
		v.Standing.Is = here
	}
	return v
}

// peopleView are those who were found.
type peopleView struct {
	People []personView `json:"people"`
}

// findPeople finds people by what stands in the body: what proves somebody has no
// place in an address.
func (c *call) findPeople() (any, error) {
	var body struct {
		NHS    string    `json:"nhs"`
		Number string    `json:"number"`
		Born   store.Day `json:"born"`
		Family string    `json:"family"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	var find store.FindPeople
	switch {
	case body.NHS != "":
		var err error
		if find.NHS, err = store.ParseNHSNumber(body.NHS); err != nil {
			check.fault("nhs", err.Error())
		}
	case body.Number != "":
		var ok bool
		if find.Number, ok = twilio.ParseNumber(body.Number, twilio.DefaultRegion); !ok {
			check.fault("number", "is no telephone number")
		}
	default:
		check.need("born", !body.Born.IsZero(), "want nhs, or number, or born and family")
		check.need("family", strings.TrimSpace(body.Family) != "", "want nhs, or number, or born and family")
		find.Born, find.Family = store.BornOn(body.Born), store.Name(body.Family)
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	out, err := c.ask("", find)
	if err != nil {
		return nil, err
	}
	found := peopleView{[]personView{}}
	for _, p := range out.People {
		found.People = append(found.People, viewOf(p))
	}
	return found, nil
}

// changed performs what is asked about the person, and shows them.
func (c *call) changed(r store.Request) (any, error) {
	out, err := c.must(c.person(), r)
	if err != nil {
		return nil, err
	}
	return viewOf(out.People[0]), nil
}

func (c *call) readPerson() (any, error) { return c.changed(store.ReadPerson{}) }

func (c *call) setStanding() (any, error) {
	var body standingView
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	is := store.Standing{Is: store.StandingKind(body.Is), Since: body.Since, Into: body.Into}
	var check checking
	oneOf(&check, "is", body.Is, []string{here, string(store.Died), string(store.MovedAway), string(store.Merged)})
	if body.Is == here {
		is = store.Standing{}
	} else if is.Since.IsZero() {
		is.Since = store.DayOf(c.now)
	}
	check.need("into", (is.Is == store.Merged) == (is.Into != ""), "want whose record goes on, of one that was merged, and of no other")
	if err := check.err(); err != nil {
		return nil, err
	}
	return c.changed(store.SetStanding{Standing: is})
}

func (c *call) setLanguage() (any, error) {
	var body struct {
		Language store.Language `json:"language"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	oneOf(&check, "language", body.Language, languages)
	if err := check.err(); err != nil {
		return nil, err
	}
	return c.changed(store.SetLanguage{Language: body.Language})
}

func (c *call) loseNumber() (any, error) {
	var body struct {
		Number string `json:"number"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	number, ok := twilio.ParseNumber(body.Number, twilio.DefaultRegion)
	if !ok {
		return nil, faulty(Fault{"number", "is no telephone number"})
	}
	return c.changed(store.LoseNumber{Number: number})
}

// issuePIN shows a PIN for a letter: it is kept nowhere. A duress PIN that is given
// opens a decoy from then on, and the new PIN is one beside which it may stand.
func (c *call) issuePIN() (any, error) {
	var body struct {
		Duress string `json:"duress"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return nil, err
		}
		if err := store.ValidPIN(store.PIN(body.Duress)); err != nil {
			return nil, faulty(Fault{"duress", err.Error()})
		}
	}
	out, err := c.must(c.person(), store.IssuePIN{Duress: store.PIN(body.Duress)})
	if err != nil {
		return nil, err
	}
	return struct {
		PIN string `json:"pin"`
	}{out.PIN.Reveal()}, nil
}
