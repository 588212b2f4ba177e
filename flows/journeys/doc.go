// Package journeys declares Landline's conversations, a file each: states,
// what they say, what they wait for or ask of the record, and where each
// answer leads. There is no logic here beyond choosing words and filling in
// requests; flows.Engine takes the steps and flows.Walk proves the rules.
//
// Start with Book, then main.go.
package journeys
