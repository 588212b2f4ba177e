package redisstore_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// play makes use of everything that the store keeps.
func play(t *testing.T, s *redisstore.Store) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	do := func(by store.Authority, r store.Request) store.Outcome {
		t.Helper()
		n++
		o := store.Order{ID: store.RequestID(fmt.Sprint("request-", n)), By: by, Request: r, Now: storetest.Now}
		perform := s.Perform
		switch r.(type) {
		case store.Recognise:
			perform = s.Recognise
		case store.Identify:
			perform = s.Identify
		case store.CheckPIN:
			perform = s.CheckPIN
		case store.Remember:
			perform = s.Remember
		}
		out, err := perform(ctx, o)
		must(err)
		return out
	}
	b := storetest.Batch()
	for i, r := range b.People { // names that stand for nothing else
		b.People[i].Person.Given, b.People[i].Person.Family = "Given"+r.Person.Given, "Family"+r.Person.Family
	}
	zoe := store.Person{ID: "zoe-6", Given: "GivenZoe", Family: "FamilyLane", Born: storetest.Born[storetest.Meena], Numbers: []store.Number{storetest.Stranger}}
	b.People = append(b.People, store.PersonRow{Person: zoe})
	b.Results = []store.Result{{
		ID: "secretresult", Person: storetest.Tom, Test: "secrettest", Name: map[store.Language]string{"en": "secretname"}, Taken: storetest.Today,
		Comment: map[store.Language]store.Words{"en": "secretcomment"}, Status: store.Final, Release: store.ReleaseNow,
	}}
	b.Entries = []store.Entry{{
		ID: "secretentry", Person: storetest.Tom, Kind: store.Medicine, Name: map[store.Language]store.Words{"en": "secretmedicine"},
		Source: map[store.Language]string{"en": "secretsource"}, Recorded: storetest.Today,
	}}
	b.Explanations = []store.Explanation{{Test: "a-test", Text: map[store.Language]string{"en": "secretexplanation"}}}
	b.Limits = []store.ReadingLimits{
		{Kind: store.Oxygen, Bounds: []store.Bound{{Low: 930, Severity: store.Ring999}}},
		{Person: storetest.Tom, Kind: store.Pulse, Bounds: []store.Bound{{High: 1000, Severity: store.RingPractice}}},
	}
	mustImport(t, s, b)
	tom := as(storetest.Tom)
	tom.Caller = storetest.TomPhone
	do(tom, store.Identify{Born: storetest.Born[storetest.Tom]})
	do(tom, store.Identify{Born: storetest.Born[storetest.Mary]})
	do(tom, store.Identify{NHS: storetest.MaryNHS, Born: storetest.Born[storetest.Mary]})
	do(tom, store.CheckPIN{PIN: "9184"})
	do(tom, store.CheckPIN{PIN: "5526"})
	do(tom, store.Remember{Language: "cy", Slow: true})
	slot := storetest.Slot
	do(tom, store.FindSlots{Clinic: clinicOf(storetest.Nurse)})
	do(tom, store.ReleaseSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 7, 9, 0)})
	do(tom, store.HoldSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 1, 9, 0)})
	a := do(tom, store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 1, 9, 0)}).Appointments[0]
	a = do(tom, store.MoveAppointment{Appointment: a, Slot: slot(storetest.Doctor, 4, 9, 0)}).Appointments[0]
	do(tom, store.CancelAppointment{Appointment: a, Reason: store.FeelingBetter})
	do(tom, store.BookSlot{Clinic: clinicOf(storetest.Private), Slot: slot(storetest.Private, 1, 9, 0)})
	do(tom, store.HoldSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 5, 9, 0)})
	do(tom, store.JoinWaitingList{Clinic: clinicOf(storetest.Nurse), Clinician: "nurse-kay"})
	freed := do(as(storetest.Ann), store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 6, 9, 0)}).Appointments[0]
	do(as(storetest.Ann), store.CancelAppointment{Appointment: freed})
	_, err := s.Sweep(ctx, storetest.Now)
	must(err)
	do(tom, store.OpenTask{Task: store.Task{Kind: store.CallBack, Number: storetest.TomPhone, About: "secretabout", Trail: []string{"secrettrail"}}})
	do(tom, store.NameCarer{Number: storetest.AnnPhone, Scopes: store.Scopes(), Until: storetest.Today.AddDays(9)})
	do(tom, store.AddNumber{Number: storetest.AnnPhone, Code: "5082"})
	do(tom, store.ChangeSetting{Setting: store.Professional, Option: store.SignInterpreter})
	do(tom, store.ListResults{})
	do(tom, store.ListSummary{Kind: store.Medicine})
	do(tom, store.SendReading{Kind: store.Pulse, Values: []store.Tenths{720}})
	do(tom, store.HearResult{Result: "secretresult", Upto: store.HeardTold})
	do(tom, store.LeaveMessage{Words: "secretmessage"})
	do(tom, store.LeaveMessage{Recording: "REsecretrecording"})
	asked, err := s.AskQuestionnaire(ctx, store.AskRow{Person: storetest.Tom, Questionnaire: "phq-9"}, storetest.Now)
	must(err)
	do(tom, store.AnswerQuestion{Ask: asked, Item: "1", Answers: []store.Answer{store.OfCode("http://loinc.org", "LA6568-5")}})
	asked, err = s.AskQuestionnaire(ctx, store.AskRow{Person: storetest.Tom, Questionnaire: "friends-and-family"}, storetest.Now)
	must(err)
	do(tom, store.AnswerQuestion{Ask: asked, Item: "2", Answers: []store.Answer{store.OfWords("secretanswerofmine")}})
	errands, err := s.DueErrands(ctx, storetest.Now, 1)
	must(err)
	must(s.KeepRecorded(ctx, errands[0], []byte("secretaudio")))
	tasks, err := s.Tasks(ctx, store.TaskCursor{}, 100)
	must(err)
	for _, task := range tasks {
		if task.Message != "" {
			_, err := s.AnswerMessage(ctx, task.ID, "secretstaff", "secretanswer", storetest.Now)
			must(err)
		}
	}
	token, _, err := s.IssueToken(ctx, "secretnurse", store.AsClinician, storetest.Now.AddDate(0, 0, 1), storetest.Now)
	must(err)
	nurse := store.Authority{Conversation: "console", Channel: store.Console, Subject: zoe.ID, Staff: &token.Staff}
	do(nurse, store.AddResult{Result: store.Result{ID: "secretadded", Name: map[store.Language]string{"en": "secretname"}, Taken: storetest.Today, Status: store.Final}})
	filed := do(nurse, store.ReadResults{}).Filed[0]
	do(nurse, store.ReviseResult{Result: filed.Result.ID, Comment: map[store.Language]store.Words{"en": "secretcomment"}})
	do(nurse, store.SetStanding{Standing: store.Standing{Is: store.Merged, Into: storetest.Mary}})
	do(nurse, store.FindPeople{Born: zoe.Born, Family: zoe.Family})
	do(nurse, store.IssuePIN{})
	do(nurse, store.LoseNumber{Number: storetest.Stranger})
	claim := store.AnswerClaim{Staff: token.ID, Key: "secretkey", Content: "secretbody", Attempt: "1", Now: storetest.Now}
	_, _, err = s.BeginAnswer(ctx, claim)
	must(err)
	must(s.KeepAnswer(ctx, claim, []byte("secretkept")))
	_, err = s.Import(ctx, store.Batch{Messages: []store.MessageRow{{
		About: "secretmovedabout", Message: store.Message{ID: "secretmovedid", Person: storetest.Tom, By: storetest.Tom, At: storetest.Now, Words: "secretmoved"},
	}}, Responses: []store.ResponseRow{{
		Ask:      store.Ask{ID: "secretaskid", Person: storetest.Tom, Title: map[store.Language]string{"en": "secretasked"}, At: storetest.Now, Sent: storetest.Now},
		Response: []byte(`{"resourceType":"QuestionnaireResponse","item":[{"text":"secretgiven"}]}`),
	}}}, storetest.Now)
	must(err)
	must(s.Note(ctx, store.LedgerLine{ID: "noted", Conversation: "console", Subject: zoe.ID, What: "secretnoted", Staff: &token.Staff, At: storetest.Now}))
	_, err = s.OptOut(ctx, storetest.TomPhone, "SMsecretword", storetest.Now)
	must(err)
	for turn := range 3 {
		input := store.InputID(fmt.Sprint("CAsecretcall-", turn))
		id := store.ConversationID("sms-" + storetest.TomPhone.E164())
		_, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: id, Input: input, Turn: turn, Content: "secretcontent", Now: storetest.Now})
		must(err)
		must(s.SaveTurn(ctx, store.TurnSave{
			Conversation: id, Input: input, Number: turn, State: []byte("secretstate"), Reply: []byte("secretreply"), Now: storetest.Now,
			Lines: []store.LedgerLine{{ID: "line", Subject: storetest.Tom, Actor: storetest.Tom, What: "secretwhat", At: storetest.Now}},
		}))
		if turn == 1 {
			_, err := s.Chain(ctx, 100)
			must(err)
		}
	}
}

// secrets are what nobody may find in a dump, in any spelling.
func secrets() []string {
	out := []string{
		"GivenMary", "GivenTom", "GivenAnn", "FamilyJones", "FamilyPrice", "FamilyPatel", "secret", "feeling-better", "sign-language-interpreter", "call-back",
		storetest.MaryNHS.Digits(), storetest.TomNHS.Digits(), "mary-1", "tom-2", "ann-3", "ravi-4", "meena-5",
	}
	for _, n := range []store.Number{storetest.MaryPhone, storetest.TomPhone, storetest.AnnPhone, storetest.SharedPhone, "+441632960000"} {
		out = append(out, strings.TrimPrefix(n.E164(), "+44"))
	}
	for _, b := range storetest.Born {
		at := b.Day().Start(time.UTC)
		for _, layout := range []string{"2006-01-02", "20060102", "02/01/2006", "020106", "2 January 2006", "Jan 2"} {
			out = append(out, at.Format(layout))
		}
	}
	return out
}

// pins finds a PIN that stands for itself, not within a keyed name or a time.
var pins = regexp.MustCompile(`(^|[^0-9A-Za-z_-])(4071|9184|5526)($|[^0-9A-Za-z_-])`)

// dump is every key with all that stands under it, as a thief would read it.
func dump(t *testing.T, c redis.UniversalClient) map[string][]string {
	t.Helper()
	ctx := t.Context()
	out := map[string][]string{}
	node := func(ctx context.Context, node *redis.Client) error {
		keys := node.Scan(ctx, 0, "*", 1000).Iterator()
		for keys.Next(ctx) {
			k := keys.Val()
			var values []string
			switch kind := node.Type(ctx, k).Val(); kind {
			case "string":
				values = []string{node.Get(ctx, k).Val()}
			case "hash":
				for f, v := range node.HGetAll(ctx, k).Val() {
					values = append(values, f, v)
				}
			case "list":
				values = node.LRange(ctx, k, 0, -1).Val()
			case "zset":
				values = node.ZRange(ctx, k, 0, -1).Val()
			default:
				return fmt.Errorf("%s is a %s", k, kind)
			}
			out[k] = values
		}
		return keys.Err()
	}
	var err error
	switch c := c.(type) {
	case *redis.ClusterClient:
		var one sync.Mutex // all masters are asked at once
		err = c.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
			one.Lock()
			defer one.Unlock()
			return node(ctx, master)
		})
	case *redis.Client:
		err = node(ctx, c)
	default:
		err = fmt.Errorf("a client that is a %T", c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A stolen dump tells nothing: no name, number, birthday, PIN, NHS number,
// person's id, content of a conversation or of a task stands in a key or value.
func TestDumpTellsNothing(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		s := open(t, url)
		play(t, s)
		all := dump(t, s.Client())
		if len(all) < 50 {
			t.Fatalf("only %d keys: what was played?", len(all))
		}
		for k, values := range all {
			for _, v := range append(values, k) {
				for _, secret := range secrets() {
					if strings.Contains(v, secret) {
						t.Errorf("%q stands under %s", secret, k)
					}
				}
				if pins.MatchString(v) {
					t.Errorf("a PIN stands under %s", k)
				}
			}
		}
	})
}

// The files that a real server writes tell no more.
func TestFilesTellNothing(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	s := open(t, server.URL())
	play(t, s)
	if err := s.Client().Save(context.Background()).Err(); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	read := 0
	err := filepath.WalkDir(server.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read += len(content)
		for _, secret := range secrets() {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, filepath.Base(path))
			}
		}
		if at := pins.FindIndex(content); at != nil {
			t.Errorf("a PIN stands in %s: %q", filepath.Base(path), content[at[0]:at[1]])
		}
		return nil
	})
	if err != nil || read < 10_000 {
		t.Errorf("read %d bytes, %v", read, err)
	}
}
