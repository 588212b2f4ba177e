package csvfile_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"landline/store/csvfile"
)

// Whatever stands in a file, it is read whole or it is faulted; and a fault
// never repeats a word that stands in a row.
func FuzzRead(f *testing.F) {
	for _, text := range surgery {
		f.Add(text)
		f.Add(strings.ReplaceAll(text, ",", ";"))
	}
	f.Add("\ufeffid\tgiven_name\tfamily_name\tborn\r\nmary\tMary\tJones\t12/03/1948\r\n")
	f.Add("id,name_en\nnurse,\"nur\"se\n")
	f.Add("clinic,start,minutes\nnurse,2027-03-28 01:30,20\n")
	secret := regexp.MustCompile(`[A-Za-z]{12,}|[0-9]{5,}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := csvfile.Read(csvfile.Options{Zone: london}, csvfile.File{Name: "f", Data: strings.NewReader(text)})
		if err == nil {
			if got == nil {
				t.Fatal("neither a batch nor a fault")
			}
			return
		}
		var faults *csvfile.FaultsError
		if !errors.As(err, &faults) || len(faults.Faults) == 0 {
			t.Fatalf("an error that is no fault: %v", err)
		}
		_, rows, _ := strings.Cut(text, "\n")
		for _, word := range secret.FindAllString(rows, -1) {
			for _, fault := range faults.Faults {
				if strings.Contains(fault.Why, word) && !ours[word] {
					t.Errorf("a fault repeats %q: %s", word, fault)
				}
			}
		}
	})
}

// ours are the long words that the faults themselves use.
var ours = map[string]bool{
	"appointments": true, "quoted": true, "extraneous": true,
}
