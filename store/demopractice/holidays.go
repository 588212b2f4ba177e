package demopractice

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rickar/cal/v2/gb"

	"landline/store"
)

// closures are the bank holidays of England and Wales, by day, of the year in
// which today lies and the one after.
func closures(today store.Day) map[store.Day]string {
	days := map[store.Day]string{}
	for year := today.Year; year <= today.Year+1; year++ {
		for _, h := range gb.Holidays {
			if _, observed := h.Calc(year); !observed.IsZero() {
				days[store.DayOf(observed)] = h.Name
			}
		}
	}
	return days
}

// closureRows writes them as a file of closures.
func (f *filling) closureRows() *bytes.Buffer {
	var out bytes.Buffer
	out.WriteString("date,name\n")
	for _, d := range slices.SortedFunc(maps.Keys(f.closed), func(a, b store.Day) int {
		return strings.Compare(a.String(), b.String())
	}) {
		fmt.Fprintf(&out, "%s,%s\n", d, f.closed[d])
	}
	return &out
}
