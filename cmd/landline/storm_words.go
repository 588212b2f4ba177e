package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"landline/prompts"
	"landline/store"
	"landline/store/demopractice"
)

// claim is something that somebody was told about a slot.
type claim struct {
	who  string
	key  prompts.Key // book.done, move.done or cancel.done
	slot slotName
	step int // counted from 1
}

// slotName names a slot of any diary.
type slotName struct {
	clinic store.ClinicID
	slot   store.SlotID
}

// claims finds, in what people hear, what they are told about slots, and
// apologies. It puts every slot into words and looks for them.
type claims struct {
	catalogue *prompts.Catalogue
	batch     store.Batch
	clinics   map[store.ClinicID]store.Clinic
	wordings  []*wording
	apologies []string
}

// wording is one way to tell of a slot.
type wording struct {
	key    prompts.Key
	lang   prompts.Language
	form   prompts.Form
	begins string              // how it begins, whatever the slot
	slots  map[string]slotName // by what is said of them; made when it is first wanted
}

func newClaims(catalogue *prompts.Catalogue, begins time.Time) (*claims, error) {
	batch, err := demopractice.Batch(begins)
	if err != nil {
		return nil, err
	}
	c := &claims{catalogue: catalogue, batch: batch, clinics: map[store.ClinicID]store.Clinic{}}
	for _, clinic := range batch.Clinics {
		c.clinics[clinic.ID] = clinic
	}
	number := prompts.Digits("Number", batch.Practice.Reception.E164())
	for _, lang := range prompts.Languages() {
		for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
			for _, key := range []prompts.Key{prompts.BookDone, prompts.MoveDone, prompts.CancelDone} {
				w := &wording{key: key, lang: lang, form: form}
				line, what, err := c.say(w, batch.Slots[0])
				if err != nil {
					return nil, err
				}
				w.begins, _, _ = strings.Cut(strings.ToLower(line), strings.ToLower(what))
				c.wordings = append(c.wordings, w)
			}
			for _, key := range []prompts.Key{prompts.TroubleTransfer, prompts.TroubleClosed, prompts.TroubleText} {
				words, err := catalogue.Render(lang, form, prompts.Say(key, number))
				if err != nil {
					return nil, err
				}
				c.apologies = append(c.apologies, words)
			}
		}
	}
	return c, nil
}

// say puts a slot into words, and says what stands in them for the clinic.
func (c *claims) say(w *wording, s store.Slot) (line, what string, err error) {
	names := c.clinics[s.Clinic].Name
	what = names[store.Language(w.lang)]
	if what == "" {
		what = names[store.Language(prompts.English)]
	}
	if s.Clinician.Name != "" {
		what += ", " + s.Clinician.Name
	}
	start := s.Start.In(demopractice.Zone())
	line, err = c.catalogue.Render(w.lang, w.form,
		prompts.Say(w.key, prompts.Text("What", what), prompts.Date("Date", start), prompts.Clock("Time", start)))
	if err != nil {
		return "", "", fmt.Errorf("put a slot into words: %w", err)
	}
	return line, what, nil
}

// in finds what is claimed in words that somebody heard.
func (c *claims) in(words, who string, step int) []claim {
	var found []claim
	for _, w := range c.wordings {
		if !strings.Contains(strings.ToLower(words), w.begins) {
			continue
		}
		if w.slots == nil {
			w.slots = map[string]slotName{}
			for _, s := range c.batch.Slots {
				if line, _, err := c.say(w, s); err == nil {
					w.slots[line] = slotName{s.Clinic, s.ID}
				}
			}
		}
		for line, slot := range w.slots {
			if strings.Contains(words, line) {
				found = append(found, claim{who, w.key, slot, step})
			}
		}
	}
	return found
}

// openDecoy reports whether somebody keys their duress PIN.
func (c *claims) openDecoy(who, keys string) bool {
	id := demopractice.ID(strings.ToLower(who))
	return slices.ContainsFunc(c.batch.People, func(row store.PersonRow) bool {
		return row.Person.ID == id && row.Duress != "" && row.Duress.Reveal()+"#" == keys
	})
}

// apologise reports whether words say that something went wrong here.
func (c *claims) apologise(words string) bool {
	for _, a := range c.apologies {
		if strings.Contains(words, a) {
			return true
		}
	}
	return false
}
