// Package screenplay reads, performs and rewrites plays: text files that tell
// what callers do and, word for word, what they hear. They read like a play,
// so that a receptionist can review one, and they are the tests of every
// conversation.
//
//	# Mary hears when she sees the nurse, by keypad.
//
//	Time: Wednesday 16 September 2026, 09:00
//	Mary's landline is 01632 960101.
//
//	Mary rings the surgery.
//	  LANDLINE: Hello. This is Riverside Surgery.
//	    In an emergency, hang up and dial 9 9 9.
//	Mary presses 2.
//	  LANDLINE: What is your date of birth?
//	Mary says nothing.
//	Mary says "the twelfth of March nineteen forty-eight".
//	Mary hangs up.
//
// # The lines
//
// A line at the margin is an action, one that begins with # a comment. The
// indented lines behind an action are what is heard after it, a sentence to a
// line: who speaks, how if not aloud, and in which language if not English. A
// stage direction, what happens without words, stands in brackets.
//
//	LANDLINE (Welsh): I siarad Cymraeg, pwyswch 5.
//	LANDLINE (text): This is Riverside Surgery. 1 to book
//	LANDLINE (text to Tom): Your appointment is booked.
//	(Reception's telephone rings.)
//
// # The actions
//
//	Time: Wednesday 16 September 2026, 09:00         once, before all others
//	Mary's landline is 01632 960101.                 or mobile, or telephone
//	Mary rings the surgery.
//	Mary rings the surgery from 07700 900105.
//	Mary rings the surgery from a withheld number.
//	Mary presses 2.                                  keys: 0-9 * #
//	Mary says "tomorrow".                            aloud, on the telephone
//	Mary says nothing.                               until Landline speaks again
//	Mary hangs up.
//	Tom texts "book".                                or: from 07700 900105
//	Mary answers.                                    Landline rings her
//	Mary does not answer.
//	Mary's answering machine answers.
//	Dr Sarah Owen answers "Please take them at night."    the oldest message
//	Dr Sarah Owen lets Joan's liver test go, saying "All is well."    by the JSON API
//	Dr Sarah Owen looks at Mary's readings.          on their page: appointments, messages, results, readings, summary
//	Dr Sarah Owen orders Joan's liver test, due in 7 days.            "a private" test is for a person to tell
//	Staff ask Mary "phq-9".                          a questionnaire, by its id
//	Reception answers.
//	Reception does not answer.
//	Reception hangs up.
//	3 minutes pass.                                  seconds, minutes, hours, days
//	It is Thursday 17 September 2026, 09:00.         time passes until then
//	Staff look at their list.                        what they have to do
//
// Several people may be on the telephone at a time, each under their own name.
//
// # The stage
//
// Perform plays a Play on a Stage: there is one that is the engine with its
// record, and one that is the whole way from a telephone through the carrier's
// webhooks. The same play says the same words on both. Rewrite puts what was
// heard in the place of what was written, and leaves the rest as it is.
package screenplay
