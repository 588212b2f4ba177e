package console

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// form is a form as a page shows it.
type form struct {
	// Intro is said first.
	Intro  []string
	Fields []field
	Action string
	// Key makes a double click one change; see once.go.
	Key    string
	Button string
	// Danger: what it does cannot be undone.
	Danger bool
	// Back is where somebody goes who does not want to.
	Back string
	// Faults are those of no field.
	Faults []string
}

// field is one field of a form. Its name is that of the operation's body, so that
// what is wrong with the one stands beside the other.
type field struct {
	Name, Label, Hint string
	// Kind is text, password, date, time, number, area, select, one of (radio),
	// many of (boxes), or hidden.
	Kind    string
	Value   string
	Values  []string // those chosen of many
	Options []option
	Fault   string
	Lang    string
}

type option struct{ Value, Label string }

// Chosen reports whether an option is.
func (f field) Chosen(o option) bool { return f.Value == o.Value || slices.Contains(f.Values, o.Value) }

// Wrong reports whether anything is wrong with what was filled in.
func (f form) Wrong() bool {
	return len(f.Faults) > 0 || slices.ContainsFunc(f.Fields, func(f field) bool { return f.Fault != "" })
}

// deed is something that staff do by a form: it performs an operation of the API,
// as any client of it would.
type deed struct {
	// op is the operation's name, path that of the form.
	op, path string
	// ask makes the page that asks; nil: it is a button, or a form, of another page.
	ask   func(*visit) (form, error)
	title string
	// body makes the operation's body of what was filled in.
	body func(*visit) (any, error)
	// then is where one goes once it is done, and said what is told there.
	then func(*visit) string
	said string
	// shows makes a page of what came of it, in the place of then.
	shows func(*visit, reply) (view, error)
	// page is shown again where something is wrong, of a deed that has no ask.
	page func(*visit) (view, error)
}

func operationCalled(name string) operation {
	all := operations()
	return all[slices.IndexFunc(all, func(o operation) bool { return o.name == name })]
}

// newKey is a key for a form that is about to be shown.
func newKey() string { return rand.Text() }

// show shows the page that asks.
func (d deed) show(v *visit) (view, error) {
	f, err := d.ask(v)
	if err != nil {
		return view{}, err
	}
	f.Key, f.Action = newKey(), v.gin.Request.URL.Path
	return view{template: "form", title: d.title, data: f}, nil
}

// do performs it, and goes on, or shows what is wrong.
func (d deed) do(v *visit) (view, error) {
	out, err := d.perform(v)
	if err != nil {
		return d.again(v, err)
	}
	if d.shows != nil {
		return d.shows(v, out)
	}
	to := d.then(v)
	at, fragment, _ := strings.Cut(to, "#")
	mark := "?"
	if strings.Contains(at, "?") {
		mark = "&"
	}
	at += mark + "said=" + url.QueryEscape(d.said)
	if fragment != "" {
		at += "#" + fragment
	}
	return view{then: at}, nil
}

func (d deed) perform(v *visit) (reply, error) {
	var body any
	if d.body != nil {
		var err error
		if body, err = d.body(v); err != nil {
			return reply{}, err
		}
	}
	c := *v.call
	c.op, c.match = operationCalled(d.op), v.form.Get("match")
	if body != nil {
		plain, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		c.body = plain
	}
	if form := v.form.Get("key"); form != "" {
		// Who goes back and fills in the same form otherwise asks for something else.
		content := sha256.Sum256(append([]byte(c.match+"\n"), c.body...))
		c.key = form + "." + base64.RawURLEncoding.EncodeToString(content[:])
	}
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		out := c.once()
		if out.Status < http.StatusBadRequest {
			return out, nil
		}
		var p Problem
		if err := json.Unmarshal(out.Body, &p); err != nil {
			return out, err
		}
		// Of a double click the second is shown: it waits for what the first comes to.
		if p.Reason != underWay || wait > time.Second {
			return out, &p
		}
		select {
		case <-time.After(wait):
		case <-c.ctx.Done():
			return out, c.ctx.Err()
		}
	}
}

// again shows the form again, with what was filled in and what is wrong with it;
// of what is no fault of the form's, why it was not done.
func (d deed) again(v *visit, err error) (view, error) {
	var p *Problem
	if !errors.As(err, &p) || p.Status != http.StatusBadRequest && p.Status != http.StatusConflict || d.ask == nil && d.page == nil {
		return view{}, err
	}
	if d.ask == nil {
		shown, err := d.page(v)
		if page, ok := shown.data.(faulted); ok {
			page.blame(p)
		}
		shown.status = p.Status
		return shown, err
	}
	f, failed := d.ask(v)
	if failed != nil {
		return view{}, failed
	}
	f.refill(v.form)
	f.blame(p)
	// What was refused is refused again under its key: the next try is another.
	f.Key, f.Action = newKey(), v.gin.Request.URL.Path
	return view{template: "form", title: d.title, status: p.Status, data: f}, nil
}

// faulted is a page that shows what was wrong with a form on it.
type faulted interface{ blame(*Problem) }

// refill puts what was filled in into the fields.
func (f *form) refill(from url.Values) {
	for i := range f.Fields {
		is := &f.Fields[i]
		if is.Kind == "hidden" {
			continue
		}
		is.Values = nil
		if is.Kind == "many" {
			is.Values = from[is.Name]
		} else {
			is.Value = from.Get(is.Name)
		}
	}
}

// blame puts what is wrong beside the fields, or above them all.
func (f *form) blame(p *Problem) {
	if len(p.Errors) == 0 {
		f.Faults = append(f.Faults, inWords(p))
	}
	for _, fault := range p.Errors {
		i := slices.IndexFunc(f.Fields, func(is field) bool { return within(fault.Field, is.Name) || within(is.Name, fault.Field) })
		if i < 0 || fault.Field == "" {
			f.Faults = append(f.Faults, strings.TrimSpace(plain(fault.Field)+" "+fault.Detail))
			continue
		}
		f.Fields[i].Fault = asked(fault.Detail)
	}
}

// within reports whether a field is another, or a part of it: "comment.en" is one
// of "comment".
func within(part, whole string) bool {
	rest, is := strings.CutPrefix(part, whole)
	return is && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// asked puts what is wrong with a field to whoever fills it in.
func asked(detail string) string {
	if rest, wants := strings.CutPrefix(detail, "want "); wants {
		return "Please give " + rest
	}
	return "It " + detail
}

// spokenForm are words per language as a form has them: "comment.en".
func spokenForm(from url.Values, name string) map[string]string {
	var out map[string]string
	for _, lang := range languages {
		if w := strings.Join(strings.Fields(from.Get(name+"."+string(lang))), " "); w != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[string(lang)] = w
		}
	}
	return out
}
