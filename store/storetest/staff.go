package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"landline/store"
)

// asStaff is somebody of the practice who asks about p, or nobody.
func asStaff(role store.Role, p store.PersonID) store.Authority {
	return store.Authority{
		Conversation: "console-" + store.ConversationID(role), Channel: store.Console, Subject: p,
		Staff: &store.Staff{ID: store.StaffID(role), Name: "Lee of " + string(role), Role: role},
	}
}

// once performs a write twice under one id, which comes out alike, and again with
// other content, which is refused.
func (w *world) once(by store.Authority, r, other store.Request) store.Outcome {
	w.Helper()
	o := store.Order{ID: w.id(), By: by, Request: r, Now: w.now}
	first := w.want(w.order(o), store.Done)
	if diff := cmp.Diff(first, w.order(o), cmpTimes, cmpopts.EquateEmpty(), cmp.AllowUnexported(store.Birthday{})); diff != "" {
		w.Error("the same request came out otherwise:", diff)
	}
	o.Request = other
	if _, err := w.Record.Perform(w.ctx, o); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the same id for another %s: %v", r.Verb(), err)
	}
	return first
}

func staffTasks(w *world) {
	clerk := asStaff(store.AtReception, "")
	w.want(w.do(clerk, store.ListTasks{}), store.None)
	w.want(w.do(as(Mary, store.ByPIN), store.LeaveMessage{Words: "May I?"}), store.Done)
	w.now = w.now.Add(1e9)
	w.want(w.do(as(Tom, store.ByPIN), store.OpenTask{Task: store.Task{Kind: store.CallBack, Number: TomPhone, Trail: []string{"booked"}}}), store.Done)
	var ids []store.TaskID
	list := store.ListTasks{Limit: 1}
	for more := true; more; {
		page := w.want(w.do(clerk, list), store.Done)
		t := page.Tasks[0]
		if t.Subject != "" || t.Number.Known() || t.Words != "" || t.Trail != nil {
			w.Errorf("the list tells %+v", t)
		}
		ids, more = append(ids, t.ID), page.More
		list.After = store.BehindTask(t)
	}
	if len(ids) != 2 {
		w.Fatalf("%d tasks", len(ids))
	}
	// What is urgent stands first, also across pages.
	w.now = w.now.Add(1e9)
	w.want(w.do(as(Tom, store.ByPIN), store.OpenTask{Task: store.Task{Kind: store.UrgentAlert}}), store.Done)
	first := w.want(w.do(clerk, store.ListTasks{Limit: 1}), store.Done)
	if t := first.Tasks[0]; !first.More || t.Kind != store.UrgentAlert {
		w.Errorf("first stands %+v", t)
	}
	if then := w.want(w.do(clerk, store.ListTasks{Limit: 1, After: store.BehindTask(first.Tasks[0])}), store.Done); then.Tasks[0].ID != ids[0] {
		w.Errorf("then stands %+v", then.Tasks[0])
	}
	w.want(w.do(clerk, store.CloseTask{Task: first.Tasks[0].ID}), store.Done)
	if t := w.want(w.do(clerk, store.ReadTask{Task: ids[0]}), store.Done).Tasks[0]; t.Subject != Mary || t.Words != "May I?" {
		w.Errorf("the message: %+v", t)
	}
	for range 2 {
		if t := w.want(w.do(clerk, store.ClaimTask{Task: ids[1]}), store.Done).Tasks[0]; t.Claimed != "Lee of reception" {
			w.Errorf("claimed: %+v", t)
		}
	}
	doctor := asStaff(store.AsClinician, "")
	w.want(w.do(doctor, store.ClaimTask{Task: ids[1]}), store.Taken)
	w.want(w.do(doctor, store.CloseTask{Task: ids[1]}), store.Taken)
	w.want(w.do(clerk, store.CloseTask{Task: ids[1]}), store.Done)
	w.want(w.do(doctor, store.AnswerTask{Task: ids[1], Words: "Yes."}), store.None)
	w.want(w.do(doctor, store.AnswerTask{Task: ids[0], Words: "Yes."}), store.Done)
	if m := w.want(w.do(as(Mary, store.ByPIN), store.ListMessages{}), store.Done).Messages; len(m) != 1 || m[0].Staff != "Lee of clinician" {
		w.Errorf("Mary has %+v", m)
	}
	w.want(w.do(clerk, store.HearTask{Task: ids[0]}), store.None)
	for _, r := range []store.Request{store.ReadTask{Task: "none"}, store.ClaimTask{Task: "none"}, store.CloseTask{Task: "none"}, store.HearTask{Task: "none"}} {
		w.want(w.do(clerk, r), store.None)
	}
	w.want(w.do(clerk, store.ListTasks{}), store.None)
}

func staffPeople(w *world) {
	clerk := asStaff(store.AtReception, Tom)
	found := func(f store.FindPeople) (ids []store.PersonID) {
		for _, p := range w.do(asStaff(store.AtReception, ""), f).People {
			ids = append(ids, p.ID)
		}
		return ids
	}
	for _, f := range []store.FindPeople{{NHS: TomNHS}, {Number: TomPhone}, {Born: Born[Tom], Family: " price"}} {
		if diff := cmp.Diff([]store.PersonID{Tom}, found(f)); diff != "" {
			w.Errorf("by %v: %s", f, diff)
		}
	}
	if diff := cmp.Diff([]store.PersonID{Meena, Ravi}, found(store.FindPeople{Number: SharedPhone})); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(asStaff(store.AtReception, ""), store.FindPeople{Born: Born[Tom], Family: "Jones"}), store.None)

	if p := w.once(clerk, store.SetLanguage{Language: "cy"}, store.SetLanguage{Language: "en"}).People[0]; p.Language != "cy" {
		w.Errorf("%+v", p)
	}
	w.once(clerk, store.LoseNumber{Number: TomPhone}, store.LoseNumber{Number: MaryPhone})
	w.want(w.do(clerk, store.LoseNumber{Number: TomPhone}), store.None)
	if got := found(store.FindPeople{Number: TomPhone}); got != nil {
		w.Errorf("found by the number that he lost: %v", got)
	}
	merged := store.Standing{Is: store.Merged, Since: Today, Into: Mary}
	if p := w.once(clerk, store.SetStanding{Standing: merged}, store.SetStanding{}).People[0]; p.Standing != merged || len(p.Numbers) != 0 || p.Language != "cy" {
		w.Errorf("%+v", p)
	}
	if p := w.want(w.do(clerk, store.ReadPerson{}), store.Done).People[0]; p.Standing != merged {
		w.Errorf("%+v", p)
	}
	// Into nobody, into themselves, into one who was merged: none goes on.
	for _, into := range []store.PersonID{"nobody", Ann, Tom} {
		w.want(w.do(asStaff(store.AtReception, Ann), store.SetStanding{Standing: store.Standing{Is: store.Merged, Into: into}}), store.None)
	}
	nobody := asStaff(store.AtReception, "nobody")
	for _, r := range []store.Request{store.ReadPerson{}, store.SetStanding{}, store.SetLanguage{Language: "cy"}, store.LoseNumber{Number: TomPhone}, store.IssuePIN{}} {
		w.want(w.do(nobody, r), store.None)
	}
}

func staffResults(w *world) {
	doctor := asStaff(store.AsClinician, Mary)
	w.want(w.do(doctor, store.ReadResults{}), store.None)
	held := result("held", 2, func(r *store.Result) { r.Release, r.Released = store.ReleaseNever, Now.Add(0) })
	w.withResults(result("newest", 1), held)
	added := w.once(doctor, store.AddResult{Result: result("", 3, func(r *store.Result) { r.Release = "" })}, store.AddResult{Result: result("x", 3)})
	w.want(w.do(doctor, store.AddResult{Result: result("held", 9)}), store.Taken)
	w.want(w.do(asStaff(store.AsClinician, "nobody"), store.AddResult{Result: result("x", 1)}), store.None)

	tests := func(list store.ReadResults) (out []string) {
		list.Limit = 1
		for {
			page := w.want(w.do(doctor, list), store.Done)
			f := page.Filed[0]
			out = append(out, fmt.Sprint(f.Result.Taken, " ", f.Telling))
			if f.Result.ID == "held" {
				w.Error("a result is called by the practice's own id")
			}
			if !page.More {
				return out
			}
			list.After = store.BehindFiled(f)
		}
	}
	if diff := cmp.Diff([]string{"2026-03-01 all", "2026-02-28 nothing", "2026-02-27 nothing"}, tests(store.ReadResults{})); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"2026-02-28 nothing", "2026-02-27 nothing"}, tests(store.ReadResults{Withheld: true})); diff != "" {
		w.Error(diff)
	}

	yes, no := true, false
	mine := added.Filed[0]
	let := store.ReviseResult{Result: mine.Result.ID, Version: mine.Version, Released: &yes, Comment: map[store.Language]store.Words{"en": "Good."}}
	f := w.once(doctor, let, store.ReviseResult{Result: mine.Result.ID, Released: &no}).Filed[0]
	if f.Telling != store.Told || f.Result.Release != store.ReleaseWhenReviewed || f.Result.Comment["en"] != "Good." {
		w.Errorf("let go: %+v", f)
	}
	w.want(w.do(doctor, let), store.Taken) // it has another version by now
	if got := w.told(as(Mary, store.ByPIN)); len(got) != 2 || !slices.Contains(got, "newest") {
		w.Errorf("Mary hears %v", got)
	}
	if f := w.want(w.do(doctor, store.ReviseResult{Result: mine.Result.ID, InPerson: &yes}), store.Done).Filed[0]; f.Telling != store.TalkOnly {
		w.Errorf("for a talk: %s", f.Telling)
	}
	w.want(w.do(doctor, store.ReviseResult{Result: mine.Result.ID, Released: &no}), store.Done)
	if diff := cmp.Diff([]store.ResultID{"newest"}, w.told(as(Mary, store.ByPIN))); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(asStaff(store.AsClinician, Tom), let), store.None)
	w.want(w.do(doctor, store.ReviseResult{Result: "held", Released: &yes}), store.None)
}

// What is for staff nobody else may ask for, and not every role.
func staffAlone(w *world) {
	for _, r := range []store.Request{
		store.ListTasks{}, store.ReadTask{Task: "t"}, store.ClaimTask{Task: "t"}, store.CloseTask{Task: "t"}, store.AnswerTask{Task: "t"}, store.HearTask{Task: "t"},
		store.FindPeople{NHS: MaryNHS}, store.ReadPerson{}, store.SetStanding{}, store.SetLanguage{}, store.LoseNumber{}, store.IssuePIN{},
		store.ReadLedger{}, store.ReadResults{}, store.AddResult{}, store.ReviseResult{}, store.ReadDiary{Clinic: Doctor}, store.PublishSlots{Clinic: Doctor},
		store.WithdrawSlot{Clinic: Doctor}, store.ReadMessages{}, store.MakeGrant{}, store.ReadLimits{}, store.SetLimits{}, store.ReadDeliveries{},
	} {
		w.refusedOrUnknown(as(Mary, store.ByPIN), r)
	}
	for _, r := range []store.Request{store.ReadResults{}, store.AddResult{}, store.ReviseResult{}, store.ReadLedger{}} {
		w.want(w.do(asStaff(store.AtReception, Mary), r), store.Refused)
	}
	for _, r := range []store.Request{store.ReadResults{}, store.AddResult{}, store.ReviseResult{}, store.AnswerTask{Task: "t"}, store.HearTask{Task: "t"}} {
		w.want(w.do(asStaff(store.Administrator, Mary), r), store.Refused)
	}
	w.want(w.do(asStaff("porter", ""), store.ListTasks{}), store.Refused)
	w.want(w.do(asStaff(store.AsClinician, ""), store.ReadPerson{}), store.Refused)
	w.want(w.do(asStaff(store.AsClinician, Mary), store.HearResult{Result: "r"}), store.Refused)
}

// refusedOrUnknown fails if the record does anything.
func (w *world) refusedOrUnknown(by store.Authority, r store.Request) {
	w.Helper()
	out, err := w.Record.Perform(w.ctx, store.Order{ID: w.id(), By: by, Request: r, Now: w.now})
	if err == nil && out.Verdict != store.Refused {
		w.Errorf("%s by %s: %s", r.Verb(), by.Actor, out.Verdict)
	}
}

// Whoever is no patient any more is proved by nothing, and acted for by nobody.
func notHere(w *world) {
	proved := func() store.Verdict {
		out, err := w.Credentials.Identify(w.ctx, store.Order{ID: w.id(), By: from(MaryPhone), Request: store.Identify{Born: Born[Mary]}, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out.Verdict
	}
	for _, is := range []store.StandingKind{store.Died, store.MovedAway, store.Merged, store.Here} {
		s := store.Standing{Is: is}
		if is == store.Merged {
			s.Into = Tom
		}
		w.want(w.do(asStaff(store.Administrator, Mary), store.SetStanding{Standing: s}), store.Done)
		charges := w.do(as(Ann, store.ByPIN), store.ListCharges{})
		if here := is == store.Here; (proved() == store.Done) != here || (len(charges.Charges) == 1) != here {
			w.Errorf("%q: acted for: %+v", is, charges)
		}
		// A file that is another one, and does not know of it, changes nothing of it.
		row := Batch().People[0]
		row.Person.Given = store.Name("Mary " + string(is))
		if _, err := w.Record.Import(w.ctx, store.Batch{People: []store.PersonRow{row}}, w.now); err != nil {
			w.Fatal(err)
		}
		if p, err := w.Record.Person(w.ctx, Mary); err != nil || p.Standing != s || p.Given != row.Person.Given {
			w.Errorf("%q: after a file: %+v, %v", is, p.Standing, err)
		}
	}
}

// A PIN that staff issue proves its owner, and ends their waits.
func issuedPINs(w *world) {
	check := func(pin store.PIN) store.Verdict {
		out, err := w.Credentials.CheckPIN(w.ctx, store.Order{ID: w.id(), By: as(Tom, store.ByBirthday), Request: store.CheckPIN{PIN: pin}, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out.Verdict
	}
	for range store.FreeMisses + 1 {
		check("0000")
	}
	if v := check("9184"); v != store.Wait {
		w.Errorf("after so many misses: %s", v)
	}
	clerk := asStaff(store.AtReception, Tom)
	o := store.Order{ID: w.id(), By: clerk, Request: store.IssuePIN{}, Now: w.now}
	first, again := w.order(o), w.order(o)
	if first.PIN == "" || first.PIN != again.PIN || store.ValidPIN(first.PIN) != nil {
		w.Error("the PIN is none, or another the second time")
	}
	if v := check("9184"); v != store.Wrong {
		w.Errorf("the PIN of before: %s", v)
	}
	if v := check(first.PIN); v != store.Done {
		w.Errorf("the new PIN: %s", v)
	}
	// The file that it did not come from does not undo it.
	if _, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil {
		w.Fatal(err)
	}
	if v := check(first.PIN); v != store.Done {
		w.Errorf("after a file: %s", v)
	}
}

// Lines that no turn leaves come to the ledger, each once.
func notes(w *world) {
	line := func(id string, p store.PersonID) store.LedgerLine {
		return store.LedgerLine{ID: id, At: w.now, Conversation: "console-1", Channel: store.Console, Subject: p, What: "read-person", Staff: &store.Staff{ID: "s", Name: "Lee", Role: store.AtReception}}
	}
	for range 2 {
		if err := w.Ledger.Note(w.ctx, line("a", Mary), line("b", Tom)); err != nil {
			w.Fatal(err)
		}
	}
	if err := w.Ledger.Note(w.ctx); err != nil {
		w.Fatal(err)
	}
	w.chain(100, 2)
	lines, err := w.Ledger.Lines(w.ctx, Mary, 10)
	if err != nil || len(lines) != 1 || lines[0].Staff == nil || lines[0].Staff.Name != "Lee" {
		w.Errorf("%+v, %v", lines, err)
	}
}

func staffSummary(w *world) {
	doctor := asStaff(store.AsClinician, Mary)
	w.want(w.do(doctor, store.ReadEntries{}), store.None)
	told := func() (out []string) {
		for _, e := range w.do(as(Mary, store.ByPIN), store.ListSummary{Kind: store.Medicine}).Entries {
			out = append(out, e.Name["en"].Reveal())
		}
		return out
	}
	entry := func(name string, day int, labels ...store.Label) store.Entry {
		return store.Entry{
			Kind: store.Medicine, Name: map[store.Language]store.Words{"en": store.Words(name)}, Source: map[store.Language]string{"en": "Dr Lee"},
			Recorded: Today.AddDays(-day), Labels: labels,
		}
	}
	added := w.once(doctor, store.AddEntry{Entry: entry("amlodipine", 3)}, store.AddEntry{Entry: entry("x", 1)}).Noted[0]
	w.want(w.do(doctor, store.AddEntry{Entry: entry("lithium", 2, "PSY")}), store.Done)
	w.want(w.do(doctor, store.AddEntry{Entry: entry("ramipril", 1)}), store.Done)
	w.want(w.do(asStaff(store.AsClinician, "nobody"), store.AddEntry{Entry: entry("x", 1)}), store.None)
	if diff := cmp.Diff([]string{"ramipril", "amlodipine"}, told()); diff != "" {
		w.Error(diff)
	}
	var all []string
	list := store.ReadEntries{Limit: 1}
	for more := true; more; {
		page := w.want(w.do(doctor, list), store.Done)
		n := page.Noted[0]
		all, more = append(all, fmt.Sprint(n.Entry.Name["en"].Reveal(), " ", n.Tells)), page.More
		list.After = store.BehindNoted(n)
	}
	if diff := cmp.Diff([]string{"ramipril true", "amlodipine true", "lithium false"}, all); diff != "" {
		w.Error(diff)
	}
	right := entry("amlodipine", 3)
	right.Detail = map[store.Language]store.Words{"en": "one in the morning"}
	fix := store.CorrectEntry{ID: added.Entry.ID, Version: added.Version, Entry: right}
	corrected := w.once(doctor, fix, store.CorrectEntry{ID: added.Entry.ID, Entry: entry("x", 1)}).Noted[0]
	if corrected.Entry.Detail["en"] != "one in the morning" || corrected.Version == added.Version {
		w.Errorf("corrected: %+v", corrected)
	}
	w.want(w.do(doctor, fix), store.Taken) // it is another version by now
	if ended := w.once(doctor, store.EndEntry{ID: added.Entry.ID, Version: corrected.Version, From: Today}, store.EndEntry{ID: added.Entry.ID}).Noted[0]; ended.Tells {
		w.Errorf("ended, and told: %+v", ended)
	}
	if diff := cmp.Diff([]string{"ramipril"}, told()); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(doctor, store.EndEntry{ID: "none"}), store.None)
	w.want(w.do(asStaff(store.AsClinician, Tom), store.EndEntry{ID: added.Entry.ID}), store.None)
	w.want(w.do(asStaff(store.AtReception, Mary), store.ReadEntries{}), store.Refused)
}

func staffQuestions(w *world) {
	doctor, clerk := asStaff(store.AsClinician, Mary), asStaff(store.AtReception, Mary)
	w.want(w.do(doctor, store.ReadAsks{}), store.None)
	ids := []string{}
	for _, f := range w.want(w.do(clerk, store.ReadForms{}), store.Done).Forms {
		ids = append(ids, f.ID)
		if f.Title["en"] == "" {
			w.Errorf("%s has no title", f.ID)
		}
	}
	if diff := cmp.Diff([]string{"friends-and-family", "gad-7", "phq-9", "pre-visit"}, ids); diff != "" {
		w.Error(diff)
	}
	asked := w.want(w.do(clerk, store.AskForm{Form: "friends-and-family", On: Today}), store.Done).Asks[0]
	if again := w.want(w.do(doctor, store.AskForm{Form: "friends-and-family", On: Today}), store.Done).Asks[0]; again.ID != asked.ID {
		w.Error("the same day's is asked twice")
	}
	w.want(w.do(clerk, store.AskForm{Form: "none"}), store.None)
	w.want(w.do(asStaff(store.AtReception, "nobody"), store.AskForm{Form: "gad-7"}), store.None)
	if list := w.want(w.do(doctor, store.ReadAsks{}), store.Done).Asks; len(list) != 1 || list[0].ID != asked.ID {
		w.Errorf("asked: %+v", list)
	}
	if out := w.want(w.do(doctor, store.ReadResponse{Ask: asked.ID}), store.Done); !bytes.Contains(out.Response, []byte("QuestionnaireResponse")) {
		w.Errorf("answers: %s", out.Response)
	}
	w.want(w.do(doctor, store.ReadResponse{Ask: "none"}), store.None)
	w.once(clerk, store.WithdrawAsk{Ask: asked.ID}, store.WithdrawAsk{Ask: "none"})
	w.want(w.do(clerk, store.WithdrawAsk{Ask: asked.ID}), store.None)
	w.want(w.do(doctor, store.ReadAsks{}), store.None)
	w.want(w.do(as(Mary, store.ByPIN), store.ListQuestionnaires{}), store.None)
	// It can be asked again.
	w.want(w.do(clerk, store.AskForm{Form: "friends-and-family", On: Today}), store.Done)
	w.want(w.do(as(Mary, store.ByPIN), store.ListQuestionnaires{}), store.Done)
	for _, r := range []store.Request{store.ReadAsks{}, store.ReadResponse{Ask: asked.ID}} {
		w.want(w.do(clerk, r), store.Refused)
	}
}

func staffSettings(w *world) {
	clerk := asStaff(store.AtReception, Mary)
	if p := w.want(w.do(clerk, store.ListSettings{}), store.Done).Preferences; p.Of(store.ReachBy) != store.ByTextOrCall {
		w.Errorf("%v", p)
	}
	w.once(clerk, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByLetter}, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByCallAlone})
	if p := w.want(w.do(as(Mary, store.ByPIN), store.ListSettings{}), store.Done).Preferences; p.Of(store.ReachBy) != store.ByLetter {
		w.Errorf("%v", p)
	}
	w.want(w.do(asStaff(store.Administrator, Mary), store.ListSettings{}), store.Refused)
}

// A duress PIN is set with a new PIN beside which it may stand, and opens a decoy.
func duressBesidePINs(w *world) {
	doctor := asStaff(store.AsClinician, Mary)
	proofs := 0
	opens := func(pin store.PIN) store.PersonID {
		w.Helper()
		proofs++
		by := as(Mary, store.ByBirthday)
		by.Caller = MaryPhone
		out, err := w.Credentials.CheckPIN(w.ctx, store.Order{ID: store.RequestID(fmt.Sprint("duress proof ", proofs)), By: by, Request: store.CheckPIN{PIN: pin}, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out.Opens
	}
	for _, duress := range []store.PIN{"7302", "73025", "730258"} {
		out := w.want(w.do(doctor, store.IssuePIN{Duress: duress}), store.Done)
		if err := store.ValidDuressPIN(duress, out.PIN); err != nil {
			w.Errorf("beside a PIN that does not bear it: %v", err)
		}
		if opens(out.PIN) != Mary || !opens(duress).Decoy() {
			w.Error("what the two PINs open")
		}
		if chosen, err := w.Record.Settings(w.ctx, Mary); err != nil || !chosen.Careful() {
			w.Errorf("nobody reckons with it that somebody listens: %v, %v", chosen, err)
		}
		// A PIN that is issued later leaves it.
		if later := w.want(w.do(doctor, store.IssuePIN{}), store.Done); opens(later.PIN) != Mary || !opens(duress).Decoy() {
			w.Error("what they open after another PIN")
		}
	}
	w.want(w.do(doctor, store.IssuePIN{Duress: "1234"}), store.Wrong)
	w.want(w.do(asStaff(store.AtReception, Mary), store.IssuePIN{Duress: "7302"}), store.Refused)
}
