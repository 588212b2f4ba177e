package console

import (
	"net/http"

	"landline/store"
)

var orderedOperations = []operation{
	{"listOrderedTests", http.MethodGet, "/people/{person}/ordered-tests", http.StatusOK, (*call).listOrdered},
	{"orderTest", http.MethodPost, "/people/{person}/ordered-tests", http.StatusCreated, (*call).orderTest},
	{"withdrawTest", http.MethodDelete, "/people/{person}/ordered-tests/{test}", http.StatusOK, (*call).withdrawTest},
}

// orderedBody is a test as it is ordered.
type orderedBody struct {
	Test    string                    `json:"test,omitempty"`
	Name    map[store.Language]string `json:"name"`
	Ordered store.Day                 `json:"ordered,omitzero"`
	Due     store.Day                 `json:"due"`
	Private bool                      `json:"private,omitempty"`
}

// orderedView is a test that was ordered: waited for, come, or late.
type orderedView struct {
	ID store.OrderedID `json:"id"`
	orderedBody
	State string `json:"state"`
}

// The states of a test that was ordered.
const (
	waitedFor = "waited-for"
	came      = "came"
	late      = "late"
)

// orderedTestsView are those of somebody.
type orderedTestsView struct {
	Tests []orderedView `json:"tests"`
}

func (c *call) orderedOf(t store.OrderedTest) orderedView {
	v := orderedView{t.ID, orderedBody{t.Test, t.Name, t.Ordered, t.Due, t.Private}, waitedFor}
	switch {
	case t.Came:
		v.State = came
	case !c.now.Before(t.LateFrom(c.now.Location())):
		v.State = late
	}
	return v
}

func (c *call) listOrdered() (any, error) {
	limit, err := c.limit(20, store.MostOrdered)
	if err != nil {
		return nil, err
	}
	out, err := c.ask(c.person(), store.ReadOrdered{Limit: limit})
	if err != nil {
		return nil, err
	}
	list := orderedTestsView{[]orderedView{}}
	for _, t := range out.Ordered {
		list.Tests = append(list.Tests, c.orderedOf(t))
	}
	return list, nil
}

// orderTest notes that a test was ordered, today if no day is given.
func (c *call) orderTest() (any, error) {
	var body orderedBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.Ordered.IsZero() {
		body.Ordered = store.DayOf(c.now)
	}
	var check checking
	check.need("name", body.Name["en"] != "", "want what is tested, in English at least")
	check.spoken("name", body.Name)
	check.need("due", !body.Due.IsZero() && !body.Due.Before(body.Ordered), "want a day, from that on which it was ordered")
	if err := check.err(); err != nil {
		return nil, err
	}
	out, err := c.must(c.person(), store.OrderTest{Test: store.OrderedTest{
		Test: body.Test, Name: body.Name, Ordered: body.Ordered, Due: body.Due, Private: body.Private,
	}})
	if err != nil {
		return nil, err
	}
	return c.orderedOf(out.Ordered[0]), nil
}

func (c *call) withdrawTest() (any, error) {
	_, err := c.must(c.person(), store.WithdrawTest{Test: store.OrderedID(c.gin.Param("test"))})
	return struct{}{}, err
}
