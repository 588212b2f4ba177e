package csvfile_test

import (
	"fmt"
	"strings"
	"time"

	"landline/store/csvfile"
)

func ExampleRead() {
	_, err := csvfile.Read(csvfile.Options{Zone: time.UTC}, csvfile.File{
		Name: "people.csv",
		Data: strings.NewReader("id,given_name,family_name,born,pin\nmary,Mary,Jones,31/02/1948,1234\n"),
	})
	fmt.Println(err)
	// Output:
	// people.csv:2 born: is no day of the calendar (want 2026-09-16 or 16/09/2026)
	// people.csv:2 pin: the digits of the PIN follow one another
}
