package main

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"landline/handlers/twilio"
)

// Each defence of the edge, taken away, makes the check that is there for it
// fail. Those of the record are taken away beside it, in store/redisstore.
func TestADefenceOfTheEdgeTakenAwayIsNoticed(t *testing.T) {
	t.Parallel()
	t.Run("the signature", func(t *testing.T) {
		t.Parallel()
		if onlyTheCarrierGetsIn(unsigned{newFort(t, newToken, oldToken).router}) == nil {
			t.Error("nobody notices that anybody gets in")
		}
	})
	t.Run("escaping", func(t *testing.T) {
		t.Parallel()
		if wordsArriveAsTheyAre(t.Context(), oddStage(t, func(h http.Handler) http.Handler { return unescaped{h} })) == nil {
			t.Error("nobody notices that names are taken for markup")
		}
	})
}

// unsigned is a gateway that checks no signature: each request gets a right one
// on its way in.
type unsigned struct{ http.Handler }

func (u unsigned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	form, err2 := url.ParseQuery(string(body))
	if err != nil || err2 != nil {
		http.Error(w, "cannot be read", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	r.Header.Set(twilio.SignatureHeader, twilio.Sign(newToken, fortAt+r.URL.RequestURI(), form))
	u.Handler.ServeHTTP(w, r)
}

// unescaped is a gateway that writes words into its documents as they are.
type unescaped struct{ http.Handler }

func (u unescaped) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	u.Handler.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	io.WriteString(w, html.UnescapeString(answer.Body.String()))
}
