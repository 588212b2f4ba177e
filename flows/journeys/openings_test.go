package journeys_test

import (
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

// What people really text, or say, before they have looked at the main menu
// leads on from it.
func TestTheMainMenuUnderstandsAnOpening(t *testing.T) {
	e := engine(t, journeys.Book())
	now := journeys.Samples{}.Now()
	for lang, table := range map[prompts.Language]map[string][]string{
		prompts.English: {
			"book": {
				"need to see a doctor", "doctor pls", "apointmnet", "I want to see the nurse", "Doctor", "appt please", "can i book an apt",
				"Hi can I get an appointment with the doctor please", "need a doctors appointment", "can I see a GP today", "blood test", "book blood test please",
				"nurse", "appointment", "make an apointment", "any appointments today?", "I would like to make an appointment for next week",
				"dr appt", "see a dr", "need flu jab", "need an appt in 2 weeks", "new apt", "next available appointment",
			},
			"appointments": {
				"can i cancle my apt", "can i cancel my appt", "cancel", "cancel appt", "Cancel my appointment please", "cant make my appointment", "I can't make my appointment tomorrow",
				"need to cancel my doctors appointment", "change my appointment", "can I move my appt to friday", "when is my appt", "what time is my appointment",
				"cancel blood test", "my appointments", "reschedule", "rearrange my appt please", "i need to cancel the nurse appointment", "check my appointment", "move appt",
			},
			"results": {
				"are my test results back please", "results", "my blood results", "blood test results", "any results?", "are my bloods back", "tets results", "have my scan results come in",
				"can I get my results pls",
			},
			"readings":      {"readings", "bp", "send a reading please", "my blood sugar", "bp 141"},
			"whole reading": {"BP 141 80", "bp 141/80", "141 over 80", "my sugar is 7.2", "weight 11 stone 4", "peak flow 320", "pulse 72", "temp 38.2 today", "sats 94%", "pain 7 out of 10"},
			"carer":         {"I'm ringing for my mother", "for someone else", "carer", "3", "my mum"},
			"language":      {"cymraeg", "welsh please"},
			"nonsense":      {"3-12-57", "about 2 weeks ago", "book or cancel", "my knee hurts", "don't cancel", "hello"},
			"person":        {"can i speak to someone about my appt", "0"},
		},
		prompts.Welsh: {
			"book": {
				"meddyg", "nyrs", "prawf gwaed", "dwi angen gweld meddyg", "doctor plis", "eisiau apwyntiad gyda'r nyrs", "apwyntiad", "apwyntiad meddyg", "angen gweld y nyrs",
				"hoffwn i drefnu apwyntiad", "ga i apwyntiad plis", "see a doctor", "nurse", "need appt", "prawf gwaed os gwelwch yn dda", "apwyntiad doctor plis",
			},
			"appointments": {
				"canslo", "canslo fy apwyntiad", "canslo apt", "dwi isio canslo apwyntiad", "cancel my appt", "cancel", "symud fy apwyntiad", "pryd mae fy apwyntiad", "newid apwyntiad plis",
				"methu dod", "canslo apwyntiad meddyg", "fy apwyntiadau", "canslo prawf gwaed",
			},
			"results":       {"canlyniadau", "fy nghanlyniadau prawf gwaed", "canlyniadau gwaed plis", "test results"},
			"whole reading": {"pwysedd gwaed 141/80", "bp 141 80", "siwgr 7.2", "141 dros 80"},
			"carer":         {"ar ran fy mam", "gofalwr"},
			"nonsense":      {"3-12-57", "2 wythnos yn ol"},
			"language":      {"english", "saesneg"},
		},
	} {
		for want, openings := range table {
			for _, opening := range openings {
				for _, by := range []flows.Source{flows.Typed, flows.Said} {
					c := flows.NewConversation("it", store.Text, "+441632960101", lang)
					c, _, _ = e.Step(c, flows.Input{Heard: flows.Heard{By: flows.Began}, Now: now})
					c, _, _ = e.Step(c, flows.Input{Outcome: &store.Outcome{Verdict: store.Done, Caller: store.Caller{Registered: true}}, Now: now})
					c, _, _ = e.Step(c, flows.Input{Heard: flows.Heard{By: by, Text: store.Words(opening)}, Now: now})
					if got := c.Trail[len(c.Trail)-1].Answer; got != want {
						t.Errorf("%s, %s %q is %s, want %s", lang, by, opening, got, want)
					}
				}
			}
		}
	}
}
