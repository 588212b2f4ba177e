package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// State is what a page needs before it follows the events.
type State struct {
	Lines  []LineState  `json:"lines"`
	Phones []PhoneState `json:"phones"`
	Clock  *ClockState  `json:"clock"` // null: this exchange keeps no practice's time
	Last   int          `json:"last"`  // the newest event: what comes later is news
}

// LineState is a number that can be rung.
type LineState struct {
	Number   string `json:"number"`
	National string `json:"national"`
	Label    string `json:"label"`
}

// PhoneState is a telephone that can be picked up.
type PhoneState struct {
	Number   string `json:"number"`
	National string `json:"national"`
	Label    string `json:"label"`
	Kind     Kind   `json:"kind"`
	CanText  bool   `json:"canText"`
}

// ClockState is the time at the practice.
type ClockState struct {
	Now  time.Time `json:"now"`
	Zone string    `json:"zone"` // of the time-zone database, "Europe/London"
}

// action is what somebody does with a telephone.
type action struct {
	Phone string `json:"phone"`
	To    string `json:"to,omitempty"`    // of call and text: a number as people dial it; of clock: when
	Keys  string `json:"keys,omitempty"`  // of press
	Words string `json:"words,omitempty"` // of say and text
}

// maxAction is the most that an action may say, in bytes.
const maxAction = 8 << 10

// mountAPI adds what the handset page and the terminal use.
func (x *Exchange) mountAPI(r gin.IRouter) {
	r.GET("/state", func(c *gin.Context) { c.JSON(http.StatusOK, x.State()) })
	r.GET("/events", x.stream)
	do := func(path string, act func(action) error) {
		r.POST(path, func(c *gin.Context) { x.act(c, act) })
	}
	do("/call", func(a action) error { _, err := x.Dial(a.Phone, International(a.To)); return err })
	do("/press", x.inCall(func(c *Call, a action) { c.Press(a.Keys) }))
	do("/say", x.inCall(func(c *Call, a action) { c.Say(a.Words) }))
	do("/hangup", func(a action) error { return x.HangUp(a.Phone) })
	do("/answer", func(a action) error { _, err := x.Answer(a.Phone); return err })
	do("/decline", func(a action) error { return x.Decline(a.Phone) })
	do("/letring", func(a action) error { return x.LetRing(a.Phone) })
	do("/text", func(a action) error { return x.Text(a.Phone, International(a.To), a.Words) })
	do("/clock", func(a action) error { return x.jump(a.To) })
}

// inCall is an action on the call that a telephone is in.
func (x *Exchange) inCall(do func(*Call, action)) func(action) error {
	return func(a action) error {
		c, err := x.Call(a.Phone)
		if err == nil {
			do(c, a)
		}
		return err
	}
}

// act reads an action, performs it and answers with nothing, or with why not.
// Only JSON is read, so that no page from elsewhere can make a browser send it
// without asking first.
func (x *Exchange) act(c *gin.Context, act func(action) error) {
	if c.ContentType() != "application/json" {
		c.JSON(http.StatusUnsupportedMediaType, gin.H{"error": "JSON is wanted"})
		return
	}
	var a action
	if err := json.NewDecoder(http.MaxBytesReader(c.Writer, c.Request.Body, maxAction)).Decode(&a); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": "that cannot be read"})
		return
	}
	if err := act(a); err != nil {
		c.JSON(http.StatusConflict, gin.H{"error": err.Error()})
		return
	}
	c.Status(http.StatusNoContent)
}

// State gives the telephones, the lines and the time.
func (x *Exchange) State() State {
	s := State{Lines: []LineState{}, Phones: []PhoneState{}, Last: x.board.last()}
	x.mu.Lock()
	for _, l := range x.cfg.Lines {
		s.Lines = append(s.Lines, LineState{Number: l.Number, National: National(l.Number), Label: l.Label})
	}
	x.mu.Unlock()
	for _, p := range x.cfg.Phones {
		s.Phones = append(s.Phones, PhoneState{Number: p.Number, National: National(p.Number), Label: p.Label, Kind: p.Kind, CanText: p.CanText()})
	}
	if x.cfg.Clock != nil {
		s.Clock = &ClockState{Now: x.cfg.Clock.Now().In(x.cfg.Location), Zone: x.cfg.Location.String()}
	}
	return s
}

// Errors of a jump of the clock.
var (
	ErrNoClock = errors.New("this exchange keeps no time")
	ErrNoTime  = errors.New("that is not a date and a time")
)

// jump moves the practice's clock to a moment: with an offset from UTC, or, as
// a page's field gives it, in the practice's own time.
func (x *Exchange) jump(to string) error {
	if x.cfg.Clock == nil {
		return ErrNoClock
	}
	when, err := time.Parse(time.RFC3339, to)
	if err != nil {
		if when, err = time.ParseInLocation(moment, to, x.cfg.Location); err != nil {
			return ErrNoTime
		}
	}
	if err := x.cfg.Clock.JumpTo(when); err != nil {
		return fmt.Errorf("the clock stays as it is: %w", err)
	}
	x.board.post(Event{Kind: ClockChanged})
	return nil
}

// quiet is how long the stream of events stays silent before it shows that it
// is still there.
const quiet = 15 * time.Second

// stream sends the events after the one that is named ("after", or the header
// that a browser sends when it comes back), and then each as it happens.
func (x *Exchange) stream(c *gin.Context) {
	id, err := strconv.Atoi(c.GetHeader("Last-Event-ID"))
	if err != nil {
		id, _ = strconv.Atoi(c.Query("after"))
	}
	c.Header("Content-Type", "text/event-stream")
	c.Header("Cache-Control", "no-store")
	c.Header("X-Accel-Buffering", "no")
	fmt.Fprint(c.Writer, ": here\n\n")
	c.Writer.Flush()
	for c.Request.Context().Err() == nil {
		events, open := x.board.after(c.Request.Context(), id, quiet)
		for _, e := range events {
			data, err := json.Marshal(e)
			if err != nil {
				return
			}
			id = e.ID
			fmt.Fprintf(c.Writer, "id: %d\ndata: %s\n\n", e.ID, data)
		}
		if len(events) == 0 {
			fmt.Fprint(c.Writer, ": here\n\n")
		}
		c.Writer.Flush()
		if !open {
			return
		}
	}
}
