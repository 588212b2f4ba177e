package exchange

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// The gateway's numbers, as the REST API shows and points them
// (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).

// hooks are what a number is told of whom to ask, by its parameter.
func (l *Line) hooks() map[string]*string {
	return map[string]*string{
		"VoiceUrl": &l.VoiceURL, "VoiceFallbackUrl": &l.VoiceFallback, "StatusCallback": &l.StatusCallback,
		"SmsUrl": &l.SMSURL, "SmsFallbackUrl": &l.SMSFallback,
	}
}

func numberSID(i int) string { return fmt.Sprintf("PN%032x", i+1) }

func (x *Exchange) listNumbers(c *gin.Context) {
	listed := []gin.H{}
	x.mu.Lock()
	for i, l := range x.cfg.Lines {
		if strings.Contains(l.Number, c.Query("PhoneNumber")) {
			listed = append(listed, x.numberResource(i))
		}
	}
	x.mu.Unlock()
	here := c.Request.URL.RequestURI()
	c.JSON(http.StatusOK, gin.H{
		"incoming_phone_numbers": listed, "page": 0, "page_size": 50, "start": 0, "end": max(0, len(listed)-1),
		"uri": here, "first_page_uri": here, "next_page_uri": nil, "previous_page_uri": nil,
	})
}

// pointNumber changes whom the exchange asks about a number. It asks by POST
// alone.
func (x *Exchange) pointNumber(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxDocument)
	x.mu.Lock()
	defer x.mu.Unlock()
	i := 0
	for i < len(x.cfg.Lines) && c.Param("sid") != numberSID(i)+".json" {
		i++
	}
	if i == len(x.cfg.Lines) {
		refuse(c, http.StatusNotFound, 20404, "The requested resource was not found")
		return
	}
	line := x.cfg.Lines[i]
	for name, url := range line.hooks() {
		if given, ok := c.GetPostForm(name); ok {
			*url = given
		}
		method := strings.TrimSuffix(name, "Url") + "Method"
		if given := c.DefaultPostForm(method, http.MethodPost); given != http.MethodPost {
			refuse(c, http.StatusBadRequest, 20001, method+" is not POST, the one that this exchange has.")
			return
		}
	}
	x.cfg.Lines[i] = line
	c.JSON(http.StatusOK, x.numberResource(i))
}

// numberResource is a number as the REST API shows it.
func (x *Exchange) numberResource(i int) gin.H {
	l := x.cfg.Lines[i]
	const post = http.MethodPost
	orNone := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	return gin.H{
		"sid": numberSID(i), "account_sid": x.cfg.AccountSID, "phone_number": l.Number, "friendly_name": l.Label, "api_version": apiVersion,
		"capabilities": gin.H{"voice": true, "sms": true, "mms": false, "fax": false}, "origin": "twilio", "beta": false, "status": "in-use",
		"voice_url": orNone(l.VoiceURL), "voice_method": post, "voice_fallback_url": orNone(l.VoiceFallback), "voice_fallback_method": post,
		"status_callback": orNone(l.StatusCallback), "status_callback_method": post,
		"sms_url": orNone(l.SMSURL), "sms_method": post, "sms_fallback_url": orNone(l.SMSFallback), "sms_fallback_method": post,
		"voice_application_sid": nil, "sms_application_sid": nil, "trunk_sid": nil,
		"uri": "/" + apiVersion + "/Accounts/" + x.cfg.AccountSID + "/IncomingPhoneNumbers/" + numberSID(i) + ".json",
	}
}
