package prompts

import (
	"time"

	"github.com/go-playground/locales/cy"
)

// welsh is how people answer in Welsh, from the north and the south, with and
// without its accents. Words with another first letter ("fawrth", "brynhawn")
// need not be listed: see mutations.
func welsh() source {
	s := source{mutable: true, suffixes: []string{"af", "il", "ydd", "edd", "ed", "fed", "eg", "ain"}, ordinary: welshOrdinary}
	s.entries = []lexEntry{
		{SenseYes, 0, "ie, ia, iep, ydw, ydy, ydi, yndi, yndw, ydyn, oes, do, byddaf, bydda, gwnaf, gwna, gallaf, galla, iawn, iawn diolch, ie plis, ie diolch, ie os gwelwch yn dda, cywir, yn gywir, dyna fo, dyna fe, dyna ni, dyna chi, dyna hi, mae hynnyn iawn, mae hwnnan iawn, mae hynnyn gywir, mae hynnan iawn, hynnyn iawn, ocê, oce, wrth gwrs, siwr, siwr iawn, yn bendant, perffaith, gret, grêt, da iawn, cytuno, cadarnhau, ewch ymlaen, dim problem, iawn felly, syniad da"},
		{SenseNo, 0, "na, nage, naci, nac ydw, nac ydy, nac ydi, nac oes, nag ydw, nag ydy, nag ydi, nag oes, naddo, na fydd, na fyddaf, na wnaf, ddim, dim diolch, na dim diolch, ddim yn iawn, dyw e ddim yn iawn, dydi o ddim yn iawn, ddim yn gywir, anghywir, dim hwnna, dim hwnnw, byth"},
		{SensePerson, 0, "person, person go iawn, siarad a rhywun, siarad efo rhywun, siarad gyda rhywun, siarad hefo rhywun, siarad a pherson, siarad efo person, siarad gyda pherson, siarad â pherson, rhywun go iawn, derbynnydd, derbynfa, y dderbynfa, gweithredwr, staff, bod dynol, cymorth, helpwch fi, help, angen help"},
		{SenseBack, 0, "yn ol, nol, mynd yn ol, mynd nol, ewch yn ol, blaenorol, yr un cynt, cam yn ol"},
		{SenseAgain, 0, "eto, unwaith eto, ailadrodd, ailadroddwch, dweud eto, dywedwch eto, dwedwch eto, dweda eto, beth, be, pardwn, sori, beth ddwedoch chi, be ddudoch chi, chlywais i ddim, chlywes i ddim"},
		{SenseMore, 0, "mwy, rhagor, nesaf, nesa, eraill, arall, un arall, rhywbeth arall, amser arall, diwrnod arall, amseroedd eraill, dyddiau eraill, mwy o ddewis, dim un ohonyn nhw, dim un or rhain, dim un or rheiny"},
		{SenseSlower, 0, "arafach, yn arafach, araf, yn araf, siaradwch yn arafach, rhy gyflym, llai cyflym"},
		{SenseFinished, 0, "gorffen, wedi gorffen, dwi wedi gorffen, rwyf wedi gorffen, dyna i gyd, dyna gyd, dyna r cyfan, dynar cyfan, dynar cwbl, dim byd arall, dim mwy, hwyl, hwyl fawr, da bo, da boch"},
		{SenseNone, 0, "dim un, dim byd, neb, dim o gwbl, yr un"},
		{SenseDaysAhead, 0, "heddiw, heddi"},
		{SenseDaysAhead, 1, "yfory, fory, fori, yfori"},
		{SenseDaysAhead, 2, "drennydd, trennydd, y diwrnod ar ol yfory, diwrnod ar ol fory, diwrnod ar ol yfory"},
		{SenseNext, 0, "yma, hwn, hon, sydd i ddod"},
		{SenseNext, 1, "nesaf, nesa, canlynol"},
		{SenseWeek, 7, "wythnos"},
		{SenseWeek, 14, "pythefnos, pythefnos i"},
		{SensePart, PartMorning, "bore, boreau, y bore, yn y bore, ben bore, cyn cinio, yb"},
		{SensePart, PartAfternoon, "prynhawn, y prynhawn, yn y prynhawn, pnawn, y pnawn, yn y pnawn, prynhawniau, pnawniau, ar ol cinio, yp"},
		{SensePart, PartEvening, "noson, nos, gyda r nos, gydar nos, hwyr, yr hwyr, ar ol gwaith, heno, yh"},
		{SenseNumber, 0, "dim, sero, o"},
		{SenseNumber, 2, "dwy"},
		{SenseNumber, 3, "tair"},
		{SenseNumber, 4, "pedair"},
		{SenseNumber, 5, "pum"},
		{SenseNumber, 6, "chwe"},
		{SenseNumber, 10, "deng"},
		{SenseNumber, 12, "deuddeg, deuddeng"},
		{SenseNumber, 15, "pymtheg, pymtheng"},
		{SenseNumber, 16, "un ar bymtheg"},
		{SenseNumber, 17, "dau ar bymtheg, dwy ar bymtheg"},
		{SenseNumber, 18, "deunaw"},
		{SenseNumber, 19, "pedwar ar bymtheg, pedair ar bymtheg"},
		{SenseNumber, 20, "ugain"},
		{SenseNumber, 30, "deg ar hugain"},
		{SenseNumber, 31, "un ar ddeg ar hugain"},
		{SenseNumber, 40, "deugain"},
		{SenseNumber, 50, "hanner cant"},
		{SenseNumber, 60, "trigain"},
		{SenseNumber, 80, "pedwar ugain"},
		{SenseRepeat, 2, "dwbl, dwbwl"},
		{SenseRepeat, 3, "triphlyg"},
		{SenseScale, 100, "cant, can, gant"},
		{SenseScale, 1000, "mil, fil"},
		{SenseWeekday, int(time.Sunday), "sul, dydd sul"},
		{SenseWeekday, int(time.Monday), "llun"},
		{SenseWeekday, int(time.Tuesday), "mawrth, maw"},
		{SenseWeekday, int(time.Wednesday), "mercher, mer"},
		{SenseWeekday, int(time.Thursday), "iau, difiau"},
		{SenseWeekday, int(time.Friday), "gwener, gwe, gwen"},
		{SenseWeekday, int(time.Saturday), "sadwrn, sad"},
		{SenseMonth, int(time.January), "ion, mis ionawr"},
		{SenseMonth, int(time.February), "chwef, chwe, mis chwefror, mis bach"},
		{SenseMonth, int(time.March), "mawrth, maw, mis mawrth"},
		{SenseMonth, int(time.April), "ebr, mis ebrill"},
		{SenseMonth, int(time.May), "mis mai"},
		{SenseMonth, int(time.June), "meh, mis mehefin"},
		{SenseMonth, int(time.July), "gorff, gor, mis gorffennaf"},
		{SenseMonth, int(time.August), "aws, mis awst"},
		{SenseMonth, int(time.September), "med, mis medi"},
		{SenseMonth, int(time.October), "hyd, mis hydref"},
		{SenseMonth, int(time.November), "tach, mis tachwedd"},
		{SenseMonth, int(time.December), "rhag, mis rhagfyr"},
		{SenseFiller, 0, "plis, os gwelwch yn dda, os gweli di n dda, os gweli din dda, diolch, diolch yn fawr, y, yr, r, a, ac, ar, am, o, i, or, ir, yn, n, at, erbyn, dydd, mis, un, hoffwn, hoffwn i, hoffen ni, dwi, dwi n, dwin, dw i, dw in, rwyf, rydw i, rwyn, eisiau, isio, moyn, angen, gaf i, ga i, ga, cael, fyddain, mi, fe, fi, chi, mae, hynny, hwnna, yw, wel, ym, helo, shwmae, sut mae, bore da, prynhawn da, cariad, rhif, pwyswch, dewis, amser, dyddiad, blwyddyn, gloch, or gloch, tua, felly, efallai, iawn, oce, reit, sori"},
	}
	s.entries = append(s.entries, calendarEntries(newCalendar(cy.New(), Fold))...)
	for n, word := range welshNumbers() {
		s.entries = append(s.entries, lexEntry{SenseNumber, n, word})
	}
	s.entries = append(s.entries, welshGenders()...)
	for n, word := range welshOrdinals {
		if n > 0 {
			s.entries = append(s.entries, lexEntry{SenseOrdinal, n, word})
		}
	}
	return s
}

var (
	welshUnits = []string{"sero", "un", "dau", "tri", "pedwar", "pump", "chwech", "saith", "wyth", "naw"}
	welshTens  = []string{"", "deg", "dau ddeg", "tri deg", "pedwar deg", "pum deg", "chwe deg", "saith deg", "wyth deg", "naw deg"}
)

// welshNumbers are the numbers from 0 to 99 as they are counted today, in tens.
func welshNumbers() []string {
	out := make([]string, 100)
	copy(out, welshUnits)
	for n := 10; n < 100; n++ {
		out[n] = welshTens[n/10]
		switch {
		case n < 20 && n%10 > 0:
			out[n] = "un deg " + welshUnits[n%10]
		case n%10 > 0:
			out[n] += " " + welshUnits[n%10]
		}
	}
	return out
}

// welshGenders are the numbers that count feminine things, and the older ones,
// by twenties, that days and ages are still told with.
func welshGenders() []lexEntry {
	var out []lexEntry
	add := func(n int, words string) { out = append(out, lexEntry{SenseNumber, n, words}) }
	for n, woman := range map[int]string{2: "dwy", 3: "tair", 4: "pedair"} {
		add(n+10, "un deg "+woman)
		for ten := 2; ten < 10; ten++ {
			add(10*ten+n, welshTens[ten]+" "+woman)
		}
		add(n+20, woman+" ar hugain")
	}
	for _, n := range []int{1, 3, 4} {
		add(n+10, welshUnits[n]+" ar ddeg")
	}
	add(13, "tair ar ddeg")
	add(14, "pedair ar ddeg")
	for n := 1; n < 10; n++ {
		add(n+20, welshUnits[n]+" ar hugain")
	}
	return out
}

// welshOrdinals are the days of a month, from 1, in words, masculine and
// feminine.
var welshOrdinals = []string{
	1:  "cyntaf, cynta, y cyntaf",
	2:  "ail, yr ail",
	3:  "trydydd, trydedd",
	4:  "pedwerydd, pedwaredd",
	5:  "pumed",
	6:  "chweched",
	7:  "seithfed",
	8:  "wythfed",
	9:  "nawfed",
	10: "degfed",
	11: "unfed ar ddeg",
	12: "deuddegfed",
	13: "trydydd ar ddeg, trydedd ar ddeg",
	14: "pedwerydd ar ddeg, pedwaredd ar ddeg",
	15: "pymthegfed",
	16: "unfed ar bymtheg",
	17: "ail ar bymtheg",
	18: "deunawfed",
	19: "pedwerydd ar bymtheg, pedwaredd ar bymtheg",
	20: "ugeinfed",
	21: "unfed ar hugain",
	22: "ail ar hugain",
	23: "trydydd ar hugain, trydedd ar hugain",
	24: "pedwerydd ar hugain, pedwaredd ar hugain",
	25: "pumed ar hugain",
	26: "chweched ar hugain",
	27: "seithfed ar hugain",
	28: "wythfed ar hugain",
	29: "nawfed ar hugain",
	30: "degfed ar hugain",
	31: "unfed ar ddeg ar hugain",
}

// welshOrdinary are everyday words that lie within a slip of one of ours and
// are right as they are.
const welshOrdinary = `
bod byw cael can cam car cas cath cefn ci coes corff cur dal dan dod dros dwr ei eich ein eu fel fi galw gan gwaed
gwaith gwan gweld gwell gwely gwen haf hen hi ho hyd lle llaw llai llall llygad mab mam maen mam meddyg merch mynd
nain nhw ni nyrs os pa pam pan pen pob poen pwy pryd rhai rhan rhoi rhy saff sal sut taid tan tad teg ti tro troed
trwyn ty uwch wedi wir wrth wyr wyt ychydig ysbyty ysgol nhad mhen nghefn ei gwneud gweld pawb peth pethau plant
apwyntiad canlyniad canlyniadau clinig deintydd ffon ffonio meddygfa moddion presgripsiwn prawf profion trefnu newid
canslo meddwl teimlo gwybod deall gofyn`
