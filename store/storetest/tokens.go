package storetest

import (
	"errors"
	"time"

	"landline/store"
)

func tokens(w *world) {
	day := 24 * time.Hour
	lee, secret, err := w.Tokens.IssueToken(w.ctx, "Dr Lee", store.AsClinician, w.now.Add(day), w.now)
	if err != nil {
		w.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	kim, other, err := w.Tokens.IssueToken(w.ctx, "Kim", store.Administrator, w.now.Add(30*day), w.now)
	if err != nil || other == secret || kim.ID == lee.ID {
		w.Fatalf("two tokens are one, or %v", err)
	}
	who := func(secret string) string {
		w.Helper()
		staff, admission, err := w.Tokens.Staff(w.ctx, secret, w.now)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return "nobody"
		case err != nil || admission != store.Admitted:
			w.Fatalf("%s, %v", admission, err)
		}
		return staff.Name + ", " + string(staff.Role)
	}
	if got := who(secret); got != "Dr Lee, clinician" {
		w.Error(got)
	}
	for _, wrong := range []string{"", "landline_", secret + "x", string(lee.ID)} {
		if got := who(wrong); got != "nobody" {
			w.Errorf("%q lets in %s", wrong, got)
		}
	}
	listed, err := w.Tokens.ListTokens(w.ctx)
	if err != nil || len(listed) != 2 || listed[0].ID != lee.ID || listed[1].Name != "Kim" {
		w.Errorf("%+v, %v", listed, err)
	}
	w.now = w.now.Add(day)
	if who(secret) != "nobody" || who(other) != "Kim, administrator" {
		w.Error("who is let in after a day")
	}
	for range 2 {
		if err := w.Tokens.RevokeToken(w.ctx, kim.ID, w.now); err != nil {
			w.Fatal(err)
		}
	}
	if who(other) != "nobody" {
		w.Error("let in after it was revoked")
	}
	if err := w.Tokens.RevokeToken(w.ctx, "none", w.now); !errors.Is(err, store.ErrNotFound) {
		w.Errorf("revoking none: %v", err)
	}
}

func sessions(w *world) {
	kim, secret, err := w.Tokens.IssueToken(w.ctx, "Kim", store.Administrator, w.now.AddDate(0, 1, 0), w.now)
	if err != nil {
		w.Fatal(err)
	}
	begin := func() string {
		w.Helper()
		session, err := w.Tokens.BeginSession(w.ctx, kim.ID, w.now)
		if err != nil || session == secret {
			w.Fatalf("%v, or the token's own secret", err)
		}
		return session
	}
	who := func(session string) string {
		w.Helper()
		staff, admission, err := w.Tokens.Session(w.ctx, session, w.now)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return "nobody"
		case err != nil || admission != store.Admitted:
			w.Fatalf("%s, %v", admission, err)
		}
		return staff.Name
	}
	here, elsewhere := begin(), begin()
	for _, wrong := range []string{"", ".", secret, here + "x", string(kim.ID), string(kim.ID) + ".", "x" + here, "}" + here[1:]} {
		if got := who(wrong); got != "nobody" {
			w.Errorf("%q lets in %s", wrong, got)
		}
	}
	if _, _, err := w.Tokens.Staff(w.ctx, here, w.now); !errors.Is(err, store.ErrNotFound) {
		w.Errorf("a session is no token: %v", err)
	}
	if who(here) != "Kim" || who(elsewhere) != "Kim" {
		w.Error("nobody is signed in")
	}
	for range 2 {
		if err := w.Tokens.EndSession(w.ctx, here); err != nil {
			w.Fatal(err)
		}
	}
	if who(here) != "nobody" || who(elsewhere) != "Kim" {
		w.Error("who is signed in after one signed out")
	}
	w.now = w.now.Add(store.SessionFor)
	if who(elsewhere) != "nobody" {
		w.Error("signed in after a day's work")
	}
	last := begin()
	if err := w.Tokens.RevokeToken(w.ctx, kim.ID, w.now); err != nil {
		w.Fatal(err)
	}
	if who(last) != "nobody" {
		w.Error("signed in after the token was revoked")
	}
}

func tokensTooOften(w *world) {
	_, secret, err := w.Tokens.IssueToken(w.ctx, "Kim", store.Administrator, w.now.AddDate(0, 0, 1), w.now)
	if err != nil {
		w.Fatal(err)
	}
	admitted := 0
	for range store.DefaultStaffLimit.Burst + 5 {
		_, admission, err := w.Tokens.Staff(w.ctx, secret, w.now)
		if err != nil {
			w.Fatal(err)
		}
		if admission == store.Admitted {
			admitted++
		}
	}
	if admitted != store.DefaultStaffLimit.Burst {
		w.Errorf("%d were admitted", admitted)
	}
}

func answers(w *world) {
	claim := store.AnswerClaim{Staff: "s", Key: "k", Content: "book", Attempt: "1", Now: w.now}
	begin := func(c store.AnswerClaim, want store.AnswerState, answer string) {
		w.Helper()
		state, got, err := w.Tokens.BeginAnswer(w.ctx, c)
		if err != nil || state != want || string(got) != answer {
			w.Errorf("%s, %q, %v; want %s", state, got, err, want)
		}
	}
	begin(claim, store.AnswerClaimed, "")
	begin(claim, store.AnswerClaimed, "") // its own trip, made again
	second, other, another, later := claim, claim, claim, claim
	second.Attempt, other.Content, another.Staff = "2", "cancel", "t"
	begin(second, store.AnswerBusy, "")
	begin(other, store.AnswerOther, "")
	begin(another, store.AnswerClaimed, "")
	later.Attempt, later.Now = "3", w.now.Add(store.AnswerWithin+time.Second)
	begin(later, store.AnswerClaimed, "")
	const answer = "201|\x00\n|{}"
	if err := w.Tokens.KeepAnswer(w.ctx, later, []byte(answer)); err != nil {
		w.Fatal(err)
	}
	begin(second, store.AnswerKept, answer)
	// Who was overtaken and comes to an end after all changes nothing.
	if err := w.Tokens.KeepAnswer(w.ctx, claim, []byte("otherwise")); err != nil {
		w.Fatal(err)
	}
	begin(claim, store.AnswerKept, answer)
	begin(other, store.AnswerOther, "")
}
