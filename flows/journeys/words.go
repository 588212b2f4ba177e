package journeys

import (
	"strings"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// inLanguage picks the words of the conversation's language, or the first
// language that has any.
func inLanguage(v flows.View, words map[store.Language]string) string {
	if w := words[store.Language(v.Language)]; w != "" {
		return w
	}
	for _, l := range prompts.Languages() {
		if w := words[store.Language(l)]; w != "" {
			return w
		}
	}
	return ""
}

// revealed are words that are about to be told.
func revealed(words map[store.Language]store.Words) map[store.Language]string {
	out := map[store.Language]string{}
	for lang, w := range words {
		out[lang] = w.Reveal()
	}
	return out
}

// inEveryLanguage are the words of all languages, in small letters: who hears
// Welsh may well say "doctor".
func inEveryLanguage(words map[store.Language]string) []string {
	var all []string
	for _, l := range prompts.Languages() {
		if w := words[store.Language(l)]; w != "" {
			all = append(all, strings.ToLower(w))
		}
	}
	return all
}

// what names a clinic, with the clinician where there is one: "Doctor, Dr Shah".
func what(v flows.View, c store.Clinic, who store.Clinician) prompts.Arg {
	words := inLanguage(v, c.Name)
	if who.Name != "" {
		words += ", " + who.Name
	}
	return prompts.Text("What", words)
}

// details are the arguments of a line that tells an appointment.
func details(v flows.View, c store.Clinic, s store.Slot) []prompts.Arg {
	start := s.Start.In(v.Zone())
	return []prompts.Arg{what(v, c, s.Clinician), prompts.Date("Date", start), prompts.Clock("Time", start)}
}

// tell says one appointment.
func tell(k prompts.Key, of func(flows.View) (store.Clinic, store.Slot)) flows.Speech {
	return func(v flows.View) []prompts.Line {
		c, s := of(v)
		return []prompts.Line{prompts.Say(k, details(v, c, s)...)}
	}
}

// with makes one line with arguments.
func with(k prompts.Key, args func(flows.View) []prompts.Arg) flows.Speech {
	return func(v flows.View) []prompts.Line { return []prompts.Line{prompts.Say(k, args(v)...)} }
}

// then says one speech after another.
func then(speeches ...flows.Speech) flows.Speech {
	return func(v flows.View) []prompts.Line {
		var lines []prompts.Line
		for _, s := range speeches {
			lines = append(lines, s(v)...)
		}
		return lines
	}
}

// lineNumber is the practice's own number.
func lineNumber(v flows.View) []prompts.Arg {
	return []prompts.Arg{prompts.Digits("Number", v.Practice.Number.E164())}
}

func chosenSlot(v flows.View) (store.Clinic, store.Slot) {
	var c store.Clinic
	var s store.Slot
	if v.Memory.Clinic != nil {
		c = *v.Memory.Clinic
	}
	if v.Memory.Slot != nil {
		s = *v.Memory.Slot
	}
	return c, s
}

func chosenAppointment(v flows.View) (store.Clinic, store.Slot) {
	a := theAppointment(v)
	return a.Clinic, a.Slot
}

func theAppointment(v flows.View) store.Appointment {
	if v.Memory.Appointment == nil {
		return store.Appointment{}
	}
	return *v.Memory.Appointment
}

func theClinic(v flows.View) store.Clinic {
	c, _ := chosenSlot(v)
	return c
}

func theSlot(v flows.View) store.Slot {
	_, s := chosenSlot(v)
	return s
}

// page is the part of a list that is offered now.
func page[T any](list []T, n int) []T {
	from := min(max(n, 0)*flows.PageSize, len(list))
	return list[from:min(from+flows.PageSize, len(list))]
}

// turnPage offers the next page.
func turnPage[T any](list func(flows.Conversation) []T) func(*flows.Conversation, flows.Event) {
	return func(c *flows.Conversation, _ flows.Event) {
		c.Memory.Page++
		if c.Memory.Page*flows.PageSize >= len(list(*c)) {
			c.Memory.Page = 0
		}
	}
}

// another reports whether another page follows.
func another[T any](list func(flows.Conversation) []T) func(flows.View) bool {
	return func(v flows.View) bool { return len(list(v.Conversation)) > (v.Memory.Page+1)*flows.PageSize }
}

// laterPage is one from which back is the first.
var laterPage = &flows.Fact{Name: "a later page", Of: func(v flows.View) bool { return v.Memory.Page > 0 }}

// toFirstPage goes back to the first page from a later one.
var toFirstPage = flows.Edge{On: flows.Back, If: laterPage, Do: func(c *flows.Conversation, _ flows.Event) {
	c.Memory.Page = 0
}, Go: flows.Same()}
