// Code generated from catalogue/en.toml by go generate; DO NOT EDIT.

package prompts

// The keys of the catalogue.
const (
	AppointmentsHowMany Key = "appointments.how-many"
	BookChoice          Key = "book.choice"
	BookDone            Key = "book.done"
	BookReadback        Key = "book.readback"
	KindNurse           Key = "kind.nurse"
	PersonNumber        Key = "person.number"
	WelcomeEmergency    Key = "welcome.emergency"
	WelcomePractice     Key = "welcome.practice"
)
