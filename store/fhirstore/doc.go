// Package fhirstore has a FHIR R4 server as the record: clinics, slots,
// appointments, readings, summaries and messages are there. What is ours whatever the record is stays with a Local:
// who people are and what proves them, what was done for a request, and what hangs
// on an appointment (reminders, the ledger).
//
// It promises:
//
//   - Two callers, one slot: one has it. A slot is claimed by an update that names
//     the version that was read; then the appointment is created, under the
//     request's name, and then the slot is said to be busy: booking.go.
//   - A request that comes again makes nothing twice, also when the answer was lost:
//     the claim and the appointment carry its name.
//   - What was half done is finished or undone by Sweep, which finds it on the server
//     itself: a claim has an end. What is undone leaves an appointment that was
//     entered in error under the request's name, so that a late one finds it: settle.go.
//   - "There are none" is said only where the server confirmed that it understood the
//     question, and what is told fits the question, whatever came back.
//   - What changed on the server by other hands is followed: follow.go; at once where
//     the server tells of it: subscriptions.go, hook.go.
//
// How the nouns of store stand on the server:
//
//   - Clinic: HealthcareService, and a Schedule for each of its clinicians, or one
//     of its own.
//   - Slot: Slot; held or claimed it is busy-tentative, with an identifier of ours
//     whose period ends.
//   - Appointment: Appointment, with the Patient, the HealthcareService and the
//     Practitioner as participants. Moved, it is another one to us: its AppointmentID
//     has its start in it.
//   - Person: Patient, which is read into the Local; what it and Flags say of how to reach
//     and help them becomes their settings: needs.go. So they move in and out: needs_in.go,
//     needs_out.go.
//   - Result: DiagnosticReport with its Observations, read anew whenever somebody asks
//     for theirs: report.go says what of it is known, results.go how it is told,
//     revising.go what staff decide of it.
//   - Test that was ordered: ServiceRequest, followed into the Local, which waits for its
//     DiagnosticReport: orders.go.
//   - Who waits for an earlier time, and what was offered to whom, stays with the Local;
//     what is offered is held on the server: offers.go.
//   - Reading: Observation, preliminary, told anew whenever somebody asks: readings.go.
//   - Entry of a summary: MedicationStatement, MedicationRequest, AllergyIntolerance or
//     Condition, told anew whenever somebody asks, patient or staff: entry.go says what of
//     it holds, summary.go how it is told, summary_out.go how it is written.
//   - Message and answer: Communication, the answer in response to the message:
//     messages.go. Answers are read anew, and told from the Local, as results are.
//   - Questionnaire and its answers: Questionnaire, asked here or by a Task, and
//     QuestionnaireResponse: questionnaires.go. What an import brings of them and of
//     messages is written as if it had been left here: import_messages.go.
//   - Carer and grant: RelatedPerson, and a Consent in which they are a DELEGATEE, read
//     anew whenever it is decided who may act: delegates.go, carers.go, carers_nhs.go, granting.go. Who
//     was only asked to is known to the Local alone.
//   - Sharing choice: Consent, read anew whenever somebody asks: consents.go, sharing.go. Of what
//     others made of either somebody is told: consents_told.go.
//   - Line of a ledger: AuditEvent, a copy: audits.go.
//   - What staff have to do: the Local's, copied as Tasks; one that is completed there is
//     closed here: tasks.go.
//
// Requests that it does not know go to the Local. Start with Store.Perform.
package fhirstore
