package twilio

import (
	"fmt"
	"testing"

	"landline/store"
)

func TestANumberIsNormalisedHoweverItIsWritten(t *testing.T) {
	for raw, want := range map[string]store.Number{
		"+441632960101":        "+441632960101", // set aside for drama: possible, not valid
		"01632 960101":         "+441632960101",
		"(01632) 960-101":      "+441632960101",
		"00 44 1632 960101":    "+441632960101",
		"07700 900102":         "+447700900102",
		" +447700900102 ":      "+447700900102",
		"+12025550123":         "+12025550123",
		"+1 (202) 555-0123":    "+12025550123",
		"+44 (0)1632 960101":   "+441632960101",
		"tel:+441632960101":    "", // a URI is not a number
		"client:reception":     "",
		"sip:desk@example.org": "",
		"whatsapp:+4477009001": "",
		"anonymous":            "",
		"Anonymous":            "",
		"unknown":              "",
		"restricted":           "",
		"":                     "",
		"+266696687":           "", // ANONYMOUS on the keys
		"266696687":            "",
		"+7378742833":          "", // RESTRICTED
		"+2562533":             "", // BLOCKED
		"+8656696":             "", // UNKNOWN
		"+86282452253":         "", // UNAVAILABLE
		"960101":               "", // local only: no E.164 can be made of it
		"60163":                "", // a short code
		"+44":                  "",
		"NHSNoReply":           "",
		"0800FLOWERS":          "",
		"01632 960101 x23":     "", // an extension would be lost
		"01632 960101;ext=23":  "",
		"+4416329601010000000": "",
		"٠١٦٣٢٩٦٠١٠١":          "+441632960101",
	} {
		got, ok := ParseNumber(raw, "GB")
		if got != want || ok != (want != "") {
			t.Errorf("ParseNumber(%q) = %q %v, want %q", raw, got.E164(), ok, want.E164())
		}
	}
}

func TestARegionIsOnlyForNumbersWithoutACountryCode(t *testing.T) {
	for _, c := range []struct {
		raw, region string
		want        store.Number
	}{
		{"(202) 555-0123", "US", "+12025550123"},
		{"+441632960101", "US", "+441632960101"},
		{"01632 960101", "", "+441632960101"}, // no region is GB
		{"01632 960101", "nowhere", ""},
	} {
		if got, _ := ParseNumber(c.raw, c.region); got != c.want {
			t.Errorf("ParseNumber(%q, %q) = %q", c.raw, c.region, got.E164())
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"+441632960101", "07700 900102", "anonymous", "+266696687", "\x00+", "tel:+44;ext=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		n, ok := ParseNumber(raw, "GB")
		if ok != n.Known() {
			t.Fatalf("ok is %v, known is %v", ok, n.Known())
		}
		if !ok {
			return
		}
		if again, ok := ParseNumber(n.E164(), "GB"); !ok || again != n {
			t.Fatalf("normalised twice differs: %q, then %q", n.E164(), again.E164())
		}
	})
}

func TestTheMemoryOfNumbersIsBounded(t *testing.T) {
	var m numbers
	for i := range 3 * remembered {
		m.put(fmt.Sprint(i), "+441632960101")
	}
	if n := len(m.new) + len(m.old); n > 2*remembered {
		t.Errorf("%d numbers are remembered, more than %d", n, 2*remembered)
	}
	if _, ok := m.get(fmt.Sprint(3*remembered - 1)); !ok {
		t.Error("the latest is forgotten")
	}
	if _, ok := m.get("0"); ok {
		t.Error("the first is still there")
	}
}

func BenchmarkParseNumber(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ParseNumber("+441632960101", "GB")
	}
}

func BenchmarkParseNumberFirstTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		parseNumber("+441632960101", "GB")
	}
}
