package csvfile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/csvfile"
)

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}()

// surgery is a small practice, a file of each kind.
var surgery = map[string]string{
	"practice.csv": "name_en,name_cy,number,reception\n" +
		"Hill Surgery,Meddygfa'r Bryn,01632 960000,01632 960001\n",
	"hours.csv":    "weekday,opens,closes\nMonday,08:00,12:30\nmon,13:30,18:00\nTue,8:00,18:30\n",
	"closures.csv": "date,name\n2026-12-25,Christmas Day\n28/12/2026,Boxing Day\n",
	"people.csv": "id,nhs_number,given_name,family_name,born,numbers,language,pin\n" +
		"mary,943 476 5919,Mary,Jones,1948-03-12,01632 960101; +44 7700 900101,en,4071\n" +
		"ann,,Ann,Jones,23/09/1975,,,\n",
	"grants.csv":  "carer,subject,scopes,until\nann,mary,appointments.hear; appointments.book,2027-03-31\n",
	"clinics.csv": "id,name_en,name_cy,bring_en,bring_cy,sensitive,clinicians,reminders\nnurse,nurse,nyrs,a list,rhestr,no,Sister Joan Hill; Mr Amit Rao,7d 1D\n",
	"slots.csv":   "clinic,start,minutes,clinician\nnurse,2026-09-22 10:20,20,Sister Joan Hill\nnurse,2026-09-22T10:20,20,Mr Amit Rao\n",
	"results.csv": "id,person,test,name_en,taken,status,release,released,not_before,finding,in_person,labels,clinician,comment_en\n" +
		"r1,mary,full-blood-count,blood count,2026-09-10,final,SIDC,2026-09-14 17:30,16/09/2026,normal,no,N,Mr Amit Rao,All is well.\n" +
		"r2,mary,,scan,2026-09-11,Final,simm,,,abnormal,yes,r; sex,,\n",
	"explanations.csv": "test,text_en,text_cy\nfull-blood-count,It counts.,Mae'n cyfrif.\n",
	"values.csv": "person,result,name_en,value,unit_en,low,high,range\n" +
		"mary,r1,haemoglobin,135,grams per litre,115,165,usual\nmary,r1,ferritin,12,,,,low\n",
	"readings.csv": "person,kind,measured,values\nmary,Glucose,2026-09-10 08:05,7.2\nmary,blood-pressure,2026-09-10 08:00,141/80\n",
	"limits.csv": "person,kind,part,low,high,severity\nmary,blood-pressure,upper,100,160,practice\nmary,blood-pressure,lower,,95,practice\n" +
		",oxygen,,92,,999\nmary,oxygen,,88,,999\n,oxygen,,94,,111\n",
	"entries.csv": "id,person,kind,name_en,detail_en,source_en,recorded,ended,labels\n" +
		"m1,mary,Medicine,amlodipine,one tablet in the morning,Hill Surgery,2019-03-03,01/10/2026,n\na1,mary,allergy,penicillin,,Hill Surgery,1971-05-20,,\n",
	"appointments.csv": "person,clinic,start,clinician\nmary,nurse,22/09/2026 10:20,Sister Joan Hill\n",
}

func files(of map[string]string) []csvfile.File {
	var out []csvfile.File
	for _, name := range []string{
		// Not the order in which they must be read: that is for Read to find.
		"entries.csv", "limits.csv", "readings.csv", "explanations.csv", "values.csv", "results.csv", "appointments.csv", "slots.csv", "clinics.csv", "grants.csv",
		"people.csv", "closures.csv", "hours.csv", "practice.csv",
	} {
		if text, ok := of[name]; ok {
			out = append(out, csvfile.File{Name: name, Data: strings.NewReader(text)})
		}
	}
	return out
}

func read(of map[string]string) (*csvfile.Files, error) {
	return csvfile.Read(csvfile.Options{Zone: london}, files(of)...)
}

// want is the practice of those files, as the record takes it.
func want() store.Batch {
	mary, ann := csvfile.OpaqueID("mary"), csvfile.OpaqueID("ann")
	joan := store.Clinician{ID: "sister-joan-hill", Name: "Sister Joan Hill"}
	amit := store.Clinician{ID: "mr-amit-rao", Name: "Mr Amit Rao"}
	start := time.Date(2026, 9, 22, 10, 20, 0, 0, london)
	return store.Batch{
		Practice: &store.Practice{
			Name:      map[store.Language]string{"en": "Hill Surgery", "cy": "Meddygfa'r Bryn"},
			Number:    "+441632960000",
			Reception: "+441632960001",
			Hours: map[time.Weekday][]store.Hours{
				time.Monday:  {{Opens: 480, Closes: 750}, {Opens: 810, Closes: 1080}},
				time.Tuesday: {{Opens: 480, Closes: 1110}},
			},
			Closures: []store.Day{{Year: 2026, Month: 12, Day: 25}, {Year: 2026, Month: 12, Day: 28}},
		},
		People: []store.PersonRow{
			{PIN: "4071", Person: store.Person{
				ID: mary, NHS: "9434765919", Given: "Mary", Family: "Jones",
				Born:     store.BornOn(store.Day{Year: 1948, Month: 3, Day: 12}),
				Numbers:  []store.Number{"+441632960101", "+447700900101"},
				Language: "en",
			}},
			{Person: store.Person{
				ID: ann, Given: "Ann", Family: "Jones",
				Born: store.BornOn(store.Day{Year: 1975, Month: 9, Day: 23}),
			}},
		},
		Grants: []store.Grant{{
			Carer: ann, Subject: mary, Until: store.Day{Year: 2027, Month: 3, Day: 31},
			Scopes: []store.Scope{store.HearAppointments, store.BookAppointments},
		}},
		Clinics: []store.Clinic{{
			ID:         "nurse",
			Name:       map[store.Language]string{"en": "nurse", "cy": "nyrs"},
			Bring:      map[store.Language]string{"en": "a list", "cy": "rhestr"},
			Clinicians: []store.Clinician{joan, amit}, Reminders: []int{7, 1},
		}},
		Slots: []store.Slot{
			{ID: "20260922T0920Z-sister-joan-hill", Clinic: "nurse", Clinician: joan, Start: start, Length: 20 * time.Minute},
			{ID: "20260922T0920Z-mr-amit-rao", Clinic: "nurse", Clinician: amit, Start: start, Length: 20 * time.Minute},
		},
		Appointments: []store.AppointmentRow{{Person: mary, Clinic: "nurse", Slot: "20260922T0920Z-sister-joan-hill"}},
		Explanations: []store.Explanation{{Test: "full-blood-count", Text: map[store.Language]string{"en": "It counts.", "cy": "Mae'n cyfrif."}}},
		Readings: []store.Reading{
			{ID: "rtl4zoc", Person: mary, By: mary, Kind: store.Glucose, Values: []store.Tenths{72}, Taken: time.Date(2026, 9, 10, 8, 5, 0, 0, london), Status: store.Preliminary},
			{ID: "rtl4zg0", Person: mary, By: mary, Kind: store.BloodPressure, Values: []store.Tenths{1410, 800}, Taken: time.Date(2026, 9, 10, 8, 0, 0, 0, london), Status: store.Preliminary},
		},
		Entries: []store.Entry{
			{
				ID: "m1", Person: mary, Kind: store.Medicine, Name: map[store.Language]store.Words{"en": "amlodipine"},
				Detail: map[store.Language]store.Words{"en": "one tablet in the morning"}, Source: map[store.Language]string{"en": "Hill Surgery"},
				Recorded: store.Day{Year: 2019, Month: 3, Day: 3}, Ended: store.Day{Year: 2026, Month: 10, Day: 1}, Labels: []store.Label{"N"},
			},
			{
				ID: "a1", Person: mary, Kind: store.Allergy, Name: map[store.Language]store.Words{"en": "penicillin"},
				Source: map[store.Language]string{"en": "Hill Surgery"}, Recorded: store.Day{Year: 1971, Month: 5, Day: 20},
			},
		},
		Limits: []store.ReadingLimits{
			{Person: mary, Kind: store.BloodPressure, Bounds: []store.Bound{{Low: 1000, High: 1600, Severity: store.RingPractice}, {Part: 1, High: 950, Severity: store.RingPractice}}},
			{Kind: store.Oxygen, Bounds: []store.Bound{{Low: 920, Severity: store.Ring999}, {Low: 940, Severity: store.Ring111}}},
			{Person: mary, Kind: store.Oxygen, Bounds: []store.Bound{{Low: 880, Severity: store.Ring999}}},
		},
		Results: []store.Result{
			{
				ID: "r1", Person: mary, Test: "full-blood-count", Name: map[store.Language]string{"en": "blood count"},
				Taken: store.Day{Year: 2026, Month: 9, Day: 10}, Clinician: amit, Comment: map[store.Language]store.Words{"en": "All is well."},
				Values: []store.Measured{
					{Name: map[store.Language]string{"en": "haemoglobin"}, Value: "135", Unit: map[store.Language]string{"en": "grams per litre"}, Low: "115", High: "165", Range: store.RangeUsual},
					{Name: map[store.Language]string{"en": "ferritin"}, Value: "12", Range: store.RangeLow},
				},
				Status: store.Final, Release: store.ReleaseWhenReviewed, Released: time.Date(2026, 9, 14, 17, 30, 0, 0, london),
				NotBefore: store.Day{Year: 2026, Month: 9, Day: 16}, Normal: true, Labels: []store.Label{"N"},
			},
			{
				ID: "r2", Person: mary, Name: map[store.Language]string{"en": "scan"}, Taken: store.Day{Year: 2026, Month: 9, Day: 11},
				Status: store.Final, Release: store.ReleaseNow, Abnormal: true, InPerson: true, Labels: []store.Label{"R", "SEX"},
			},
		},
	}
}

func TestAPracticeIsRead(t *testing.T) {
	got, err := read(surgery)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want(), got.Batch, cmp.AllowUnexported(store.Birthday{})); diff != "" {
		t.Error(diff)
	}
}

// What spreadsheets make of the same rows means the same.
func TestSpreadsheetsAreBorneWith(t *testing.T) {
	for name, spoil := range map[string]func(string) string{
		"byte order mark": func(s string) string { return "\ufeff" + s },
		"CRLF":            func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"spaces":          func(s string) string { return strings.ReplaceAll(s, ",", " , ") },
		"tabs":            func(s string) string { return strings.ReplaceAll(s, ",", "\t") },
		"empty rows": func(s string) string {
			head, rest, _ := strings.Cut(s, "\n")
			return head + "\n" + strings.Repeat(",", strings.Count(head, ",")) + "\n\n" + rest
		},
		"capitals in the header": func(s string) string {
			head, rest, _ := strings.Cut(s, "\n")
			return strings.ToUpper(head) + "\n" + rest
		},
		"semicolons": func(s string) string {
			lines := strings.Split(s, "\n")
			for i, line := range lines {
				cells := strings.Split(line, ",")
				for j, c := range cells {
					if strings.Contains(c, ";") {
						cells[j] = `"` + c + `"`
					}
				}
				lines[i] = strings.Join(cells, ";")
			}
			return strings.Join(lines, "\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := map[string]string{}
			for file, text := range surgery {
				spoilt[file] = spoil(text)
			}
			got, err := read(spoilt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want(), got.Batch, cmp.AllowUnexported(store.Birthday{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheRecordNeverSeesThePracticesOwnIDs(t *testing.T) {
	got, err := csvfile.Read(csvfile.Options{
		Zone:     london,
		PersonID: func(own string) store.PersonID { return store.PersonID("keyed-" + own[:1]) },
	}, files(map[string]string{"people.csv": surgery["people.csv"], "grants.csv": surgery["grants.csv"]})...)
	if err != nil {
		t.Fatal(err)
	}
	if id := got.Batch.People[0].Person.ID; id != "keyed-m" || got.Batch.Grants[0].Subject != id {
		t.Errorf("Mary is %s and the grant is about %s", id, got.Batch.Grants[0].Subject)
	}
	if id := csvfile.OpaqueID("mary"); strings.Contains(string(id), "mary") || id != csvfile.OpaqueID("mary") {
		t.Errorf("OpaqueID gives %s", id)
	}
}

// Every fault is told, where it is and why, and what stands there is not.
func TestEveryFaultIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"zones": {
			map[string]string{"people.csv": "id,given_name,family_name,born,timezone\n" +
				"mary,Mary,Jones,1948-03-12,Europe/Madrid\ntom,Tom,Price,04/07/1985,Spain/Madrid\nann,Ann,Jones,23/09/1975,local\n"},
			[]string{
				"people.csv:3 timezone: is no name of a time zone, as Europe/Madrid is",
				"people.csv:4 timezone: is no name of a time zone, as Europe/Madrid is",
			},
		},
		"people": {
			map[string]string{"people.csv": "id,nhs_number,given_name,family_name,born,numbers,language,pin\n" +
				"mary,9434765918,Mary,Jones,1948-02-30,01632,de,1234\n" +
				"mary,9434765919,,Jones,1948-03-12,,,\n" +
				"tom,943 476 5919,Tom,Price,04/07/1985,0x7700900102,,40\n" +
				"ann,Ann,Jones\n"},
			[]string{
				"people.csv:2 born: is no day of the calendar (want 2026-09-16 or 16/09/2026)",
				"people.csv:2 language: is none of ours (en or cy)",
				"people.csv:2 nhs_number: the last digit of the NHS number does not agree with the others",
				"people.csv:2 numbers: is no telephone number that can be dialled",
				"people.csv:2 pin: the digits of the PIN follow one another",
				"people.csv:3 given_name: is empty",
				"people.csv:3 id: the same person stands in people.csv:2 already",
				"people.csv:4 nhs_number: the same NHS number stands in people.csv:3 already",
				"people.csv:4 numbers: is no telephone number that can be dialled",
				"people.csv:4 pin: a PIN has four to six digits",
				"people.csv:5: the row has 3 cells, the header 8",
			},
		},
		"grants": {
			map[string]string{"grants.csv": "carer,subject,scopes,until,kind\nann,mary,everything,,friend\nann,ann,results,2027-03-31,\n"},
			[]string{
				"grants.csv:2 until: is empty",
				"grants.csv:2 kind: is none of attorney, parent, or empty",
				"grants.csv:2 scopes: holds something that is none of appointments.hear, appointments.book, results, messages, readings, summary, questionnaires",
				"grants.csv:3 subject: nobody is their own carer",
			},
		},
		"a diary": {
			map[string]string{
				"clinics.csv": "id,name_en,sensitive,clinicians\nNurse Clinic,nurse,perhaps,Sister Joan Hill\nnurse,nurse,,Sister Joan Hill\n",
				"slots.csv": "clinic,start,minutes,clinician\nnurse,2027-03-28 01:30,20,Sister Joan Hill\n" +
					"nurse,tomorrow,none,Dr No\nnurse,2026-09-22 10:20,20,\nnurse,2026-09-22T10:20,30,\n",
			},
			[]string{
				"slots.csv:2 start: the clocks go forward over that time: it does not exist",
				"slots.csv:3 start: is no day and time (want 2026-09-16 10:20)",
				"slots.csv:3 minutes: want a whole number of minutes, 1 to 1440",
				"slots.csv:3 clinician: is none of the clinic's clinicians",
				"slots.csv:5: the same slot stands in slots.csv:4 already",
				"clinics.csv:2 sensitive: want yes or no",
				"clinics.csv:2 id: want small letters, digits and hyphens",
			},
		},
		"reminders": {
			map[string]string{"clinics.csv": "id,name_en,reminders\na,a,none\nb,b,1d; \nc,c,\nd,d,1d 3d\ne,e,3\nf,f,3d 2d 1d\ng,g,29d\nh,h,0d\ni,i,-1d\nj,j,;\n"},
			[]string{
				"clinics.csv:5 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:6 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:7 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:8 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:9 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:10 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
				"clinics.csv:11 reminders: want days, the most first: 3d 1d, or one of them (1d to 28d), or none",
			},
		},
		"results": {
			map[string]string{
				"results.csv": "id,person,name_en,taken,status,release,finding\nr1,mary,blood count,2026-09-10,done,now,splendid\nr1,mary,scan,10/09/26,final,SIMM,\n",
				"values.csv":  "person,result,name_en,value,range\nmary,r2,iron,7,low\nmary,r1,iron,7,dreadful\n",
			},
			[]string{
				"values.csv:2 result: is none of the results of this import",
				"values.csv:3 range: want usual, low or high",
				"results.csv:2 status: is none of registered, partial, preliminary, final, amended, corrected, appended, cancelled, entered-in-error, unknown",
				"results.csv:2 release: is none of SIMM, SWNL, SID, SIDC, SWTH, STBD",
				"results.csv:2 finding: want normal or abnormal, or nothing where nobody looked",
				"results.csv:3 taken: is no day of the calendar (want 2026-09-16 or 16/09/2026)",
				"results.csv:3 id: the same result stands in results.csv:2 already",
			},
		},
		"readings": {
			map[string]string{
				"readings.csv": "person,kind,measured,values\nmary,mood,2026-09-10 08:00,7\nmary,glucose,yesterday,72\nmary,weight,2026-09-10 08:00,heavy\nmary,pulse,2026-09-10 08:00,70\nmary,pulse,2026-09-10 08:00,71\n",
				"limits.csv":   "person,kind,part,low,high,severity\nmary,pulse,lower,50,,practice\nmary,pulse,,,,112\nmary,pulse,,5x,,111\nmary,pulse,,50,,111\n",
			},
			[]string{
				"limits.csv:2 part: want upper or lower, of a blood pressure, or nothing",
				"limits.csv:3 severity: is none of 111, 999, practice",
				"limits.csv:3 high: want a low or a high, or both",
				"limits.csv:4 low: is no number (want 141 or 7.2)",
				"limits.csv:5 severity: the same limit stands in limits.csv:4 already",
				"readings.csv:2 kind: is none of blood-pressure, pulse, glucose, weight, peak-flow, temperature, oxygen, pain",
				"readings.csv:3 measured: is no day and time (want 2026-09-16 10:20)",
				"readings.csv:3 values: cannot be a reading of that kind",
				"readings.csv:4 values: is no number (want 141 or 7.2)",
				"readings.csv:4 values: cannot be a reading of that kind",
				"readings.csv:6 measured: the same reading stands in readings.csv:5 already",
			},
		},
		"hours": {
			map[string]string{"hours.csv": "weekday,opens,closes\nMoonday,8:00,9:00\nMon,9:00,8:00\nTue,8,9:00\nWed,8:00,12:00\nWed,11:00,18:00\n"},
			[]string{
				"hours: a file of practice must come with it",
				"hours.csv:2 weekday: is no day of the week (want Monday or Mon)",
				"hours.csv:3 closes: is not after it opens",
				"hours.csv:4 opens: is no time of day (want 08:00)",
				"hours.csv:6 opens: overlaps other hours of the same day",
			},
		},
		"headers": {
			map[string]string{
				"people.csv":   "id,given,family_name,born\nmary,Mary,Jones,1948-03-12\n",
				"closures.csv": "Mary,Jones\n1948-03-12,\n",
				"slots.csv":    "",
				"clinics.csv":  "id,name_en\nnurse,\"nur\"se\n",
				"grants.csv":   "carer,subject,scopes,until\nann,mary,results,\xff\n",
			},
			[]string{
				"slots.csv: the file is empty",
				"clinics.csv:2: extraneous or missing \" in quoted-field; what follows was not read",
				`grants.csv: the file is not in UTF-8: save it as "CSV UTF-8"`,
				"people.csv:1 given_name: the column is missing (this looks like a file of people)",
				"people.csv:1: there is a column that a file of people does not have",
				"closures.csv:1: the header fits no kind of file that is known",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(c.files)
			var faults *csvfile.FaultsError
			if !errors.As(err, &faults) || got != nil {
				t.Fatalf("got %v and %v, want faults and no batch", got, err)
			}
			if diff := cmp.Diff(c.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the record refuses is told in the words of the files.
func TestTheRecordsRefusalNamesFileAndLine(t *testing.T) {
	got, err := read(surgery)
	if err != nil {
		t.Fatal(err)
	}
	err = got.Explain(&store.BatchError{Faults: []store.RowFault{
		{Rows: "people", Index: 1, Field: "nhs", Why: "is somebody else's"},
		{Rows: "appointments", Index: 0, Field: "slot", Why: "is not in the diary"},
	}})
	want := "people.csv:3 nhs_number: is somebody else's\nappointments.csv:2 start: is not in the diary"
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if away := errors.New("away"); got.Explain(away) != away {
		t.Error("another error is not passed on as it is")
	}
}
