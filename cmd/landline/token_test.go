package main

import (
	"strings"
	"testing"
	"time"

	"landline/store"
)

// A token is shown once, lets its owner in, is listed without its secret, and
// lets nobody in once it is revoked.
func TestTokens(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	run := func(want int, args ...string) (out, errs string) {
		t.Helper()
		m := newMachine("", variables)
		if status := m.run(t, append([]string{"token"}, args...)...); status != want {
			t.Fatalf("%v ended with %d: %s", args, status, m.err.String())
		}
		return m.out.String(), m.err.String()
	}
	if listed, _ := run(0, "list"); listed != "There are no tokens.\n" {
		t.Errorf("listed: %s", listed)
	}
	secret, told := run(0, "issue", "Dr Sarah Owen", "--role", "clinician", "--days", "7")
	secret = strings.TrimSpace(secret)
	if !strings.HasPrefix(told, "Dr Sarah Owen, clinician, until ") || strings.Contains(told, secret) {
		t.Errorf("told: %s", told)
	}
	staff, _, err := record.Staff(t.Context(), secret, time.Now())
	if err != nil || staff.Name != "Dr Sarah Owen" || staff.Role != store.AsClinician {
		t.Fatalf("%+v, %v", staff, err)
	}
	if _, _, err := record.Staff(t.Context(), secret, time.Now().AddDate(0, 0, 8)); err == nil {
		t.Error("it holds longer than it should")
	}
	listed, _ := run(0, "list")
	if !strings.Contains(listed, string(staff.ID)+"  Dr Sarah Owen  clinician  until ") || strings.Contains(listed, secret) {
		t.Errorf("listed: %s", listed)
	}
	run(failed, "revoke", secret)
	run(0, "revoke", string(staff.ID))
	if _, _, err := record.Staff(t.Context(), secret, time.Now()); err == nil {
		t.Error("it lets in whoever has it, though it is revoked")
	}
	if listed, _ := run(0, "list"); !strings.Contains(listed, "revoked ") {
		t.Errorf("listed: %s", listed)
	}
	for _, args := range [][]string{
		{"issue", " ", "--role", "clinician"}, {"issue", "Lee", "--role", "porter"}, {"issue", "Lee", "--role", "clinician", "--days", "0"}, {"issue", "Lee", "--role", "clinician", "--days", "999"},
	} {
		run(failed, args...)
	}
}
