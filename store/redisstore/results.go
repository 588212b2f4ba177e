package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	resultsScript      = mustScript("results")
	hearScript         = mustScript("hear")
	importResultScript = mustScript("import_result")
)

// A person's results stand in a sorted set in the order in which they are
// told, so that a page costs the same whether there are three or a thousand.
// What may never be told as it stands is not in it, and costs nothing to leave
// out. The days there are shifted as those of appointments are.

// resultName is under what a person's result stands: its id is the practice's
// own, and is no business of whoever reads a dump.
func (s *Store) resultName(p store.PersonID, id store.ResultID) string {
	return s.sealer.name("result", string(p), string(id))
}

// resultMember is a place in the order: read backwards, results not heard yet
// come first, and the newest among each.
func (s *Store) resultMember(p store.PersonID, c store.ResultCursor) string {
	rank := "1"
	if c.Heard {
		rank = "0"
	}
	return rank + orderKey(c.Taken.Start(time.UTC).UnixMilli()+s.shift(p), s.resultName(p, c.ID))
}

// resultHeader is what a list needs to name a result, and no more.
func resultHeader(r store.Result, telling store.Telling) store.Result {
	h := store.Result{ID: r.ID, Person: r.Person, Taken: r.Taken, Heard: r.Heard}
	if telling == store.TalkOnly {
		h.InPerson = true
		return h
	}
	h.Name = r.Name
	return h
}

// listResults reads a page of what may be told: one trip, one more for each
// page of which nothing may be told yet.
func (s *Store) listResults(ctx context.Context, o store.Order, r store.ListResults) (store.Outcome, error) {
	k, limit := s.personKeys(o.By.Subject), pageSize(r.Limit)
	out := store.Outcome{Verdict: store.None}
	high := "+"
	if r.After != (store.ResultCursor{}) {
		high = "(" + s.resultMember(o.By.Subject, r.After)
	}
	for {
		t := s.trip("list-results")
		listed := t.call(resultsScript, []string{k.resultOrder, k.results}, high, limit+1)
		grant := s.readGrant(t, o.By)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		by, err := s.authority(o.By, grant)
		if err != nil {
			return store.Outcome{}, err
		}
		if !store.Allow(by, r, today(o)).Allowed {
			return refusedOutcome, nil
		}
		page := texts(listed)
		for i := 0; i+1 < len(page); i += 2 {
			high = "(" + page[i]
			kept, known, err := s.openResult(k, page[i][len(page[i])-nameLength:], page[i+1])
			if err != nil {
				return store.Outcome{}, err
			}
			telling := kept.Telling(o.Now)
			if !known || telling == store.NotTold {
				continue
			}
			if len(out.Results) == limit {
				out.More = true
				return out, nil
			}
			out.Verdict = store.Done
			out.Results = append(out.Results, resultHeader(kept, telling))
		}
		if len(page) <= 2*limit {
			return out, nil
		}
	}
}

// hearResult tells a result and notes how far it was heard: two trips.
func (s *Store) hearResult(ctx context.Context, o store.Order, r store.HearResult) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	k, name := s.personKeys(o.By.Subject), s.resultName(o.By.Subject, r.Result)
	request := k.did(s.requestName(o.ID))
	for range taskChanges {
		t := s.trip("hear-result")
		read := t.do("HGET", k.results, name)
		grant := s.readGrant(t, o.By)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		by, err := s.authority(o.By, grant)
		if err != nil {
			return store.Outcome{}, err
		}
		if !store.Allow(by, r, today(o)).Allowed {
			return refusedOutcome, nil
		}
		kept, known, err := s.openResult(k, name, text(read))
		if err != nil {
			return store.Outcome{}, err
		}
		telling := kept.Telling(o.Now)
		if !known || telling == store.NotTold {
			return store.Outcome{Verdict: store.None}, nil
		}
		heard := kept
		if r.Upto.Further(kept.Heard) && !o.By.OnBehalf() {
			heard.Heard = r.Upto
		}
		sealed, err := s.sealer.sealJSON(heard, place{k.results, name})
		if err != nil {
			return store.Outcome{}, err
		}
		t = s.trip("hear-result")
		done := t.call(hearScript, []string{request, k.results, k.resultOrder, k.resultAt},
			fingerprint, dids(), name, text(read), sealed, s.resultMember(o.By.Subject, store.CursorBehind(heard)))
		if err := t.send(ctx, writes); err != nil {
			return store.Outcome{}, err
		}
		if text(done) == changedUnderneath {
			continue
		}
		was, ok := parseDid(text(done))
		if !ok || was.fingerprint != fingerprint {
			return store.Outcome{}, fmt.Errorf("hear-result: %w: the request id was used for something else", store.ErrConflict)
		}
		if telling == store.TalkOnly {
			heard = resultHeader(heard, telling)
		}
		return store.Outcome{Verdict: was.verdict, Results: []store.Result{heard}}, nil
	}
	return store.Outcome{}, fmt.Errorf("hear-result: %w: others change it all the time", store.ErrUnavailable)
}

// explainTest reads what a clinician wrote of a test: one trip.
func (s *Store) explainTest(ctx context.Context, r store.ExplainTest) (store.Outcome, error) {
	t := s.trip("explain-test")
	read := t.do("HGET", explanationsKey, r.Test)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	if text(read) == "" {
		return store.Outcome{Verdict: store.None}, nil
	}
	out := store.Outcome{Verdict: store.Done, Explanation: &store.Explanation{}}
	if err := json.Unmarshal([]byte(text(read)), out.Explanation); err != nil {
		return store.Outcome{}, fmt.Errorf("explain-test: %w", err)
	}
	return out, nil
}

// openResult opens a result; false if there is none.
func (s *Store) openResult(k personKeys, name, sealed string) (store.Result, bool, error) {
	var r store.Result
	if sealed == "" {
		return r, false, nil
	}
	if err := s.sealer.openJSON(sealed, place{k.results, name}, &r); err != nil {
		return r, false, err
	}
	return r, true, nil
}

// explanations are read by whoever asks next; the last import has the word.
func (im *importing) explanations(ctx context.Context, rows []store.Explanation) error {
	t := im.s.after("importing explanations")
	done := make([]*redis.Cmd, len(rows))
	for i, e := range rows {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		// Its mark stands beside it, under a name that no test may have.
		done[i] = t.call(rowScript, []string{explanationsKey, explanationsKey},
			"mark|"+e.Test, im.seq, im.s.rowName("explanation", string(text)), e.Test, text)
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for _, d := range done {
		im.count(text(d))
	}
	return nil
}

// results puts each in its place; one whose row changed counts as not heard.
func (im *importing) results(ctx context.Context, rows []store.Result) error {
	s := im.s
	t := s.after("importing results")
	done := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		r.Heard = store.NotHeard
		k, name := s.personKeys(r.Person), s.resultName(r.Person, r.ID)
		plain, err := json.Marshal(r)
		if err != nil {
			return err
		}
		sealed, err := s.sealer.seal(plain, place{k.results, name})
		if err != nil {
			return err
		}
		member := ""
		if r.Lists() {
			member = s.resultMember(r.Person, store.CursorBehind(r))
		}
		done[i] = t.call(importResultScript, []string{k.results, k.resultRows, k.resultOrder, k.resultAt},
			name, im.seq, s.rowName("result", string(plain)), sealed, member)
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for _, d := range done {
		im.count(text(d))
	}
	return nil
}
