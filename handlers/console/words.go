package console

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"landline/store"
)

// What the pages say. Staff read English; what patients hear is in prompts.

// funcs are what the templates call.
var funcs = template.FuncMap{
	"day": dayWords, "when": whenAny, "clock": func(t time.Time) string { return t.Format("15:04") }, "national": national,
	"born":      func(s string) string { d, _ := store.ParseDay(s); return dayWords(d) },
	"task":      func(k store.TaskKind) taskWord { return taskWords(k) },
	"about":     func(journey string) string { return aboutWords[journey] },
	"part":      func(p store.PartOfDay) string { return partWords[p] },
	"en":        func(words map[store.Language]string) string { return words["en"] },
	"language":  func(l store.Language) string { return languageWords[l] },
	"level":     func(l store.Level) string { return levelWords[l] },
	"channel":   func(c store.Channel) string { return channelWords[c] },
	"telling":   func(t store.Telling) string { return tellingWords[t] },
	"heard":     func(h store.Hearing) string { return heardWords[h] },
	"kind":      func(k store.ReadingKind) string { return kindWords[k] },
	"trend":     func(t store.Trend) string { return trendWords[t] },
	"severity":  func(s string) string { return severityWords[s] },
	"values":    readingWords,
	"unit":      func(ucum string) string { return unitWords[ucum] },
	"scope":     func(s store.Scope) string { return scopeWords[s] },
	"grant":     func(kind string) string { return grantWords[kind] },
	"standing":  func(is string) string { return standingWords[is] },
	"notice":    func(k store.NoticeKind) string { return noticeWords[k] },
	"rung":      func(r store.Rung) string { return rungWords[r] },
	"role":      func(r store.Role) string { return roleWords[r] },
	"plain":     plain,
	"capital":   capital,
	"did":       didWords,
	"words":     inWords,
	"withheld":  func(parts []string) string { return strings.Join(parts, ", ") },
	"link":      link,
	"nhs":       nhsWords,
	"id":        func(prefix string, i int) string { return prefix + strconv.Itoa(i) },
	"fieldID":   func(name string) string { return "field-" + strings.NewReplacer(".", "-").Replace(name) },
	"chosen":    func(f field, o option) bool { return f.Chosen(o) },
	"newKey":    newKey,
	"dict":      dict,
	"wishes":    wishes,
	"setting":   func(s store.Setting) string { return settingWords[s] },
	"settings":  store.Settings,
	"how":       howWords,
	"short":     shortAny,
	"rfc":       func(t time.Time) string { return t.Format(time.RFC3339) },
	"tenth":     func(t *tenths) string { return store.Tenths(*t).Reveal() },
	"testState": func(state string) string { return testWords[state] },
	"stateWord": func(s store.SlotState) string { return stateWords[s] },
}

// dict gives a part of a page several things by their names.
func dict(pairs ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out
}

func dayWords(d store.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Start(time.UTC).Format("Monday 2 January 2006")
}

// howWords say how something came in, and how surely it was known from whom.
func howWords(c store.Channel, l store.Level) string {
	if c == "" {
		return "from the practice’s files"
	}
	return channelWords[c] + ", " + levelWords[l]
}

func whenWords(t time.Time) string { return whenAny(t) }

// whenAny and shortAny write a time that may be none.
func whenAny(t any) string  { return written(t, "Monday 2 January 2006, 15:04") }
func shortAny(t any) string { return written(t, "Mon 2 Jan 2006, 15:04") }

func written(t any, layout string) string {
	switch t := t.(type) {
	case time.Time:
		return t.Format(layout)
	case *time.Time:
		if t != nil {
			return t.Format(layout)
		}
	}
	return ""
}

// national writes a British number as people there do, and any other as it is.
func national(e164 string) string {
	if rest, ok := strings.CutPrefix(e164, "+44"); ok && len(rest) == 10 {
		return "0" + rest[:4] + " " + rest[4:]
	}
	return e164
}

// nhsWords groups an NHS number as it is printed.
func nhsWords(digits string) string {
	if len(digits) != 10 {
		return digits
	}
	return digits[:3] + " " + digits[3:6] + " " + digits[6:]
}

// plain writes an id of ours as words: "call-back" is "call back".
func plain(id any) string {
	return capital(strings.NewReplacer("-", " ", "_", " ", ".", " ").Replace(fmt.Sprint(id)))
}

// capital begins words with one.
func capital(v any) string {
	words := fmt.Sprint(v)
	first, n := utf8.DecodeRuneInString(words)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[n:]
}

// readingWords are the numbers of a reading: "141/80".
func readingWords(values []tenths) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = store.Tenths(v).Reveal()
	}
	return strings.Join(parts, "/")
}

// didWords say what a line of the ledger is of: "said" is a prompt that was heard.
func didWords(what string) string {
	if key, said := strings.CutPrefix(what, "said "); said {
		return "Heard: " + strings.ToLower(plain(key))
	}
	return plain(what)
}

// taskWord is what a task is, and what to do about it.
type taskWord struct{ title, Do string }

// Title is what templates call.
func (t taskWord) Title() string { return t.title }

func taskWords(k store.TaskKind) taskWord {
	if w, ok := taskKinds[k]; ok {
		return w
	}
	return taskWord{plain(k), ""}
}

var taskKinds = map[store.TaskKind]taskWord{
	store.UrgentAlert:   {"Spoke of a danger to life", "Ring them now. They were told to dial 999."},
	store.Duress:        {"Gave their duress PIN", "Do not ring back: whoever listens may be with them. Follow your safeguarding plan."},
	store.UrgentReading: {"A reading for which they were told to ring 111 or 999", "Ring them now, and see what became of it."},
	store.UrgentAnswer:  {"An answer speaks of a danger", "Ring them now."},
	store.CallBack:      {"Call back", "Ring them. What they keyed and heard is below, so that nothing is asked twice."},
	store.WriteBack:     {"Write back", "They can only text: write, do not ring."},
	store.CheckOutcome:  {"Find out what became of a change", "The answer was lost. See whether it was made, make it if not, and tell them."},
	store.RingOptedOut:  {"Texts are stopped: ring", "They texted a word at which the carrier stops our texts. Ring them."},
	store.RingTooMany:   {"Texts very often: ring", "They are not answered for now. Ring them."},
	store.AnswerMessage: {"A message to answer", "Answer below: they hear it, with your name. Or ring them, and press Done."},
	store.SevereReading: {"A reading to look at", "It is beyond a limit that you set. Look at it, and ring them if need be."},
	store.ReadAnswers:   {"Answers to read", "They sent a questionnaire."},
	store.EnrolCarer:    {"A carer to make sure of", "They agreed to act for somebody. Find out who they are, write down what they may do on that person's page, and give them a PIN."},
	store.OverdueTest:   {"A test result is late", "Ask the laboratory, and tell them. If it was not taken, ask them to come again."},
	store.Unreached:     {"Nothing reached them", "Ring them or write to them."},
	store.Correction:    {"Says that something is wrong", "See what is right, and put it right in the record."},
}

var aboutWords = map[string]string{
	"booking": "booking an appointment", "appointments": "their appointments", "identify": "showing who they are",
	"carer": "acting for somebody else", "readings": "what they measured", "mycarers": "who may act for them",
	"results": "test results", "summary": "their summary", "messages": "messages", "questions": "a questionnaire",
	"sharing": "what they share", "settings": "how they are reached", "visits": "who looked at their record",
}

var (
	partWords     = map[store.PartOfDay]string{store.Morning: "in the morning", store.Afternoon: "in the afternoon"}
	languageWords = map[store.Language]string{"en": "English", "cy": "Welsh"}
	levelWords    = map[store.Level]string{
		store.Unproved: "who it was is not proved", store.ByBirthday: "proved by number and date of birth", store.ByPIN: "proved by PIN",
	}
	channelWords  = map[store.Channel]string{store.Voice: "by telephone", store.Text: "by text", store.Console: "here"}
	tellingWords  = map[store.Telling]string{store.Told: "they hear all of it", store.TalkOnly: "they hear only that the team wants to talk", store.NotTold: "they hear nothing of it"}
	heardWords    = map[store.Hearing]string{store.NotHeard: "not heard yet", store.HeardTold: "heard", store.HeardAll: "heard, with each value", store.Understood: "heard, and it made sense"}
	roleWords     = map[store.Role]string{store.AtReception: "reception", store.AsClinician: "clinician", store.Administrator: "administrator"}
	grantWords    = map[string]string{namedByPerson: "named by them", string(store.Attorney): "attorney", string(store.Parent): "parent or guardian"}
	standingWords = map[string]string{here: "A patient here", string(store.Died): "Has died", string(store.MovedAway): "Has moved away", string(store.Merged): "Merged with another record"}
	rungWords     = map[store.Rung]string{store.ByText: "Text", store.ByCall: "Call", store.ByTask: "A task for staff"}
	severityWords = map[string]string{"practice": "ring the practice", "111": "ring 111", "999": "ring 999"}
	stateWords    = map[store.SlotState]string{store.SlotFree: "Free", store.SlotHeld: "Being read to a caller", store.SlotBooked: "Booked"}
)

var kindWords = map[store.ReadingKind]string{
	store.BloodPressure: "Blood pressure", store.Pulse: "Pulse", store.Glucose: "Blood sugar", store.Weight: "Weight",
	store.PeakFlow: "Peak flow", store.Temperature: "Temperature", store.Oxygen: "Oxygen", store.Pain: "Pain",
}

var unitWords = map[string]string{
	"mm[Hg]": "mmHg", "/min": "a minute", "mmol/L": "mmol/l", "kg": "kg", "L/min": "l/min", "Cel": "°C", "%": "%", "{score}": "of 10",
}

var trendWords = map[store.Trend]string{
	store.TooFew: "too few to compare", store.Same: "about the same as before", store.Higher: "a little higher than before",
	store.Lower: "a little lower than before", store.MuchHigher: "much higher than before", store.MuchLower: "much lower than before",
}

var scopeWords = map[store.Scope]string{
	store.HearAppointments: "hear their appointments", store.BookAppointments: "book, move and cancel appointments", store.HearResults: "hear results",
	store.UseMessages: "leave and hear messages", store.SendReadings: "send and hear readings", store.HearSummary: "hear medicines, allergies and conditions",
	store.AnswerQuestions: "answer questionnaires",
}

var noticeWords = map[store.NoticeKind]string{
	store.EarlyReminder: "Reminder, three days before", store.LateReminder: "Reminder, the day before", store.RingBack: "A call that they asked for",
	store.Confirmation: "Confirmation of an appointment", store.Update: "There is something new in their record", store.Word: "A word to a machine",
	store.Offered: "An earlier time is offered", store.Invited: "Asked to act for somebody", store.Note: "A text that they asked for", store.CodeAsked: "A code asked for on a new number of theirs",
}

// testWords say whether the result of a test is there.
var testWords = map[string]string{waitedFor: "Waited for", came: "Its result is there", late: "Late"}

// saidWords are told on the page to which one goes once something was done. What
// stands in the address is a key, and nothing of what was done to whom.
var saidWords = map[string]string{
	"signed-out": "You are signed out.", "claimed": "It is yours now.", "closed": "Done. It is off the list.",
	"answered": "Your answer is kept, and off the list. They are told that it is there.", "language": "The language is changed.",
	"standing": "Saved: whether they are a patient here.", "number": "The number is not theirs any more.", "grant": "They may act for them now.",
	"told": "Saved, as they asked for.", "grant-ended": "They may act for them no more.", "revised": "Saved. What they may hear of it stands beside it.", "added": "The result is added.",
	"ordered": "Its result is waited for.", "withdrawn-test": "It is waited for no more.",
	"booked": "It is booked.", "moved": "It is moved.", "cancelled": "It is cancelled.", "withdrawn": "Nobody is offered that time any more.",
	"setting": "Saved, as they asked for.", "entry": "It is in their summary.", "entry-corrected": "It is corrected.", "entry-ended": "It holds no more from that day on.",
	"asked": "It waits for them.", "withdrawn-ask": "It is taken back.",
	"published": "Published: callers are offered these times now.",
}

func asProblem(err error) *Problem {
	var p *Problem
	errors.As(err, &p)
	return p
}

// troubleTitle is the heading of the page that says why something was not done.
func troubleTitle(p *Problem) string {
	switch {
	case p.Status == http.StatusForbidden:
		return "You may not do that"
	case p.Status == http.StatusNotFound:
		return "That is not there"
	case p.Status == http.StatusTooManyRequests:
		return "Too many at once"
	case p.Status >= http.StatusInternalServerError:
		return "That did not work"
	}
	return "That was not done"
}

// inWords says why something was not done, and what to do now.
func inWords(p *Problem) string {
	switch p.Reason {
	case "beyond the role":
		return "Your role may not see or do that. Ask somebody whose role may."
	case "taken":
		return "Somebody else was first, or it changed meanwhile. Look again, and choose anew."
	case "changed since":
		return "Somebody changed it since you opened the page. Look at it again before you change it."
	case "none":
		return "It is not there, or not any more. " + strings.TrimPrefix(p.Detail, notFound.Detail)
	case "unknown":
		return "It may have been done: the answer was lost. Look whether it was, before you do it again."
	case "unavailable":
		return "The record cannot be reached just now. Nothing was changed. Try again in a minute."
	case "key reused", keyHeader:
		return "This form was sent already. Look whether it was done, and open it anew if not."
	case string(store.PersonDied), string(store.PersonMoved), string(store.PersonMerged):
		return "They are no patient here any more."
	}
	if p.Detail != "" {
		return p.Detail
	}
	return "Nothing was changed. Go back and try again."
}

// deeds are all that staff do by a form.
func deeds() []deed {
	var all []deed
	for _, some := range [][]deed{taskDeeds, personDeeds, careDeeds, appointmentDeeds, resultDeeds, clinicDeeds} {
		all = append(all, some...)
	}
	return all
}
