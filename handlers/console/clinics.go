package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"landline/store"
)

var clinicOperations = []operation{
	{"listClinics", http.MethodGet, "/clinics", http.StatusOK, (*call).listClinics},
	{"findSlots", http.MethodGet, "/clinics/{clinic}/free", http.StatusOK, (*call).findSlots},
	{"readDiary", http.MethodGet, "/clinics/{clinic}/slots", http.StatusOK, (*call).readDiary},
	{"publishSlots", http.MethodPost, "/clinics/{clinic}/slots", http.StatusOK, (*call).publishSlots},
	{"withdrawSlot", http.MethodPost, "/clinics/{clinic}/slots/{slot}/withdraw", http.StatusOK, (*call).withdrawSlot},
}

// clinicView is a clinic.
type clinicView struct {
	ID         store.ClinicID            `json:"id"`
	Name       map[store.Language]string `json:"name"`
	Sensitive  bool                      `json:"sensitive,omitempty"`
	Clinicians []clinicianView           `json:"clinicians"`
}

type clinicianView struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

func clinicOf(c store.Clinic) clinicView {
	v := clinicView{c.ID, c.Name, c.Sensitive, []clinicianView{}}
	for _, k := range c.Clinicians {
		v.Clinicians = append(v.Clinicians, clinicianView(k))
	}
	return v
}

// clinicsView are all clinics.
type clinicsView struct {
	Clinics []clinicView `json:"clinics"`
}

func (c *call) listClinics() (any, error) {
	out, err := c.ask("", store.ListClinics{})
	if err != nil {
		return nil, err
	}
	list := clinicsView{[]clinicView{}}
	for _, k := range out.Clinics {
		list.Clinics = append(list.Clinics, clinicOf(k))
	}
	return list, nil
}

// slotView is a slot of a clinic.
type slotView struct {
	ID        store.SlotID   `json:"id"`
	Start     time.Time      `json:"start"`
	Minutes   int            `json:"minutes"`
	Clinician *clinicianView `json:"clinician,omitempty"`
}

func slotOf(s store.Slot) slotView {
	v := slotView{ID: s.ID, Start: s.Start, Minutes: int(s.Length / time.Minute)}
	if s.Clinician.ID != "" {
		clinician := clinicianView(s.Clinician)
		v.Clinician = &clinician
	}
	return v
}

func (c *call) clinic() store.ClinicID { return store.ClinicID(c.gin.Param("clinic")) }

// day reads a day of the calendar from a parameter.
func (c *call) day(name string) (store.Day, error) {
	asked := c.gin.Query(name)
	if asked == "" {
		return store.Day{}, nil
	}
	d, err := store.ParseDay(asked)
	if err != nil {
		return d, faulty(Fault{name, store.ErrDay.Error()})
	}
	return d, nil
}

// freeView is a page of free slots.
type freeView struct {
	Slots []slotView `json:"slots"`
	Next  string     `json:"next,omitempty"`
}

func (c *call) findSlots() (any, error) {
	find := store.FindSlots{Clinic: store.Clinic{ID: c.clinic()}, Clinician: c.gin.Query("clinician"), Limit: 10}
	var err error
	if find.From, err = c.day("from"); err != nil {
		return nil, err
	}
	if err := c.after(&find.After); err != nil {
		return nil, err
	}
	out, err := c.ask("", find)
	if err != nil {
		return nil, err
	}
	page := freeView{Slots: []slotView{}}
	for _, s := range out.Slots {
		page.Slots = append(page.Slots, slotOf(s))
		page.Next = next(out.More, store.CursorAt(s))
	}
	return page, nil
}

// diaryView is a slot and what became of it.
type diaryView struct {
	slotView
	State  store.SlotState `json:"state"`
	Person store.PersonID  `json:"person,omitempty"`
}

// slotsView is a page of a diary.
type slotsView struct {
	Slots []diaryView `json:"slots"`
	Next  string      `json:"next,omitempty"`
}

func (c *call) readDiary() (any, error) {
	read := store.ReadDiary{Clinic: c.clinic()}
	var err error
	if read.Limit, err = c.limit(50, 100); err != nil {
		return nil, err
	}
	if read.From, err = c.day("from"); err != nil {
		return nil, err
	}
	if err := c.after(&read.After); err != nil {
		return nil, err
	}
	out, err := c.ask("", read)
	if err != nil {
		return nil, err
	}
	page := slotsView{Slots: []diaryView{}}
	for _, d := range out.Diary {
		page.Slots = append(page.Slots, diaryView{slotOf(d.Slot), d.State, d.Person})
		page.Next = next(out.More, store.CursorAt(d.Slot))
	}
	return page, nil
}

// mostSlots is how many slots are published at once.
const mostSlots = 500

func (c *call) publishSlots() (any, error) {
	var body struct {
		Slots []slotView `json:"slots"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	publish := store.PublishSlots{Clinic: c.clinic()}
	var check checking
	check.need("slots", len(body.Slots) > 0 && len(body.Slots) <= mostSlots, "want 1 to "+strconv.Itoa(mostSlots)+" slots")
	for i, s := range body.Slots {
		field := "slots[" + strconv.Itoa(i) + "]"
		check.need(field+".start", !s.Start.IsZero() && s.Start.Equal(s.Start.Truncate(time.Minute)), "want a time on the minute")
		check.need(field+".minutes", s.Minutes > 0, "want how long it lasts")
		slot := store.Slot{ID: s.ID, Start: s.Start.In(c.now.Location()), Length: time.Duration(s.Minutes) * time.Minute}
		if s.Clinician != nil {
			slot.Clinician = store.Clinician(*s.Clinician)
		}
		if slot.ID == "" { // a time of a clinician's is one slot
			slot.ID = store.SlotID(slot.Start.UTC().Format("20060102T1504") + "-" + slot.Clinician.ID)
		}
		publish.Slots = append(publish.Slots, slot)
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	out, err := c.ask("", publish)
	if err != nil {
		return nil, err
	}
	return struct {
		New     int `json:"new"`
		Changed int `json:"changed"`
		Same    int `json:"same"`
	}(out.Report), nil
}

func (c *call) withdrawSlot() (any, error) {
	_, err := c.must("", store.WithdrawSlot{Clinic: c.clinic(), Slot: store.SlotID(c.gin.Param("slot"))})
	if p := (*Problem)(nil); errors.As(err, &p) && p.Reason == "taken" {
		return nil, &Problem{Status: http.StatusConflict, Reason: "booked", Detail: "Somebody has it: move or cancel their appointment first."}
	}
	return struct{}{}, err
}
