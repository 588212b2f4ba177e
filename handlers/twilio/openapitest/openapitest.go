// Package openapitest holds, in tests, requests to the carrier's REST API and
// the answers to them against the carrier's own OpenAPI description.
//
// The description is not shipped with this project. LANDLINE_TWILIO_SPEC names
// a folder that holds it; where it is not set the check is left out, and says
// so.
package openapitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Spec is the environment variable that names the folder with the description.
const Spec = "LANDLINE_TWILIO_SPEC"

const (
	description = "twilio_api_v2010.json"
	carrier     = "https://api.twilio.com"
	formType    = "application/x-www-form-urlencoded"
)

// Transport asks through base, and fails the test for each request that the
// description does not allow and each answer that it does not promise. Without
// the description's folder it only logs.
func Transport(t testing.TB, base http.RoundTripper) http.RoundTripper {
	t.Helper()
	folder := os.Getenv(Spec)
	if folder == "" {
		t.Logf("nothing is checked against the description: %s is not set", Spec)
		return base
	}
	d, err := load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return transport{t, base, d}
}

type transport struct {
	t    testing.TB
	base http.RoundTripper
	described
}

func (c transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := taken(r.Body)
	if err != nil {
		return nil, err
	}
	asked := r.Clone(r.Context())
	asked.Body = io.NopCloser(bytes.NewReader(body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	operation, err := c.request(asked)
	if err != nil {
		c.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	answer, err := c.base.RoundTrip(r)
	if err != nil || operation == nil {
		return answer, err
	}
	given, err := taken(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(given))
	if err := c.answer(operation, answer.StatusCode, answer.Header, given); err != nil {
		c.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return answer, nil
}

// taken reads a body to its end and closes it.
func taken(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

// described is the description, ready to be held against.
type described struct{ router routers.Router }

// load reads the description once: it is two megabytes.
var load = func() func(folder string) (described, error) {
	var mu sync.Mutex
	var loaded described
	return func(folder string) (described, error) {
		mu.Lock()
		defer mu.Unlock()
		if loaded.router != nil {
			return loaded, nil
		}
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(folder, description))
		if err != nil {
			return described{}, fmt.Errorf("read the description: %w", err)
		}
		closeObjects(doc)
		router, err := gorillamux.NewRouter(doc)
		if err != nil {
			return described{}, fmt.Errorf("read the paths of the description: %w", err)
		}
		loaded = described{router}
		return loaded, nil
	}
}()

// closeObjects refuses fields that the description does not name. It leaves
// every object open, so that a misspelt field would pass.
func closeObjects(doc *openapi3.T) {
	closed := openapi3.AdditionalProperties{Has: openapi3.Ptr(false)}
	shut := func(s *openapi3.SchemaRef) {
		if s != nil && s.Value != nil && len(s.Value.Properties) > 0 {
			s.Value.AdditionalProperties = closed
		}
	}
	for _, schema := range doc.Components.Schemas {
		shut(schema)
	}
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			for _, response := range operation.Responses.Map() {
				for _, media := range response.Value.Content {
					shut(media.Schema)
				}
			}
		}
	}
}

// request holds a request against the description and says which operation it
// is. The address may be one that stands in for the carrier's.
func (d described) request(r *http.Request) (*openapi3filter.RequestValidationInput, error) {
	body, err := taken(r.Body)
	if err != nil {
		return nil, err
	}
	asked := r.Clone(r.Context())
	if asked.URL, err = url.Parse(carrier + r.URL.RequestURI()); err != nil {
		return nil, err
	}
	asked.Host, asked.Body = asked.URL.Host, io.NopCloser(bytes.NewReader(body))
	route, params, err := d.router.FindRoute(asked)
	if err != nil {
		return nil, fmt.Errorf("no such operation: %w", err)
	}
	in := &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			MultiError: true, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true,
			AuthenticationFunc: authenticated, SchemaValidationOptions: formats,
		},
	}
	return in, errors.Join(
		openapi3filter.ValidateRequest(r.Context(), in),
		unknownQuery(route.Operation, asked.URL.Query()), unknownForm(route.Operation, asked, body))
}

// unknownQuery names the parameters of a query that are not described.
func unknownQuery(o *openapi3.Operation, query url.Values) error {
	for name := range query {
		if o.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("the query has an unknown parameter %s", name)
		}
	}
	return nil
}

// unknownForm names the parameters of a form that are not described, or that
// come more than once and are no list. The library reads those that it knows,
// and the first value of each.
func unknownForm(o *openapi3.Operation, r *http.Request, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	if kind := r.Header.Get("Content-Type"); kind != formType {
		return fmt.Errorf("the body is %q", kind)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return err
	}
	known := o.RequestBody.Value.Content[formType].Schema.Value.Properties
	for _, name := range slices.Sorted(maps.Keys(form)) {
		switch property := known[name]; {
		case property == nil:
			return fmt.Errorf("the form has an unknown parameter %s", name)
		case len(form[name]) > 1 && !property.Value.Type.Is(openapi3.TypeArray):
			return fmt.Errorf("%s comes %d times", name, len(form[name]))
		}
	}
	return nil
}

// authenticated holds credentials against the one scheme there is.
func authenticated(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	user, password, ok := in.RequestValidationInput.Request.BasicAuth()
	if !ok || user == "" || password == "" {
		return in.NewError(errors.New("no user and password"))
	}
	return nil
}

// answer holds an answer against the description, which tells of success
// alone: what a refusal looks like it does not say.
func (d described) answer(to *openapi3filter.RequestValidationInput, status int, header http.Header, body []byte) error {
	if status >= http.StatusBadRequest {
		return nil
	}
	if status == http.StatusNoContent && len(body) > 0 {
		return fmt.Errorf("%d bytes where there is no content", len(body))
	}
	return openapi3filter.ValidateResponse(to.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: to, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, SchemaValidationOptions: formats},
	})
}

// formats are those of the description that can be told from other strings.
// Telephone numbers are "endpoints" there, which anything can be.
var formats = []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
	"date-time-rfc-2822": openapi3.NewCallbackValidator(func(s string) error { _, err := mail.ParseDate(s); return err }),
	"date-time":          openapi3.NewCallbackValidator(func(s string) error { _, err := time.Parse(time.RFC3339, s); return err }),
	"uri": openapi3.NewCallbackValidator(func(s string) error {
		// Its own examples of pages are addresses without a host.
		if u, err := url.Parse(s); err != nil || u.Host == "" && !strings.HasPrefix(s, "/2010-04-01/") {
			return errors.New("is no address")
		}
		return nil
	}),
})}
