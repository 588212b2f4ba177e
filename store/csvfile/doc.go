// Package csvfile reads what a practice exports from its own system, as CSV
// files, into a store.Batch.
//
// A file is told by its header row, not by its name; the order of the columns
// does not matter. A column in brackets may be left out, and its cells may be
// empty.
//
//	practice      name_en [name_cy] number reception
//	hours         weekday opens closes
//	closures      date [name]
//	people        id [nhs_number] given_name family_name born [numbers] [language] [pin]
//	              [duress_pin] [text_only] [timezone]
//	grants        carer subject scopes until [kind]
//	clinics       id name_en [name_cy] [bring_en] [bring_cy] [sensitive] [clinicians] [reminders]
//	slots         clinic start minutes [clinician]
//	appointments  person clinic start [clinician]
//	results       id person name_en [name_cy] taken status [release] [released] [not_before] [finding]
//	              [in_person] [labels] [test] [clinician] [comment_en] [comment_cy]
//	explanations  test text_en [text_cy]
//	readings      person kind measured values
//	limits        [person] kind [part] [low] [high] severity
//	asks          person questionnaire [day] [by_text]
//	orders        person name_en [name_cy] [test] ordered due [private]
//	entries       id person kind name_en [name_cy] [detail_en] [detail_cy] source_en [source_cy]
//	              recorded [ended] [labels]
//	values        person result name_en [name_cy] value [unit_en] [unit_cy] [low] [high] [range]
//
// The cells:
//
//   - A day is 2026-09-16 or 16/09/2026; a start is a day and a time of day on
//     the practice's clock, "2026-09-16 10:20".
//   - opens and closes are times of day; a weekday with two rows closes for
//     lunch. weekday is the English name, whole or in three letters.
//   - id, carer, subject and person are the practice's own ids. They do not go
//     into the record: see Options.PersonID.
//   - Several telephone numbers, scopes or clinicians in one cell stand apart
//     by semicolons.
//   - scopes are those of store.Scopes: "appointments.hear; appointments.book".
//   - clinicians are public names, "Dr Sarah Owen"; slots and appointments name
//     them in the same words. A slot's id is made of its start and clinician,
//     so that the same row is the same slot every time.
//   - reminders are how many days before an appointment somebody is reminded of it:
//     "3d 1d", which is what an empty cell means, "7d 2d", "1d" alone, or none. They
//     hold for what is booked from then on.
//   - sensitive, in_person and by_text are yes or no; so is text_only: somebody's own
//     choice to be proved by two digits of their PIN, by text, because they can
//     only text. Their PIN stands in the same row when it is first told.
//   - timezone is where somebody lives, if not where the practice is, by its name in
//     the IANA database: "Europe/Madrid". They are not reached in their night.
//   - duress_pin stands beside the pin and is as long; it opens a decoy, and tells
//     staff (README, "What a duress PIN does"). A pin that changes without one
//     leaves none. Such a file is kept from whoever may look for it.
//   - status is FHIR's DiagnosticReport.status; release a code of HL7 table 0909
//     (SIMM, SWNL, SID, SIDC, SWTH, STBD), without which a result is never told;
//     released is when a clinician let it go; finding is normal or abnormal;
//     labels are HL7 v3 codes ("R; SEX"): see store.Result.Telling.
//   - kind of a reading is one of store.ReadingKinds, measured a day and time,
//     values its numbers ("141/80"); a limit's part is upper or lower, of a blood
//     pressure alone.
//   - A reading below low or above high is severe: practice, 111 or 999 says whom
//     its sender is told to ring. A limit without a person is everybody's: those
//     of a kind take the place of store.UsualBounds; those of a person take the
//     place of everybody's of the same part and severity.
//   - An entry is one thing of a person's summary: its kind is medicine, allergy
//     or condition, source where it came from, recorded when; it is told until
//     the day on which it ended, and not at all with labels such as "R; SEX".
//   - test is the kind of test that an explanation is about.
//   - A value belongs to a result of the same import; low and high are the ends
//     of the usual range, range is usual, low or high.
//
// A file that begins with a brace is a FHIR R4 Questionnaire in JSON, and is taken
// as it is. In asks, questionnaire is the id of one that was imported or that
// comes with Landline (phq-9, gad-7, friends-and-family, pre-visit), day that for
// which it is asked: the same for the same day is asked once. by_text is yes where
// its questions may stand in a text though it does not say so itself.
//
// What spreadsheets do is borne with: a byte order mark, CRLF, semicolons or
// tabs between the columns, spaces around a cell, empty rows.
//
// Every fault is found and named by file, line, column and reason, never by
// the value, which may be personal. With one fault there is no batch.
package csvfile
