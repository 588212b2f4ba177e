// Package demopractice is Riverside Surgery: a practice with people in it, for
// the demo, for screenplays and for tests. Nobody in it exists. Its telephone
// numbers are from the ranges set aside for drama
// (https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama),
// its NHS numbers valid and from the range kept for tests, 999 000 0000 to
// 999 999 9999.
//
// Who is there, and what each is there to show:
//
//	Mary Jones     12 March 1948      01632 960101   PIN 4071; sees the nurse next Tuesday at 10:20
//	Tom Price      4 July 1985        07700 900102   PIN 9184; no appointment
//	Ann Jones      23 September 1975  07700 900103   PIN 5526; hears and books appointments for Mary, her mother
//	Ravi Patel     5 February 1979    07700 900104   PIN 7350; shares the mobile with Meena
//	Meena Patel    30 November 1982   07700 900104   PIN 6842; may send readings for Ravi, and no more
//	Huw Evans      27 January 1951    01632 960105   PIN 8265; speaks Welsh; sees a doctor next Thursday at 9:20
//	Gareth Evans   8 June 1980        07700 900106   PIN 9370; speaks Welsh; may only hear his father Huw's appointments
//	Carys Lewis    16 April 1969      07700 900107   PIN 4695; her grant for her mother Olwen ended yesterday
//	Olwen Lewis    19 October 1936    no telephone   PIN 5083; NHS number 999 105 0493; a blood test next Friday at 9:10
//	Grace Shaw     21 May 1990        01632 960108   PIN 7491; NHS number 999 105 0566; twin of Hope, at the same number
//	Hope Shaw      21 May 1990        01632 960108   PIN 8326; NHS number 999 105 0639
//	Joan Baker     2 August 1944      01632 960109   PIN 6157; seven appointments, one in a sensitive clinic
//	Peter Hughes   3 December 1957    07700 900110   has no PIN
//	Daniel Reed    15 February 1972   07700 900111   PIN 2749; is deaf, and can only text
//	Sally Ford     9 May 1981         01632 960113   PIN 3862, duress PIN 9417; a nurse next Wednesday at 14:20, and talking therapies
//	Eleri Rees     3 November 1958    07700 900112   PIN 6385; speaks Welsh; is deaf, and can only text
//
// The line is 01632 960000, reception 01632 960001, open Monday to Friday from
// 8:00 to 18:30 but for the bank holidays of England and Wales. Four clinics
// (doctor, nurse, blood test and, sensitive, talking therapies) have slots on
// every day on which the practice is open, for four weeks.
//
// All of it hangs on one moment alone, Batch's now: the same moment gives the
// same practice. "Next Tuesday" is the first at least three days away on which
// the practice is open.
package demopractice
