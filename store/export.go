package store

// Whole is all that is kept of a person, save what proves them: a PIN is issued anew
// where they go.
type Whole struct {
	Person Person
	// Grants are to others, those that have ended too; not what was only asked.
	Grants       []Grant
	Appointments []Appointment
	Results      []Result
	Readings     []Reading
	// Messages are those that they or a carer left, and the answers of staff.
	Messages []MessageRow
	Choices  []Choice
	Settings Preferences
	Entries  []Entry
	Ordered  []OrderedTest
	// Responses are what was answered, also where it was not sent.
	Responses []ResponseRow
}

// Premises is what a practice offers: its clinics in their order, all slots, and the
// questionnaires that it asks, each a FHIR R4 Questionnaire in JSON.
type Premises struct {
	Clinics        []Clinic
	Slots          []DiarySlot
	Questionnaires [][]byte
}
