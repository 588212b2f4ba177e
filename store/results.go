package store

import (
	"slices"
	"time"
)

// ResultID names a result.
type ResultID string

// Result is what came of a test, and what a clinician says of it.
type Result struct {
	ID     ResultID `json:"id"`
	Person PersonID `json:"person"`
	// Test is the kind of test, by which its explanation is found:
	// "full-blood-count".
	Test string `json:"test,omitempty"`
	// Name is what was tested, in public words, per language: "blood test for
	// anaemia".
	Name map[Language]string `json:"name"`
	// Taken is the day of the test.
	Taken     Day       `json:"taken"`
	Clinician Clinician `json:"clinician,omitzero"`
	// Comment is what the clinician says of it, per language, in plain words.
	Comment map[Language]Words `json:"comment,omitempty"`
	Values  []Measured         `json:"values,omitempty"`

	Status  ResultStatus `json:"status"`
	Release Release      `json:"release,omitempty"`
	// Released is when a clinician let it go; zero: nobody did.
	Released time.Time `json:"released,omitzero"`
	// NotBefore is the first day on which it may be told; none: at once.
	NotBefore Day `json:"notBefore,omitzero"`
	// Abnormal says that something in it is not as it should be; Normal that
	// somebody or something found everything so. Neither: nobody looked.
	Abnormal bool `json:"abnormal,omitempty"`
	Normal   bool `json:"normal,omitempty"`
	// InPerson says that it is to be told face to face alone.
	InPerson bool    `json:"inPerson,omitempty"`
	Labels   []Label `json:"labels,omitempty"`
	// Orders are those that it is the result of, as OrderedTest.Order tells them; none:
	// it does not say.
	Orders []string `json:"orders,omitempty"`

	// Heard is how far the person has heard it.
	Heard Hearing `json:"heard,omitempty"`
}

// Measured is one value of a result: text and numbers as people say them.
type Measured struct {
	Name map[Language]string `json:"name"`
	// Value is "135"; Unit, "grams per litre", per language, may be missing.
	Value string              `json:"value"`
	Unit  map[Language]string `json:"unit,omitempty"`
	// Low and High are the ends of the usual range; either may be missing.
	Low  string `json:"low,omitempty"`
	High string `json:"high,omitempty"`
	// Range is where the value lies.
	Range Range `json:"range,omitempty"`
}

// Range is where a value lies, as the laboratory says.
type Range string

// The places where a value may lie.
const (
	RangeUnknown Range = ""
	RangeUsual   Range = "usual"
	RangeLow     Range = "low"
	RangeHigh    Range = "high"
)

// ResultStatus is FHIR's DiagnosticReport.status (R4,
// http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html).
type ResultStatus string

// The statuses in which a result is what it will be.
const (
	Final     ResultStatus = "final"
	Amended   ResultStatus = "amended"
	Corrected ResultStatus = "corrected"
)

// ResultStatuses lists every status there is.
func ResultStatuses() []ResultStatus {
	return []ResultStatus{
		"registered", "partial", "preliminary", Final, Amended, Corrected, "appended", "cancelled", "entered-in-error", "unknown",
	}
}

// Release says when a result may go to the patient: HL7 v2 table 0909, Patient
// Results Release Categorization Scheme.
type Release string

// The codes of table 0909. None at all is no leave.
const (
	ReleaseNow          Release = "SIMM" // at once
	ReleaseIfNormal     Release = "SWNL" // if within normal limits
	ReleaseAfterDays    Release = "SID"  // once its day has come
	ReleaseWhenReviewed Release = "SIDC" // once the clinician let it go
	ReleaseNever        Release = "SWTH" // withheld
	ReleaseToBeDecided  Release = "STBD"
)

// Releases lists every code there is.
func Releases() []Release {
	return []Release{ReleaseNow, ReleaseIfNormal, ReleaseAfterDays, ReleaseWhenReviewed, ReleaseNever, ReleaseToBeDecided}
}

// Label marks a result: HL7 v3 ActCode (information sensitivity policies, and
// NOPAT) and Confidentiality.
type Label string

// NoPatient says that it must not be told to the patient by a machine.
const NoPatient Label = "NOPAT"

// harmless are the only labels under which a result is told: the
// confidentialities up to normal. Whatever else it carries (R, V, NOPAT, SEX,
// HIV, or a code that we have never met) asks for a professional.
var harmless = []Label{"U", "L", "M", "N"}

// Harmless reports whether what carries the label may be told all the same.
func (l Label) Harmless() bool { return slices.Contains(harmless, l) }

// Hearing is how far somebody has heard a result.
type Hearing string

// The steps, in their order.
const (
	NotHeard   Hearing = ""
	HeardTold  Hearing = "told"       // what the clinician says
	HeardAll   Hearing = "values"     // and each value
	Understood Hearing = "understood" // and said that it made sense
)

// Further reports whether h is further than o.
func (h Hearing) Further(o Hearing) bool {
	steps := []Hearing{NotHeard, HeardTold, HeardAll, Understood}
	return slices.Index(steps, h) > slices.Index(steps, o)
}

// Telling is what may be said of a result.
type Telling string

// The tellings.
const (
	// NotTold: nothing, not even that there is one.
	NotTold Telling = "nothing"
	// TalkOnly: that the team wants to talk, and no more.
	TalkOnly Telling = "talk"
	// Told: all of it.
	Told Telling = "all"
)

// Telling is what may be said of the result at now to somebody whom the policy
// lets hear results at all (see Allow). What it does not know it withholds
// (needs.md, "What may be said, to whom"): a result is told only if it is
// final, amended or corrected, and released, and its delay is over, and no
// label asks for a professional.
func (r Result) Telling(now time.Time) Telling {
	if !slices.Contains([]ResultStatus{Final, Amended, Corrected}, r.Status) || !r.released(now) || !r.NotBefore.IsZero() && DayOf(now).Before(r.NotBefore) {
		return NotTold
	}
	for _, l := range r.Labels {
		if !l.Harmless() {
			return NotTold
		}
	}
	if r.InPerson {
		return TalkOnly
	}
	return Told
}

// NewsFrom is from when on the person is to be told that the result is there;
// false: never, or it is so old that it is news to nobody.
func (r Result) NewsFrom(now time.Time) (time.Time, bool) {
	from := now
	if day := r.NotBefore.Start(now.Location()); !r.NotBefore.IsZero() && day.After(now) {
		from = day
	}
	age := now.Sub(r.Taken.Start(now.Location()))
	if !r.Released.IsZero() {
		age = min(age, now.Sub(r.Released))
	}
	return from, r.Lists() && (age < newsAge || from.After(now))
}

// newsAge is how old a result may be that is news: whoever imports the archives
// has nobody rung.
const newsAge = 60 * 24 * time.Hour

// released reports whether the code, and the clinician where the code asks for
// one, have let the result go.
func (r Result) released(now time.Time) bool {
	byClinician := !r.Released.IsZero() && !r.Released.After(now)
	switch r.Release {
	case ReleaseNow:
		return true
	case ReleaseIfNormal:
		return r.Normal && !r.Abnormal || byClinician
	case ReleaseAfterDays:
		return !r.NotBefore.IsZero() || byClinician
	case ReleaseWhenReviewed:
		return byClinician
	}
	return false
}

// Lists reports whether the result may ever be told as it stands, however long
// one waits: what never may is not listed at all.
func (r Result) Lists() bool {
	return r.Telling(time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)) != NotTold
}

// Explanation is what a kind of test is for, in plain words, per language. It
// is public, and a clinician's to write.
type Explanation struct {
	Test string              `json:"test"`
	Text map[Language]string `json:"text"`
}

// ResultCursor is where a page of results ended. Results not heard yet come
// first, and among each the newest; the zero cursor is the beginning.
type ResultCursor struct {
	Heard bool     `json:"heard,omitempty"`
	Taken Day      `json:"taken,omitzero"`
	ID    ResultID `json:"id,omitempty"`
}

// CursorBehind is the cursor behind a result.
func CursorBehind(r Result) ResultCursor { return ResultCursor{r.Heard != NotHeard, r.Taken, r.ID} }
