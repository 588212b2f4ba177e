package console_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"landline/handlers/console"
)

// described is the API's description, ready to be held against.
type described struct {
	doc    *openapi3.T
	router routers.Router
}

func load(t *testing.T) described {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return described{doc, router}
}

// hold holds a request that was answered well, and any answer, against the
// description. It says which operation it was.
func (d described) hold(r *http.Request, status int, header http.Header, body []byte) (string, error) {
	route, params, err := d.router.FindRoute(r)
	if err != nil {
		return "", fmt.Errorf("no such operation: %w", err)
	}
	options := &openapi3filter.Options{
		MultiError: true, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true, IncludeResponseStatus: true,
		AuthenticationFunc:      func(context.Context, *openapi3filter.AuthenticationInput) error { return nil },
		SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableJSONSchema2020(), openapi3.EnableFormatValidation()},
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if status < 300 {
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			return route.Operation.OperationID, fmt.Errorf("the request: %w", err)
		}
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Options: options,
	})
	if err != nil {
		err = fmt.Errorf("the answer: %w", err)
	}
	return route.Operation.OperationID, err
}

// Each operation was answered well at least once, and so held against what the
// description says of its answer.
func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.bench").Value.String() == "" {
		status = unanswered()
	}
	os.Exit(status)
}

func unanswered() int {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := 0
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if _, was := answered.Load(operation.OperationID); !was {
				fmt.Fprintf(os.Stderr, "FAIL: no test has %s answered\n", operation.OperationID)
				status = 1
			}
		}
	}
	return status
}

// The description has the routes that there are, and no others.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	t.Parallel()
	d := load(t)
	var want []string
	for path, item := range d.doc.Paths.Map() {
		for method := range item.Operations() {
			want = append(want, method+" "+console.Base+path)
		}
	}
	want = append(want, "GET "+console.Base+"/openapi.yaml")
	got := routesOf(t)
	slices.Sort(want)
	slices.Sort(got)
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("the routes are\n%s\nand the description has\n%s", a, b)
	}
}

func routesOf(t *testing.T) []string {
	t.Helper()
	w := newWorld(t)
	var out []string
	for _, route := range w.router(w.config(slog.New(slog.DiscardHandler))).Routes() {
		if !strings.HasPrefix(route.Path, console.Base) {
			continue // a page
		}
		var path []string
		for _, part := range strings.Split(route.Path, "/") {
			if name, is := strings.CutPrefix(part, ":"); is {
				part = "{" + name + "}"
			}
			path = append(path, part)
		}
		out = append(out, route.Method+" "+strings.Join(path, "/"))
	}
	return out
}

// The description is served as it stands in the file.
func TestTheDescriptionIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := w.request("", http.MethodGet, "/openapi.yaml", "")
	rec := newRecorder(w, r)
	if rec.Code != http.StatusOK || !bytes.Equal(rec.Body.Bytes(), file) {
		t.Errorf("%d, %d bytes", rec.Code, rec.Body.Len())
	}
}

// Every answer that the description does not promise is found: a planted one is.
func TestAnAnswerBesidesTheDescriptionIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.get("reception", mary).is(http.StatusOK)
	for name, body := range map[string]string{
		"a field too many": strings.Replace(string(good.body), "{", `{"pin":"4071",`, 1),
		"a field missing":  strings.Replace(string(good.body), `"standing"`, `"stood"`, 1),
		"another kind":     strings.Replace(string(good.body), `"`+"1948-03-12"+`"`, `"12 March"`, 1),
	} {
		if _, err := w.hold(w.request("reception", http.MethodGet, mary, ""), http.StatusOK, good.header, []byte(body)); err == nil {
			t.Errorf("%s: nothing was found", name)
		}
	}
}
