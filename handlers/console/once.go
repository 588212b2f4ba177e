package console

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"

	"landline/store"
)

// keyHeader carries the client's own key of a change, as the draft
// draft-ietf-httpapi-idempotency-key-header has it.
const keyHeader = "Idempotency-Key"

// underWay is why a change is not made whose key another try has.
const underWay = "under way"

// maxKey is the longest key, in bytes.
const maxKey = 128

var keyReused = &Problem{
	Status: http.StatusUnprocessableEntity, Reason: "key reused", Detail: "The key was used for something else.",
	Errors: []Fault{{keyHeader, "was used for another change"}},
}

// once performs a change once, and gives the same answer to whoever asks for it
// again under the same key. What is not known to have come to an end is not kept:
// the record performs a change once, too.
func (c *call) once() reply {
	if c.key == "" || len(c.key) > maxKey {
		return c.refuse(faulty(Fault{keyHeader, "want a key of your own, of 1 to 128 characters"}))
	}
	claim := store.AnswerClaim{
		Staff: c.staff.ID, Key: c.key, Attempt: rand.Text(), Now: c.now,
		Content: strings.Join([]string{c.op.method, c.gin.Request.URL.Path, c.match, string(c.body)}, "\n"),
	}
	state, kept, err := c.Tokens.BeginAnswer(c.ctx, claim)
	if err != nil {
		return c.refuse(unavailable(err))
	}
	switch state {
	case store.AnswerOther:
		return c.refuse(keyReused)
	case store.AnswerBusy:
		return c.refuse(&Problem{Status: http.StatusConflict, Reason: underWay, Detail: "The same change is under way. Ask again in a moment."})
	case store.AnswerKept:
		var out reply
		if err := json.Unmarshal(kept, &out); err != nil {
			return c.refuse(err)
		}
		return out
	}
	out := c.perform()
	if out.Status >= http.StatusInternalServerError {
		return out
	}
	plain, err := json.Marshal(out)
	if err == nil {
		err = c.Tokens.KeepAnswer(c.ctx, claim, plain)
	}
	if err != nil {
		return c.refuse(problemOf(store.Unknown, "", err))
	}
	return out
}
