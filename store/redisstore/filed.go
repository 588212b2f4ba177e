package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"landline/store"
)

// filedMember is the place of a result under a name: among those that are told,
// or among those for staff alone.
func filedMember(f shelf, r store.Result, name string) string {
	r.ID = store.ResultID(name)
	return filedPlace(f, store.BehindFiled(store.FiledResult{Result: r}))
}

func filedPlace(f shelf, c store.FiledCursor) string {
	rank := 1
	switch {
	case c.Withheld:
		rank = staffAlone
	case c.Heard:
		rank = 0
	}
	return f.place(rank, c.Taken.Start(time.UTC), string(c.ID))
}

// filed is a result as staff see it, under the name by which they call it.
func (f shelf) filed(r store.Result, name string, o store.Order) (store.FiledResult, error) {
	version, err := f.version(r)
	r.ID = store.ResultID(name)
	r.Released = r.Released.In(o.Now.Location())
	return store.FiledResult{Result: r, Telling: r.Telling(o.Now), Version: version}, err
}

// version names what a result holds, as it was kept. It is not made of the sealed
// form, which is another one each time that the keys are changed.
func (f shelf) version(kept store.Result) (string, error) {
	plain, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("name the version of a result: %w", err)
	}
	return f.s.sealer.name("version", string(plain)), nil
}

// readResults reads a page of all results: one trip.
func (s *Store) readResults(ctx context.Context, o store.Order, r store.ReadResults) (store.Outcome, error) {
	if r.Only != "" {
		return s.readResult(ctx, o, string(r.Only))
	}
	f, limit := s.shelf(o.By.Subject, resultsShelf), pageSize(r.Limit)
	behind := ""
	switch {
	case r.After != (store.FiledCursor{}):
		behind = filedPlace(f, r.After)
	case r.Withheld:
		behind = "0"
	}
	t := s.trip("read-results")
	page := f.span(t, behind, "-", limit+1)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for _, d := range shelvedIn(page) {
		var kept store.Result
		known, err := f.open(d.name(), d.sealed, &kept)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !known:
		case len(out.Filed) == limit:
			out.More = true
		default:
			filed, err := f.filed(kept, d.name(), o)
			if err != nil {
				return store.Outcome{}, err
			}
			out.Verdict, out.Filed = store.Done, append(out.Filed, filed)
		}
	}
	return out, nil
}

// readResult reads one: one trip.
func (s *Store) readResult(ctx context.Context, o store.Order, name string) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, resultsShelf)
	t := s.trip("read-results")
	read := t.do("HGET", f.k.docs, name)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var kept store.Result
	known, err := f.open(name, text(read), &kept)
	if err != nil || !known {
		return store.Outcome{Verdict: store.None}, err
	}
	filed, err := f.filed(kept, name, o)
	return store.Outcome{Verdict: store.Done, Filed: []store.FiledResult{filed}}, err
}

// addResult files a result: three trips, and those of its news.
func (s *Store) addResult(ctx context.Context, o store.Order, r store.AddResult) (store.Outcome, error) {
	if out, err := s.readPerson(ctx, o); err != nil || out.Verdict != store.Done {
		return out, err
	}
	f, result := s.shelf(o.By.Subject, resultsShelf), r.Result
	result.Person, result.Heard = o.By.Subject, store.NotHeard
	if result.ID == "" {
		result.ID = store.ResultID(s.requestName(o.ID))
	}
	name := f.name(string(result.ID))
	if err := s.newsOf(ctx, o, f, result); err != nil {
		return store.Outcome{}, err
	}
	verdict, err := f.putNamed(ctx, o, name, "", result, filedMember(f, result, name))
	if verdict == changedUnderneath {
		return store.Outcome{Verdict: store.Taken}, err
	}
	if err != nil {
		return store.Outcome{}, err
	}
	return s.filedNow(ctx, o, f, name, verdict)
}

// newsOf has the person told of a result that they have not heard and may be told.
func (s *Store) newsOf(ctx context.Context, o store.Order, f shelf, r store.Result) error {
	from, is := r.NewsFrom(o.Now)
	if !is || r.Heard != store.NotHeard {
		return nil
	}
	row, err := f.row(r)
	if err != nil {
		return err
	}
	return s.AddNews(ctx, o.By.Subject, from, o.Now, store.News{What: store.ResultReleased, Of: row, Thing: string(r.ID)})
}

// filedNow reads a result that was just filed.
func (s *Store) filedNow(ctx context.Context, o store.Order, f shelf, name string, verdict store.Verdict) (store.Outcome, error) {
	t := s.after(string(o.Request.Verb()))
	read := t.do("HGET", f.k.docs, name)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var kept store.Result
	if _, err := f.open(name, text(read), &kept); err != nil {
		return store.Outcome{}, err
	}
	filed, err := f.filed(kept, name, o)
	return store.Outcome{Verdict: verdict, Filed: []store.FiledResult{filed}}, err
}

// reviseResult changes a result: three trips, and those of its news.
func (s *Store) reviseResult(ctx context.Context, o store.Order, r store.ReviseResult) (store.Outcome, error) {
	f, name := s.shelf(o.By.Subject, resultsShelf), string(r.Result)
	if len(name) != nameLength || !validID(name) {
		return store.Outcome{Verdict: store.None}, nil
	}
	for range taskChanges {
		t := s.trip("revise-result").durably()
		did, read := t.do("GET", s.personKeys(o.By.Subject).did(s.requestName(o.ID))), t.do("HGET", f.k.docs, name)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		var kept store.Result
		known, err := f.open(name, text(read), &kept)
		if err != nil {
			return store.Outcome{}, err
		}
		version, err := f.version(kept)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !known:
			return store.Outcome{Verdict: store.None}, nil
		case text(did) == "" && r.Version != "" && r.Version != version:
			return store.Outcome{Verdict: store.Taken}, nil
		}
		revise(&kept, r, o.Now)
		if err := s.newsOf(ctx, o, f, kept); err != nil {
			return store.Outcome{}, err
		}
		verdict, err := f.putNamed(ctx, o, name, text(read), kept, filedMember(f, kept, name))
		if err != nil {
			return store.Outcome{}, err
		}
		if verdict != changedUnderneath {
			return s.filedNow(ctx, o, f, name, verdict)
		}
	}
	return store.Outcome{}, fmt.Errorf("revise-result: %w: others change it all the time", store.ErrUnavailable)
}

// revise makes the changes that a clinician asks for. A result whose code keeps
// it from the patient gets the one that leaves it to the clinician. What is said
// of it anew was not heard yet.
func revise(kept *store.Result, r store.ReviseResult, now time.Time) {
	if r.Comment != nil {
		kept.Comment, kept.Heard = r.Comment, store.NotHeard
	}
	if r.InPerson != nil {
		kept.InPerson = *r.InPerson
	}
	if r.Released == nil {
		return
	}
	if !*r.Released {
		kept.Release, kept.Released = store.ReleaseNever, time.Time{}
		return
	}
	kept.Released = now
	if !slices.Contains([]store.Release{store.ReleaseNow, store.ReleaseIfNormal, store.ReleaseAfterDays}, kept.Release) {
		kept.Release = store.ReleaseWhenReviewed
	}
}
