package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"landline/flows/screenplay"
	"landline/handlers/console"
	"landline/handlers/exchange"
	"landline/store"
	"landline/store/demopractice"
)

// LetGo has a clinician find somebody by their telephone, and the result among
// those that they may not hear, and let it go: by the JSON API, as any client.
func (t *theatre) LetGo(ctx context.Context, staff string, of screenplay.Phone, test, words string) ([]screenplay.Heard, error) {
	desk, err := t.staffDesk(ctx, staff, store.AsClinician)
	if err != nil {
		return nil, err
	}
	person, err := desk.who(ctx, of)
	if err != nil {
		return nil, err
	}
	var withheld struct {
		Results []struct {
			ID   string            `json:"id"`
			Name map[string]string `json:"name"`
		} `json:"results"`
	}
	results := "/people/" + person + "/results"
	if err := desk.ask(ctx, http.MethodGet, results+"?withheld=true", nil, &withheld); err != nil {
		return nil, err
	}
	for _, r := range withheld.Results {
		if r.Name["en"] == test {
			change := map[string]any{"comment": map[string]string{"en": words}, "released": true}
			return nil, desk.ask(ctx, http.MethodPatch, results+"/"+r.ID, change, nil)
		}
	}
	return nil, errors.New("but no such result is withheld")
}

// OrderTest has a clinician order a test, by the JSON API.
func (t *theatre) OrderTest(ctx context.Context, staff string, of screenplay.Phone, test string, private bool, days int) ([]screenplay.Heard, error) {
	desk, err := t.staffDesk(ctx, staff, store.AsClinician)
	if err != nil {
		return nil, err
	}
	person, err := desk.who(ctx, of)
	if err != nil {
		return nil, err
	}
	due := store.DayOf(t.clock.Now().In(demopractice.Zone())).AddDays(days)
	return nil, desk.ask(ctx, http.MethodPost, "/people/"+person+"/ordered-tests", map[string]any{
		"name": map[string]string{"en": test}, "due": due, "private": private,
	}, nil)
}

// who is the person who has a telephone to themselves.
func (d *staffDesk) who(ctx context.Context, has screenplay.Phone) (string, error) {
	var found struct {
		People []struct {
			ID string `json:"id"`
		} `json:"people"`
	}
	err := d.ask(ctx, http.MethodPost, "/people/search", map[string]string{"number": has.Number}, &found)
	if err != nil || len(found.People) != 1 {
		return "", fmt.Errorf("but %d people have that telephone, %w", len(found.People), err)
	}
	return found.People[0].ID, nil
}

// staffDesk is a member of staff before the JSON API.
type staffDesk struct {
	through http.RoundTripper
	secret  string
}

func (t *theatre) staffDesk(ctx context.Context, name string, role store.Role) (*staffDesk, error) {
	now := t.clock.Now()
	_, secret, err := t.gateway.store.IssueToken(ctx, name, role, now.AddDate(0, 0, 1), now)
	if err != nil {
		return nil, err
	}
	router, err := t.gateway.router(true)
	return &staffDesk{exchange.Through(router), secret}, err
}

// ask asks for something and reads the answer into out; nil: whatever it is.
func (d *staffDesk) ask(ctx context.Context, method, path string, body, out any) error {
	content := ""
	if body != nil {
		plain, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = string(plain)
	}
	r, err := http.NewRequestWithContext(ctx, method, stageURL+console.Base+path, strings.NewReader(content))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.secret)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", randomHex(16))
	}
	answer, err := d.through.RoundTrip(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("but the API says %d: %s", answer.StatusCode, said)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(said, out)
}
