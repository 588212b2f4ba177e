package prompts

import (
	"time"

	"github.com/go-playground/locales/en_GB"
)

// english is how people in Britain answer: what they say, what they type, and
// the slips that are too far off for Closest or lie between two words.
func english() source {
	s := source{suffixes: []string{"st", "nd", "rd", "th"}, ordinary: englishOrdinary, slips: englishSlips}
	s.entries = []lexEntry{
		{SenseYes, 0, "yes, yes please, yes thanks, yes thank you, yeah, yea, yeh, yep, yup, ya, y, ye, yess, yesss, aye, ok, okay, okey, okey dokey, k, sure, certainly, definitely, absolutely, of course, correct, right, thats right, that is right, its right, that is correct, thats correct, fine, thats fine, that is fine, great, lovely, perfect, brilliant, smashing, go ahead, go on, go on then, please do, do it, book it, i do, i am, i will, it is, that is it, thats it, all right, alright, agreed, confirm, confirmed, no problem, no worries, suits me, sounds good, that will do, thatll do, why not, ie, ydw, iawn"},
		{SenseNo, 0, "no, no thanks, no thank you, nope, nah, na, naa, n, noo, nooo, not, not right, not that, thats not right, that is not right, its not right, thats not it, wrong, thats wrong, that is wrong, incorrect, not correct, dont, do not, dont want, i dont, no way, not really, not now, never, cant, cannot, wont, doesnt, nage, i dont think so"},
		{SensePerson, 0, "person, a person, real person, human, a human, operator, receptionist, reception, the desk, front desk, staff, someone real, somebody real, speak to someone, speak to somebody, talk to someone, talk to somebody, speak with someone, speak to a person, talk to a person, speak to a human, speak to reception, talk to reception, speak to you, talk to you, put me through, ring me, agent, advisor, adviser, help, help me, i need help"},
		{SenseBack, 0, "back, go back, previous, the one before, go back one, step back"},
		{SenseAgain, 0, "again, repeat, repeat that, repeat please, say again, say that again, say it again, say it once more, once more, one more time, come again, pardon, pardon me, sorry, eh, what, what was that, what did you say, didnt hear, didnt hear that, didnt catch that, i didnt hear you, can you repeat that"},
		{SenseMore, 0, "more, more times, more please, others, other, the others, other times, other days, another, another one, another time, another day, something else, anything else, different, a different one, different time, different day, later ones, none of these, none of those, none of them, neither of them, show more, more choices, more options, next, next page"},
		{SenseSlower, 0, "slower, slow, slowly, more slowly, slow down, slower please, too fast, too quick, not so fast, speak slower, speak slowly, speak more slowly"},
		{SenseFinished, 0, "finished, finish, ive finished, i have finished, done, im done, all done, thats all, thats it, that is it, that is all, thats everything, that is everything, nothing else, no more, nothing more, goodbye, good bye, bye, bye bye, hang up, exit, hash"},
		{SenseNone, 0, "none, nothing, neither, no one, nobody, not any, none at all"},
		{SenseDaysAhead, 0, "today, to day, this day"},
		{SenseDaysAhead, 1, "tomorrow, to morrow"},
		{SenseDaysAhead, 2, "day after tomorrow, the day after tomorrow"},
		{SenseNext, 0, "this, this coming, coming"},
		{SenseNext, 1, "next, following, the following"},
		{SenseWeek, 7, "week, a week, weeks time, wk"},
		{SenseWeek, 14, "fortnight, a fortnight, two weeks, 2 weeks, two weeks time"},
		{SensePart, PartMorning, "morning, mornings, in the morning, morn, mornin, am, a m, before lunch, before noon, before midday"},
		{SensePart, PartAfternoon, "afternoon, afternoons, in the afternoon, after noon, afternon, arvo, aft, pm, p m, after lunch, after dinner, after midday"},
		{SensePart, PartEvening, "evening, evenings, in the evening, eve, after work, tonight, after tea"},
		{SenseNumber, 0, "zero, nought, naught, nil, oh, o"},
		{SenseRepeat, 2, "double"},
		{SenseRepeat, 3, "triple, treble"},
		{SenseScale, 100, "hundred, a hundred"},
		{SenseScale, 1000, "thousand, a thousand"},
		{SenseSound, 1, "won, wan"},
		{SenseSound, 2, "to, too, tu"},
		{SenseSound, 3, "free, tree"},
		{SenseSound, 4, "for, fore, fur"},
		{SenseSound, 8, "ate"},
		{SenseWeekday, int(time.Monday), "mon, mondays"},
		{SenseWeekday, int(time.Tuesday), "tue, tues, tuesdays"},
		{SenseWeekday, int(time.Wednesday), "wed, weds, wednesdays"},
		{SenseWeekday, int(time.Thursday), "thu, thur, thurs, thursdays"},
		{SenseWeekday, int(time.Friday), "fri, fridays"},
		{SenseWeekday, int(time.Saturday), "sat, saturdays"},
		{SenseWeekday, int(time.Sunday), "sun, sundays"},
		{SenseMonth, int(time.January), "jan"},
		{SenseMonth, int(time.February), "feb"},
		{SenseMonth, int(time.March), "mar"},
		{SenseMonth, int(time.April), "apr"},
		{SenseMonth, int(time.June), "jun"},
		{SenseMonth, int(time.July), "jul"},
		{SenseMonth, int(time.August), "aug"},
		{SenseMonth, int(time.September), "sept, sep"},
		{SenseMonth, int(time.October), "oct"},
		{SenseMonth, int(time.November), "nov"},
		{SenseMonth, int(time.December), "dec"},
		{SenseFiller, 0, "please, pls, plz, plse, thanks, thank you, thankyou, thx, ta, cheers, ty, the, a, an, one, ones, of, on, at, in, for, to, by, i, id, ill, im, ive, you, u, we, me, my, is, it, its, that, thats, this is, be, would, like, want, need, could, can, may i, can i, could i, i would like, id like, i want, have, get, give, make, do, will, with, and, well, then, so, just, um, er, erm, uh, ah, oh, hm, hmm, hello, hi, hey, good morning, good afternoon, love, dear, duck, darling, number, press, option, choice, day, days, time, times, oclock, date, year, month, about, around, maybe, think, say, said, been, was, is that, ok, okay, right, fine, sorry, great, lovely, sure, please can i, if possible, very much, indeed, actually"},
	}
	s.entries = append(s.entries, calendarEntries(newCalendar(en_GB.New(), Fold))...)
	for n, word := range englishNumbers() {
		s.entries = append(s.entries, lexEntry{SenseNumber, n, word})
	}
	for n, word := range englishOrdinals() {
		if n > 0 {
			s.entries = append(s.entries, lexEntry{SenseOrdinal, n, word})
		}
	}
	return s
}

// calendarEntries are the full names of days and months.
func calendarEntries(c *calendar) []lexEntry {
	var out []lexEntry
	for d, name := range c.days {
		out = append(out, lexEntry{SenseWeekday, d, name})
	}
	for m, name := range c.months {
		out = append(out, lexEntry{SenseMonth, m, name})
	}
	return out
}

var (
	englishUnits = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
		"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	englishTens    = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	englishNths    = []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}
	englishTensNth = []string{"", "", "twentieth", "thirtieth"}
)

// englishNumbers are the numbers from 0 to 99 in words.
func englishNumbers() []string {
	out := make([]string, 100)
	copy(out, englishUnits)
	for n := 20; n < 100; n++ {
		out[n] = englishTens[n/10]
		if n%10 > 0 {
			out[n] += " " + englishUnits[n%10]
		}
	}
	return out
}

// englishOrdinals are the days of a month, from 1, in words.
func englishOrdinals() []string {
	out := make([]string, 32)
	copy(out, englishNths)
	for n := 13; n < 32; n++ {
		switch {
		case n < 20:
			out[n] = englishUnits[n] + "th"
		case n%10 == 0:
			out[n] = englishTensNth[n/10]
		default:
			out[n] = englishTens[n/10] + " " + englishNths[n%10]
		}
	}
	return out
}

// englishSlips are spellings that are too far off for Closest, or lie between
// two words: each after what it means.
var englishSlips = map[string]string{
	"tomorrow": "tomoz tomoro tomora tommorow tmrw tmw tmoro tomo 2moro 2morow 2morrow 2mrw 2moz 2mo",
	"today":    "2day 2dy tday", "tonight": "2nite tonite 2night",
	"two": "tow", "eight": "eigth", "forty": "fourty", "ninety": "ninty",
	"fourth": "forth", "fifth": "fith", "eighth": "eightth", "twelfth": "twelth", "ninth": "nineth",
	"tuesday": "tusday tuseday chewsday", "wednesday": "wensday wendsday wensdy", "thursday": "thirsday thersday",
	"february": "febuary febury",
	"person":   "persn", "please": "plese", "receptionist": "recepshunist",
	"appointment": "appt apt apptmt apptment apmt apoint apointmnt", "appointments": "appts apts", "cancel": "cancle cancell",
}

// englishOrdinary are everyday words that lie within a slip of one of ours and
// are right as they are: "my son" is no Sunday.
const englishOrdinary = `
son san sin set sit met man men mad map mat max ask ago all are as ball bad bag bank bath beak bike bit black block
blood book books boot born box buck bus but buy call came car care case cat chest city clinic close cold come cook cough
dad date dear deck did die different dinner doctor does dog dose drop each ear eat end even ever eye face fact fall far
fast feel feet felt few fill find fire fish fit fix flu food foot form found free friend fit from full fun get girl
give glad got gone gum had hair hand has hat head hear heart heat her here hers high hill him hip his hole home hope hot
house how hurt hour husband if ill into job joint just keep kept kid kind knee know lady last late lane least left leg
less let life lift light live long look lost lot loud lunch lung made male many mark mask meal mean meet mind miss mole
mon moon most move mother much mum must nail name near neck never new news nice night nose note nurse now off old only
open or our out over own page pain pair pay pill place play post pull quick quite read red rest ring road room run sad
sack safe same sand saw see seen self send sent she shot show sick side sister size skin sleep small smear some soon
sore sort speak spot stay still stone such sun take tall tea tell test than their them there they thin thing think
those throat tight time tired toe told tone took tooth town toy try turn until up us use van very visit wait walk
ward warm wash watch water way wear weak well went were wet what wheel when where which while who whole why wide wife
wish wit woman wonder word work worse worst wound write young your
after also always any anyone appointment asthma baby bed before being between both bring change check child children
colour daily daughter day days dentist doing down early easy else feeling finger first five foot found friends gave
getting going good group hearing heavy instead leave letter little living lots lower making maybe medicine minute
minutes missed moving mouth near needed nothing often older other parent party patient people phone place pretty problem
ready really results scan seeing seem sitting someone something sometimes soon start stomach stop sugar sure swollen
tablet taken talking these thought today together told toilet trouble upset using usual wanted week weeks weight
without wondering worried wrong years`
