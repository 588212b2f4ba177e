package flows

import (
	"strconv"
	"testing"

	"landline/store"
)

func TestADateOfBirthIsGivenInManyWays(t *testing.T) {
	for _, text := range []string{
		"12 March 1948", "12th of march 48", "March 12 1948", "March 12th, 1948", "12/3/48", "12/03/1948", "12.3.1948", "12-03-48",
		"1948-03-12", "12 3 48", "12031948", "120348", "12 mar 48", "12mar48", "the twelfth of March nineteen forty eight",
		"twelfth march nineteen forty-eight", "march the twelfth nineteen forty eight", "twelve three forty eight",
		"one two oh three one nine four eight", "one two oh three four eight", "I was born on the 12th of March 1948",
		"Friday 12 March 1948", "12 march '48", "1948 march 12", "12 mrach 1948", "12th of the 3rd 1948", "1231948", "12 03 19 48", "my date of birth is 12/3/48",
	} {
		check(t, BirthDate{}, inEnglish(), []read{{Typed, text, "given 1948-03-12"}, {Said, text, "given 1948-03-12"}})
	}
	for _, text := range []string{
		"12 Mawrth 1948", "y deuddegfed o Fawrth 1948", "12fed o Fawrth 1948", "deuddeg Mawrth mil naw pedwar wyth", "dydd Gwener 12 Mawrth 1948", "12/3/48",
		"12 March 1948", "ganwyd fi ar 12 mawrth 48",
	} {
		check(t, BirthDate{}, inWelsh(), []read{{Typed, text, "given 1948-03-12"}})
	}
	check(t, BirthDate{}, inWelsh(), []read{
		{Typed, "2 Chwefror 1950", "given 1950-02-02"}, {Typed, "1 o Fai 1950", "given 1950-05-01"}, {Typed, "3 o Fehefin 1950", "given 1950-06-03"},
		{Typed, "4 o Orffennaf 1950", "given 1950-07-04"}, {Typed, "5 o Dachwedd 1950", "given 1950-11-05"}, {Typed, "6 o Ragfyr 1950", "given 1950-12-06"},
		{Typed, "dydd Mawrth 6 Rhagfyr 1960", "given 1960-12-06"},
	})
	check(t, BirthDate{}, inEnglish(), []read{
		{Keyed, "12031948", "given 1948-03-12"}, {Keyed, "120348", "given 1948-03-12"}, {Keyed, "120348#", "given 1948-03-12"},
		{Said, "fifth of june two thousand and five", "given 2005-06-05"}, {Said, "fifth june twenty oh five", "given 2005-06-05"},
		{Said, "first of may oh five", "given 2005-05-01"}, {Said, "third of may nineteen oh nine", "given 1909-05-03"},
		{Said, "twenty first of june nineteen thirty one", "given 1931-06-21"}, {Said, "thirty first of december twenty twenty one", "given 2021-12-31"},
		{Typed, "29 Feb 1948", "given 1948-02-29"}, {Typed, "1 may 60", "given 1960-05-01"},
	})
}

// Two digits of a year are the last such year that is not in the future.
func TestTwoDigitsOfAYear(t *testing.T) {
	check(t, BirthDate{}, inEnglish(), []read{
		{Keyed, "221126", "given 2026-11-22"}, {Keyed, "231126", "given 1926-11-23"}, {Keyed, "010127", "given 1927-01-01"},
		{Keyed, "010100", "given 2000-01-01"}, {Keyed, "290200", "given 2000-02-29"}, {Keyed, "290224", "given 2024-02-29"},
		{Keyed, "22111926", "given 1926-11-22"},
	})
}

func TestADateOfBirthThatCannotBe(t *testing.T) {
	check(t, BirthDate{}, inEnglish(), []read{
		{Keyed, "30021948", "faulty"}, {Keyed, "310448", "faulty"}, {Keyed, "29021949", "faulty"}, {Keyed, "12131948", "faulty"}, {Keyed, "00031948", "faulty"},
		{Keyed, "23112026", "faulty"}, {Keyed, "21111906", "faulty"}, {Keyed, "22111906", "given 1906-11-22"},
		{Typed, "30 feb 1948", "faulty"}, {Typed, "3/25/48", "faulty"}, {Typed, "32 march 1948", "faulty"}, {Typed, "1 jan 2027", "faulty"},
		{Keyed, "1203", "nonsense"}, {Typed, "12 march", "nonsense"}, {Typed, "march 1948", "nonsense"}, {Typed, "1948", "nonsense"},
		{Keyed, "120319481", "nonsense"}, {Keyed, "1111948", "nonsense"}, // the 1st of the 11th, or the 11th of the 1st
		{Typed, "12 march or 13 march 1948", "nonsense"}, {Typed, "not 12 march 1948", "nonsense"}, {Typed, "tomorrow", "nonsense"},
		{Typed, "my birthday", "nonsense"}, {Typed, "0", "person"}, {Typed, "9", "again"}, {Keyed, "9", "again"}, {Keyed, "0", "person"},
	})
}

func TestADayIsAskedForInManyWays(t *testing.T) {
	check(t, ADay{}, inEnglish(), []read{ // on Sunday 22 November 2026
		{Typed, "today", "given 2026-11-22"}, {Typed, "tomorrow", "given 2026-11-23"}, {Typed, "tomoz", "given 2026-11-23"},
		{Said, "the day after tomorrow", "given 2026-11-24"}, {Said, "a week tomorrow", "given 2026-11-30"},
		{Typed, "tuesday", "given 2026-11-24"}, {Typed, "Tues", "given 2026-11-24"}, {Typed, "this tuesday", "given 2026-11-24"},
		{Typed, "sunday", "given 2026-11-29"}, {Typed, "this sunday", "given 2026-11-22"}, {Said, "tuesday week", "given 2026-12-01"},
		{Said, "a week on tuesday", "given 2026-12-01"}, {Said, "Can I come on Tuesday please?", "given 2026-11-24"},
		{Typed, "24 november", "given 2026-11-24"}, {Typed, "24/11", "given 2026-11-24"}, {Typed, "24/11/26", "given 2026-11-24"},
		{Typed, "november 24th", "given 2026-11-24"}, {Typed, "tuesday 24 november", "given 2026-11-24"}, {Said, "twenty fourth of november", "given 2026-11-24"},
		{Typed, "the 24th", "given 2026-11-24"}, {Typed, "24", "given 2026-11-24"}, {Typed, "tuesday the 24th", "given 2026-11-24"}, {Typed, "tuesday 24", "given 2026-11-24"},
		{Typed, "the 3rd", "given 2026-12-03"}, {Typed, "31st", "given 2026-12-31"}, {Typed, "2026-11-24", "given 2026-11-24"},
		{Keyed, "2411", "given 2026-11-24"}, {Keyed, "24", "given 2026-11-24"}, {Keyed, "0412", "given 2026-12-04"}, {Keyed, "412", "given 2026-12-04"}, {Keyed, "241126", "given 2026-11-24"},
		{Typed, "1 may", "given 2027-05-01"}, {Typed, "22 november", "given 2026-11-22"},
	})
	check(t, ADay{}, inWelsh(), []read{
		{Typed, "yfory", "given 2026-11-23"}, {Typed, "fory", "given 2026-11-23"}, {Typed, "heddiw", "given 2026-11-22"}, {Typed, "drennydd", "given 2026-11-24"},
		{Typed, "dydd Mawrth", "given 2026-11-24"}, {Typed, "Mawrth", "given 2026-11-24"}, {Typed, "dydd Llun nesaf", "given 2026-11-23"}, {Typed, "ddydd Mercher", "given 2026-11-25"},
		{Typed, "24 Tachwedd", "given 2026-11-24"}, {Typed, "24 o Dachwedd", "given 2026-11-24"}, {Typed, "12 Mawrth", "given 2027-03-12"},
		{Typed, "dydd Mawrth 24 Tachwedd", "given 2026-11-24"}, {Typed, "tuesday", "given 2026-11-24"}, {Typed, "wythnos i ddydd Mawrth", "given 2026-12-01"},
		{Typed, "bore yfory", "given 2026-11-23 morning"}, {Typed, "pnawn dydd Iau", "given 2026-11-26 afternoon"},
	})
}

func TestAPartOfTheDayIsNamedWithIt(t *testing.T) {
	check(t, ADay{}, inEnglish(), []read{
		{Typed, "tuesday morning", "given 2026-11-24 morning"}, {Said, "tomorrow in the afternoon", "given 2026-11-23 afternoon"},
		{Typed, "24/11 pm", "given 2026-11-24 afternoon"}, {Said, "this afternoon", "given 2026-11-22 afternoon"}, {Said, "thursday evening", "given 2026-11-26 afternoon"},
		{Typed, "morning", "nonsense"}, {Typed, "10 in the morning", "nonsense"}, {Typed, "tuesday morning or afternoon", "nonsense"},
	})
}

// A week begins on Monday; "next" is the one after this.
func TestNextTuesdayIsThatOfTheNextWeek(t *testing.T) {
	for today, want := range map[int]string{
		22: "2026-11-24", // Sunday
		23: "2026-12-01", // Monday
		24: "2026-12-01", // Tuesday
		28: "2026-12-01", // Saturday
		29: "2026-12-01", // Sunday
		30: "2026-12-08", // Monday
	} {
		c := inEnglish()
		c.Today = store.Day{Year: 2026, Month: 11, Day: today}
		check(t, ADay{}, c, []read{{Typed, "next tuesday", "given " + want}})
	}
}

func TestADayThatCannotBe(t *testing.T) {
	check(t, ADay{}, inEnglish(), []read{
		{Typed, "30 february", "faulty"}, {Keyed, "3002", "faulty"}, {Keyed, "3113", "faulty"}, {Typed, "32 november", "faulty"},
		{Typed, "21 november", "faulty"}, {Keyed, "2111", "faulty"}, {Typed, "22 september", "faulty"}, {Typed, "21 september", "given 2027-09-21"},
		{Typed, "24/11/2025", "faulty"}, {Typed, "24/11/2027", "faulty"}, {Typed, "23/11/2027", "given 2027-11-23"},
		{Typed, "monday 24 november", "faulty"}, {Typed, "tomorrow tuesday", "faulty"},
		{Typed, "tuesday or wednesday", "nonsense"}, {Typed, "not tuesday", "nonsense"}, {Typed, "next week", "nonsense"}, {Typed, "november", "nonsense"},
		{Typed, "3", "nonsense"}, {Typed, "9", "again"}, {Typed, "0", "person"}, {Keyed, "9", "again"}, {Keyed, "3", "nonsense"}, {Typed, "tuesday at 10", "nonsense"}, {Typed, "tomorrow at 10", "nonsense"},
		{Typed, "soon", "nonsense"}, {Typed, "yes", "nonsense"}, {Keyed, "111", "nonsense"},
	})
	january := inEnglish()
	january.Today = store.Day{Year: 2027, Month: 1, Day: 5}
	check(t, ADay{}, january, []read{{Typed, "30 december", "faulty"}, {Typed, "1 november", "given 2027-11-01"}, {Typed, "29 february", "faulty"}})
}

func TestTheDatesThatPeopleKeyAreReadOneWay(t *testing.T) {
	for d := sunday; d.Before(sunday.AddDays(365)); d = d.AddDays(1) {
		keys := pad(d.Day) + pad(int(d.Month))
		check(t, ADay{}, inEnglish(), []read{{Keyed, keys, wantDay(d)}})
	}
}

// pad writes two digits.
func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func wantDay(d store.Day) string {
	if !d.AddDays(-365).Before(sunday.AddDays(-justPast)) {
		return "faulty" // taken for the same day last year, which is just past
	}
	return "given " + d.String()
}
