package console

import (
	"net/http"

	"landline/store"
)

var grantOperations = []operation{
	{"listGrants", http.MethodGet, "/people/{person}/grants", http.StatusOK, (*call).listGrants},
	{"makeGrant", http.MethodPut, "/people/{person}/grants/{carer}", http.StatusOK, (*call).makeGrant},
	{"copyCarer", http.MethodPut, "/people/{person}/grants/{carer}/told", http.StatusOK, (*call).copyCarer},
	{"endGrant", http.MethodDelete, "/people/{person}/grants/{carer}", http.StatusOK, (*call).endGrant},
}

// grantView is what somebody may do for a person.
type grantView struct {
	Carer nameView      `json:"carer"`
	Kind  string        `json:"kind"`
	May   []store.Scope `json:"may"`
	Until store.Day     `json:"until"`
	// Told says that the person has them told, too: see store.CopyCarer.
	Told bool `json:"told,omitempty"`
	// Asked says that they were named by their number, and have not agreed yet.
	Asked bool `json:"asked,omitempty"`
}

// named is how the API writes store.Named, which is the zero value: the person
// named the carer themselves.
const namedByPerson = "named"

func (c *call) listGrants() (any, error) {
	out, err := c.ask(c.person(), store.ListGrants{})
	if err != nil {
		return nil, err
	}
	list := struct {
		Grants []grantView `json:"grants"`
	}{[]grantView{}}
	for _, k := range out.Carers {
		v := grantView{nameView{ID: k.ID, Given: k.Given.Reveal(), Family: k.Family.Reveal()}, string(k.Kind), k.Scopes, k.Until, k.Copied, k.Asked != nil}
		if k.Kind == store.Named {
			v.Kind = namedByPerson
		}
		list.Grants = append(list.Grants, v)
	}
	return list, nil
}

// longestGrant is for how many years somebody may act without being asked for
// anew: no grant is endless.
const longestGrant = 10

// makeGrant lets a carer act for the person. Who is attorney or parent has shown
// it here, and only staff may end it.
func (c *call) makeGrant() (any, error) {
	var body struct {
		Kind  string        `json:"kind"`
		May   []store.Scope `json:"may"`
		Until store.Day     `json:"until"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	oneOf(&check, "kind", body.Kind, []string{namedByPerson, string(store.Attorney), string(store.Parent)})
	check.need("may", len(body.May) > 0, "want what they may do")
	for _, s := range body.May {
		oneOf(&check, "may", s, store.Scopes())
	}
	today := store.DayOf(c.now)
	check.need("until", !body.Until.Before(today) && body.Until.Before(today.AddDays(longestGrant*366)), "want a day to come, within ten years")
	if err := check.err(); err != nil {
		return nil, err
	}
	kind := store.GrantKind(body.Kind)
	if body.Kind == namedByPerson {
		kind = store.Named
	}
	_, err := c.must(c.person(), store.MakeGrant{Grant: store.Grant{Carer: c.carer(), Kind: kind, Scopes: body.May, Until: body.Until}})
	return struct{}{}, err
}

func (c *call) carer() store.PersonID { return store.PersonID(c.gin.Param("carer")) }

func (c *call) endGrant() (any, error) {
	_, err := c.must(c.person(), store.EndGrant{Carer: c.carer()})
	return struct{}{}, err
}

// copyCarer has a carer told, too, or no longer, as the person asked.
func (c *call) copyCarer() (any, error) {
	var body struct {
		Told *bool `json:"told"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	check.need("told", body.Told != nil, "want true or false")
	if err := check.err(); err != nil {
		return nil, err
	}
	_, err := c.must(c.person(), store.CopyCarer{Carer: c.carer(), Copied: *body.Told})
	return struct{}{}, err
}
