package main

import (
	"strings"
	"testing"

	"landline/store"
	"landline/store/demopractice"
)

// Whom nothing reached is written to, in their language and in what would have
// been said; of news a letter says no more than a text does.
func TestWhoWasNotReachedIsWrittenTo(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	now := demopractice.StoryTime()
	if err := importDemo(t.Context(), record, now); err != nil {
		t.Fatal(err)
	}
	huw := demopractice.ID("huw")
	if err := record.AddNews(t.Context(), huw, now, now, store.News{What: store.CarerActed, Of: "a reading"}); err != nil {
		t.Fatal(err)
	}
	write := func(notice store.NoticeID) (store.TaskID, string) {
		t.Helper()
		out, err := record.Perform(t.Context(), store.Order{
			ID: store.RequestID("task of " + notice), By: store.Authority{Actor: huw, Subject: huw}, Now: now,
			Request: store.OpenTask{Task: store.Task{Kind: store.Unreached, Notice: notice}},
		})
		if err != nil || out.Verdict != store.Done {
			t.Fatal(out, err)
		}
		tasks, err := record.Tasks(t.Context(), store.TaskCursor{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		task := tasks[len(tasks)-1]
		for _, k := range tasks {
			if k.Notice == notice {
				task = k
			}
		}
		lang, paragraphs, err := letterOf(t.Context(), record, task, now)
		if err != nil {
			return task.ID, err.Error()
		}
		return task.ID, string(lang) + "\n" + strings.Join(paragraphs, "\n")
	}
	due, err := record.DueNotices(t.Context(), now.AddDate(0, 0, 30), 50)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[store.PersonID]string{}
	var last store.TaskID
	for _, id := range due {
		n, err := record.OpenNotice(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		task, letter := write(id)
		last, letters[n.Person] = task, letters[n.Person]+letter+"\n"
	}
	for who, want := range map[store.PersonID][]string{
		huw:                     {"cy\nDydd Mercher 16 Medi", "Annwyl Huw,", "Mae neges i chi.", "01632 960000"},
		demopractice.ID("mary"): {"en\nWednesday 16 September", "Dear Mary,", "You have an appointment: nurse, Sister Helen Marsh", "press 2 to hear"},
	} {
		for _, words := range want {
			if !strings.Contains(letters[who], words) {
				t.Errorf("%q is not in:\n%s", words, letters[who])
			}
		}
	}
	m := newMachine("", variables)
	if status := m.run(t, "tasks", "letter", string(last)); status != 0 || !strings.HasPrefix(m.out.String(), "%PDF-") || !strings.HasSuffix(strings.TrimSpace(m.out.String()), "%%EOF") {
		t.Errorf("status %d, %d bytes, %s", status, m.out.Len(), m.err.String())
	}
	if _, got := write(""); got != errNoLetter.Error() {
		t.Errorf("about nothing: %s", got)
	}
}
