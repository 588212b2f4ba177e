package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"landline/store"
)

var resultOperations = []operation{
	{"listResults", http.MethodGet, "/people/{person}/results", http.StatusOK, (*call).listResults},
	{"addResult", http.MethodPost, "/people/{person}/results", http.StatusCreated, (*call).addResult},
	{"readResult", http.MethodGet, "/people/{person}/results/{result}", http.StatusOK, (*call).readResult},
	{"reviseResult", http.MethodPatch, "/people/{person}/results/{result}", http.StatusOK, (*call).reviseResult},
}

// resultBody is a result as staff add it.
type resultBody struct {
	// ID is the laboratory's or the practice's own; it is shown to nobody.
	ID        string                    `json:"id,omitempty"`
	Test      string                    `json:"test,omitempty"`
	Name      map[store.Language]string `json:"name"`
	Taken     store.Day                 `json:"taken"`
	Clinician string                    `json:"clinician,omitempty"`
	Comment   map[store.Language]string `json:"comment,omitempty"`
	Values    []store.Measured          `json:"values,omitempty"`
	Status    store.ResultStatus        `json:"status"`
	// Release is a code of HL7 table 0909.
	Release   store.Release `json:"release,omitempty"`
	NotBefore store.Day     `json:"notBefore,omitzero"`
	Finding   string        `json:"finding,omitempty"` // normal, abnormal, or nobody looked
	InPerson  bool          `json:"inPerson,omitempty"`
	Labels    []store.Label `json:"labels,omitempty"`
}

// resultView is a result as staff see it.
type resultView struct {
	resultBody
	Released *time.Time    `json:"released,omitempty"`
	Heard    store.Hearing `json:"heard,omitempty"`
	// Telling is what a patient may be told of it now: all, talk or nothing.
	Telling store.Telling `json:"telling"`
	// Version is what If-Match wants.
	Version string `json:"version"`
}

// The findings.
const (
	normal   = "normal"
	abnormal = "abnormal"
)

func resultOf(f store.FiledResult) resultView {
	r := f.Result
	v := resultView{
		resultBody: resultBody{
			ID: string(r.ID), Test: r.Test, Name: r.Name, Taken: r.Taken, Clinician: r.Clinician.Name, Values: r.Values,
			Status: r.Status, Release: r.Release, NotBefore: r.NotBefore, InPerson: r.InPerson, Labels: r.Labels,
		},
		Released: at(r.Released), Heard: r.Heard, Telling: f.Telling, Version: f.Version,
	}
	switch {
	case r.Abnormal:
		v.Finding = abnormal
	case r.Normal:
		v.Finding = normal
	}
	for lang, words := range r.Comment {
		if v.Comment == nil {
			v.Comment = map[store.Language]string{}
		}
		v.Comment[lang] = words.Reveal()
	}
	return v
}

// resultsView is a page of results.
type resultsView struct {
	Results []resultView `json:"results"`
	Next    string       `json:"next,omitempty"`
}

func (c *call) listResults() (any, error) {
	list := store.ReadResults{Withheld: c.gin.Query("withheld") == "true"}
	limit, err := c.limit(10, 10)
	if err := errors.Join(err, c.after(&list.After)); err != nil {
		return nil, err
	}
	list.Limit = limit
	out, err := c.ask(c.person(), list)
	if err != nil {
		return nil, err
	}
	page := resultsView{Results: []resultView{}}
	for _, f := range out.Filed {
		page.Results = append(page.Results, resultOf(f))
		page.Next = next(out.More, store.BehindFiled(f))
	}
	return page, nil
}

func (c *call) readResult() (any, error) {
	return c.filed(store.ReadResults{Only: store.ResultID(c.gin.Param("result"))})
}

func (c *call) addResult() (any, error) {
	var body resultBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := body.check(); err != nil {
		return nil, err
	}
	return c.filed(store.AddResult{Result: body.result()})
}

// filed asks for a result, or a change of it, and shows it as it is now.
func (c *call) filed(r store.Request) (any, error) {
	out, err := c.must(c.person(), r)
	if err != nil {
		return nil, err
	}
	v := resultOf(out.Filed[0])
	c.etag = strconv.Quote(v.Version)
	return v, nil
}

func (b resultBody) check() error {
	var check checking
	check.need("name", b.Name["en"] != "", "want what was tested, in English at least")
	check.spoken("name", b.Name)
	check.spoken("comment", b.Comment)
	check.need("taken", !b.Taken.IsZero(), "want the day of the test")
	oneOf(&check, "status", b.Status, store.ResultStatuses())
	if b.Release != "" {
		oneOf(&check, "release", b.Release, store.Releases())
	}
	oneOf(&check, "finding", b.Finding, []string{"", normal, abnormal})
	for i, v := range b.Values {
		field := "values[" + strconv.Itoa(i) + "]"
		check.need(field+".name", v.Name["en"] != "", "want what was measured, in English at least")
		check.need(field+".value", v.Value != "", "is missing")
		oneOf(&check, field+".range", v.Range, []store.Range{store.RangeUnknown, store.RangeUsual, store.RangeLow, store.RangeHigh})
	}
	return check.err()
}

func (b resultBody) result() store.Result {
	return store.Result{
		ID: store.ResultID(b.ID), Test: b.Test, Name: b.Name, Taken: b.Taken, Clinician: store.Clinician{Name: b.Clinician},
		Comment: wordsOf(b.Comment), Values: b.Values, Status: b.Status, Release: b.Release, NotBefore: b.NotBefore,
		Normal: b.Finding == normal, Abnormal: b.Finding == abnormal, InPerson: b.InPerson, Labels: b.Labels,
	}
}

func wordsOf(spoken map[store.Language]string) map[store.Language]store.Words {
	if spoken == nil {
		return nil
	}
	out := map[store.Language]store.Words{}
	for lang, w := range spoken {
		out[lang] = store.Words(w)
	}
	return out
}

// reviseResult comments on a result, lets it go or holds it, or says that it is
// for a talk alone.
func (c *call) reviseResult() (any, error) {
	var body struct {
		Comment  map[store.Language]string `json:"comment"`
		Released *bool                     `json:"released"`
		InPerson *bool                     `json:"inPerson"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	check.spoken("comment", body.Comment)
	check.need("", body.Comment != nil || body.Released != nil || body.InPerson != nil, "want comment, released or inPerson")
	if err := check.err(); err != nil {
		return nil, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return nil, err
	}
	v, err := c.filed(store.ReviseResult{
		Result: store.ResultID(c.gin.Param("result")), Version: version,
		Comment: wordsOf(body.Comment), Released: body.Released, InPerson: body.InPerson,
	})
	if p := (*Problem)(nil); errors.As(err, &p) && p.Reason == "taken" {
		return nil, &Problem{Status: http.StatusPreconditionFailed, Reason: "changed since", Detail: "It is not as it was when you read it.", Errors: []Fault{{"If-Match", "is not its version any more"}}}
	}
	return v, err
}

// ifMatch is the version that the client wants to change; "": whatever it is.
func (c *call) ifMatch() (string, error) {
	if c.match == "" || c.match == "*" {
		return "", nil
	}
	version, err := strconv.Unquote(c.match)
	if err != nil || version == "" {
		return "", faulty(Fault{"If-Match", "want one version, in quotation marks"})
	}
	return version, nil
}
