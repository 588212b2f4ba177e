package exchange

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// apiVersion is the version of the carrier's REST API.
const apiVersion = "2010-04-01"

// MountREST adds the carrier's REST API to a router, with the account's
// identifier and token as user and password: create, list, fetch and delete a
// Message (https://www.twilio.com/docs/messaging/api/message-resource), create a
// Call, fetch and delete a Recording, and list and point the numbers.
func (x *Exchange) MountREST(r gin.IRouter) {
	account := r.Group("/"+apiVersion+"/Accounts/:account", x.authenticate)
	account.POST("/Messages.json", x.createMessage)
	account.GET("/Messages.json", x.listMessages)
	account.GET("/Messages/:sid", x.withMessage(func(c *gin.Context, m *message) {
		c.JSON(http.StatusOK, x.resource(m))
	}))
	account.DELETE("/Messages/:sid", x.withMessage(x.deleteMessage))
	account.POST("/Calls.json", x.createCall)
	account.GET("/Recordings/:sid", x.fetchRecording)
	account.DELETE("/Recordings/:sid", x.deleteRecording)
	account.GET("/IncomingPhoneNumbers.json", x.listNumbers)
	account.POST("/IncomingPhoneNumbers/:sid", x.pointNumber)
}

// refuse answers as the carrier does when it will not.
func refuse(c *gin.Context, status, code int, why string) {
	c.AbortWithStatusJSON(status, gin.H{
		"code": code, "message": why, "status": status,
		"more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code),
	})
}

func (x *Exchange) authenticate(c *gin.Context) {
	user, password, _ := c.Request.BasicAuth()
	right := subtle.ConstantTimeCompare([]byte(user), []byte(x.cfg.AccountSID)) &
		subtle.ConstantTimeCompare([]byte(password), []byte(x.cfg.AuthToken))
	switch {
	case right != 1:
		c.Header("WWW-Authenticate", `Basic realm="exchange"`)
		refuse(c, http.StatusUnauthorized, 20003, "Authenticate")
	case c.Param("account") != x.cfg.AccountSID:
		refuse(c, http.StatusNotFound, 20404, "no such account")
	}
}

// createMessage accepts a text for sending, or says why not.
func (x *Exchange) createMessage(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxDocument)
	from, to, body := c.PostForm("From"), c.PostForm("To"), c.PostForm("Body")
	_, ours := x.line(from)
	switch {
	case to == "":
		refuse(c, 400, codeNoTo, "A 'To' phone number is required.")
	case !possible(to):
		refuse(c, 400, codeBadTo, "The 'To' number is not a valid phone number.")
	case from == "":
		refuse(c, 400, codeNoFrom, "A 'From' phone number is required.")
	case !ours:
		refuse(c, 400, codeBadFrom, "The 'From' number cannot send texts from this account.")
	case body == "":
		refuse(c, 400, codeNoBody, "Message body is required.")
	case len([]rune(body)) > maxTextLength:
		refuse(c, 400, codeLongText, "The message body has more than 1600 characters.")
	case x.Blocked(to, from):
		refuse(c, 400, codeOptedOut, "Attempt to send to an unsubscribed recipient.")
	default:
		m := x.newMessage("outbound-api", "queued", from, to, body, c.PostForm("StatusCallback"))
		answer := x.resource(m)
		x.dispatch(m)
		c.JSON(http.StatusCreated, answer)
	}
}

// withMessage finds the text that a path names: "SM….json".
func (x *Exchange) withMessage(then func(*gin.Context, *message)) gin.HandlerFunc {
	return func(c *gin.Context) {
		sid, ok := strings.CutSuffix(c.Param("sid"), ".json")
		x.mu.Lock()
		i := slices.IndexFunc(x.texts, func(m *message) bool { return m.SID == sid && !m.deleted })
		var m *message
		if ok && i >= 0 {
			m = x.texts[i]
		}
		x.mu.Unlock()
		if m == nil {
			refuse(c, http.StatusNotFound, 20404, "The requested resource was not found")
			return
		}
		then(c, m)
	}
}

// deleteMessage forgets a text that is not on its way any more.
func (x *Exchange) deleteMessage(c *gin.Context, m *message) {
	x.mu.Lock()
	busy := m.status == "queued" || m.status == "sending"
	if !busy {
		m.deleted = true
	}
	x.mu.Unlock()
	if busy {
		refuse(c, http.StatusConflict, 20009, "The message is still on its way.")
		return
	}
	c.Status(http.StatusNoContent)
}

// listMessages lists texts, the newest first, by To, From and the day (UTC) on
// which they were sent: DateSent, DateSent< and DateSent> (both inclusive).
func (x *Exchange) listMessages(c *gin.Context) {
	keep, err := dayFilter(c.Request.URL.Query())
	size, page := atLeast(c.Query("PageSize"), 1, 50), atLeast(c.Query("Page"), 0, 0)
	if err != nil {
		refuse(c, 400, 20001, "DateSent is not a date")
		return
	}
	size = min(size, 1000)
	x.mu.Lock()
	var found []*message
	for _, m := range slices.Backward(x.texts) {
		if !m.deleted && matches(c.Query("To"), m.To) && matches(c.Query("From"), m.From) && keep(m.sent) {
			found = append(found, m)
		}
	}
	x.mu.Unlock()
	start := min(page*size, len(found))
	end := min(start+size, len(found))
	listed := make([]gin.H, 0, end-start)
	for _, m := range found[start:end] {
		listed = append(listed, x.resource(m))
	}
	link := func(page int) string {
		q := c.Request.URL.Query()
		q.Set("PageSize", itoa(size))
		q.Set("Page", itoa(page))
		return c.Request.URL.Path + "?" + q.Encode()
	}
	answer := gin.H{
		"messages": listed, "page": page, "page_size": size, "start": start, "end": max(start, end-1),
		"uri": link(page), "first_page_uri": link(0), "next_page_uri": nil, "previous_page_uri": nil,
	}
	if end < len(found) {
		answer["next_page_uri"] = link(page + 1)
	}
	if page > 0 {
		answer["previous_page_uri"] = link(page - 1)
	}
	c.JSON(http.StatusOK, answer)
}

func matches(wanted, is string) bool { return wanted == "" || wanted == is }

func atLeast(raw string, least, otherwise int) int {
	if n, err := strconv.Atoi(raw); err == nil && n >= least {
		return n
	}
	return otherwise
}

// dayFilter reads the DateSent parameters. What has not been sent has no day.
func dayFilter(q url.Values) (func(time.Time) bool, error) {
	var tests []func(day string) bool
	for name, test := range map[string]func(day, wanted string) bool{
		"DateSent":  func(day, wanted string) bool { return day == wanted },
		"DateSent<": func(day, wanted string) bool { return day <= wanted },
		"DateSent>": func(day, wanted string) bool { return day >= wanted },
	} {
		if !q.Has(name) {
			continue
		}
		wanted, err := readDay(q.Get(name))
		if err != nil {
			return nil, err
		}
		tests = append(tests, func(day string) bool { return test(day, wanted) })
	}
	return func(sent time.Time) bool {
		day := sent.UTC().Format(time.DateOnly)
		return len(tests) == 0 || !sent.IsZero() && !slices.ContainsFunc(tests, func(t func(string) bool) bool { return !t(day) })
	}, nil
}

// readDay takes a day, or a moment of which only the day counts.
func readDay(raw string) (string, error) {
	if day, err := time.Parse(time.DateOnly, raw); err == nil {
		return day.Format(time.DateOnly), nil
	}
	moment, err := time.Parse(time.RFC3339, raw)
	return moment.UTC().Format(time.DateOnly), err
}

// resource is a Message as the REST API shows it.
func (x *Exchange) resource(m *message) gin.H {
	x.mu.Lock()
	defer x.mu.Unlock()
	path := "/" + apiVersion + "/Accounts/" + x.cfg.AccountSID + "/Messages/" + m.SID
	r := gin.H{
		"sid": m.SID, "account_sid": x.cfg.AccountSID, "messaging_service_sid": nil, "api_version": apiVersion,
		"from": m.From, "to": m.To, "body": m.Body, "direction": m.direction, "status": m.status,
		"num_segments": itoa(m.Segments), "num_media": "0", "price": nil, "price_unit": "USD",
		"error_code": nil, "error_message": nil,
		"date_created": m.created.UTC().Format(rfc2822), "date_updated": m.updated.UTC().Format(rfc2822), "date_sent": nil,
		"uri": path + ".json", "subresource_uris": gin.H{"media": path + "/Media.json"},
	}
	if m.errorCode != 0 {
		r["error_code"] = m.errorCode
		r["error_message"] = "see https://www.twilio.com/docs/api/errors/" + itoa(m.errorCode)
	}
	if !m.sent.IsZero() {
		r["date_sent"] = m.sent.UTC().Format(rfc2822)
	}
	return r
}
