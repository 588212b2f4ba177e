package prompts

import "testing"

// As people mistype and say them.
func TestWordsOfDangerAreKnown(t *testing.T) {
	for _, words := range []string{
		"I want to kill myself", "CHEST PAIN!!", "mum can't breathe", "mum can’t breathe properly", "i think im having a stroke",
		"Mae gen i boen. Poen yn fy mrest", "dwi methu anadlu", "I want to die down the volume", // better one too many

		"cant breath", "cnat breathe", "cant breeth", "I cant realy breathe", "canot breathe", "he is not brething", "struggeling to breathe",
		"chest pane", "chst pain", "chest pian", "cest pain", "ive got pains in the chest", "bad pain in my chst", "chestpain", "my chest hurst",
		"kil myself", "kil my self", "kill my self", "going to kill mysefl", "killmyself", "killing my self", "hurt my self", "harm mysel",
		"sucide", "suiside", "feeling sucidal", "suicidle thoughts", "i wanna die", "want to end my lfe", "end it all", "dont want to live",
		"hart attack", "heart atack", "hearth attack", "heartattack", "having a storke", "dad had a strok",
		"overdoes", "took an overdos", "taken to many tablets", "too many tablet s or too many pils",
		"shes uncontious", "unconcious", "colapsed", "passed out", "past out", "chokeing", "she is chocing",
		"bleeding badley", "wont stop bleding", "having a fit", "siezure", "anafylaxis", "anaphalactic shock", "coughing up blod",
		"poen yn fy mrset", "lladd fyhun neu lladd fy hun", "hunanladiad", "gordos", "trawaid ar y galon", "methu anadalu",
	} {
		if !Urgent(words) {
			t.Errorf("%q is no alarm", words)
		}
	}
}

// What people say and write who are in no danger.
func TestWordsOfEveryDayAreNoAlarm(t *testing.T) {
	for _, words := range []string{
		"", "book", "my appointment for chest clinic", "the strokes of luck", "suicidally funny is not a word here",
		"can i book an appointment with the nurse please", "booking", "I am looking for a booking", "stop smoking clinic", "no I was only joking",
		"cooking class", "checking in for my chest xray", "is there a strike on thursday", "a strike", "cant breast feed any more",
		"my breast is sore", "the best pain relief", "i want to dye my hair", "I want a diet sheet", "a chest x ray please", "chess club pairs",
		"I was kicking myself for missing it", "only kidding myself", "help myself", "by myself", "I will bring it myself", "let myself in",
		"bill myself", "fill it in myself", "a stroll in the park", "I live in stoke", "paid at the desk", "back pain", "knee pain since monday",
		"can not come", "cant come tomorrow", "cannot make it", "cant be there", "cant hear you", "cannot breed dogs here",
		"hard to hear", "trouble sleeping", "i have trouble hearing", "overdone it in the garden", "it is overdue", "an overview please",
		"my heart tablets", "heart clinic", "blood test", "blood pressure 120 over 80", "bleeding gums", "period bleeding stopped",
		"how many tablets a day", "two tablets", "not many pills left", "I ran out of tablets", "repeat prescription",
		"is it a fit note", "a fit note please", "I need a sick note", "flu jab", "the end of my lifetime pass", "send it all to the gp",
		"end of the line", "end my call", "wake up call", "better off at home", "my arm hurts", "pain in my arm", "tight shoes",
		"she is conscious of it", "what is the dose", "face cream", "my face has a rash", "past ten", "passed my test", "passed on the message",
		"harm", "self referral", "shelf life", "measure", "leisure centre", "seize up", "want to live nearby", "want to drive", "wanna dive",
		"talu", "talu am bresgripsiwn", "trefnu apwyntiad", "poen yn fy nghefn", "poen yn fy mhen", "fy hun", "byddaf yn dod fy hun",
		"methu dod", "methu cysgu", "ddim yn gallu dod", "trafferth clywed", "gweld y nyrs", "eisiau apwyntiad", "eisiau mwy", "isio mwy",
		"gwaed", "prawf gwaed", "gwaedu", "galon", "meddyg", "traed", "stryd", "brecwast", "canlyniadau", "wedi llenwi'r ffurflen",
		"4 july 85", "12 03 1948", "2", "yes please", "thank you very much", "who looked at my record", "120/80",
	} {
		if Urgent(words) {
			t.Errorf("%q is an alarm", words)
		}
	}
	for lang, phrases := range urgentPhrases {
		for _, p := range phrases {
			if !Urgent("x " + p + " y") {
				t.Errorf("%q (%s) is not folded as it is written", p, lang)
			}
		}
	}
}

// None of what the catalogue teaches people to say is an alarm.
func TestNoChoiceIsAnAlarm(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages() {
		for _, k := range c.Keys() {
			for _, words := range c.Words(lang, k) {
				if Urgent(words) {
					t.Errorf("%s (%s): %q is an alarm", k, lang, words)
				}
			}
		}
	}
}

func BenchmarkUrgent(b *testing.B) {
	for b.Loop() {
		Urgent("can i book an appointment with the nurse please")
	}
}
