package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/fhir"
	"landline/store/redisstore"
)

// recordConfig says where the record is.
type recordConfig struct {
	Record        string `setting:"" default:"redis" help:"Which record: redis, or fhir."`
	RedisURL      string `setting:"" help:"redis://, rediss://, redis+sentinel:// or redis+cluster://."`
	RedisReplicas int    `setting:"" default:"0" help:"How many replicas must have a change before anybody is told of it."`
	KeysetFile    string `setting:"" help:"The keys that seal the record; see landline keys new."`
	Timezone      string `setting:"" default:"Europe/London" help:"The practice's clock."`
	fhirConfig
}

// carrierConfig says how the carrier and we know each other.
type carrierConfig struct {
	TwilioAccountSID string `setting:"" name:"twilio-account-sid" help:"The account at the carrier, AC and 32 hexadecimal digits."`
	TwilioAuthToken  string `setting:"" help:"What the carrier signs with; two, with a comma, while it is changed. Better in the variable than on the command line."`
	TwilioAPIURL     string `setting:"" name:"twilio-api-url" help:"The carrier's API, where it is elsewhere than at Twilio."`
	PhoneNumber      string `setting:"" help:"The number that Landline answers."`
}

// webConfig says where we listen, and where the carrier asks.
type webConfig struct {
	Listen string `setting:"" default:"127.0.0.1:8080" help:"Where to listen."`
	addressConfig
}

// addressConfig says under which address the carrier asks.
type addressConfig struct {
	PublicURL string `setting:"" name:"public-url" help:"The address under which the carrier reaches us; signatures are checked against it."`
}

// paceConfig says how fast we send, over all instances.
type paceConfig struct {
	TextsPerSecond float64 `setting:"" default:"1" help:"How many texts the carrier takes from our number in a second; 0: as many as there are."`
	CallsPerSecond float64 `setting:"" default:"1" help:"How many calls it starts in a second; 0: as many as there are."`
}

// limitsConfig says how much is too much; see store.Limits.
type limitsConfig struct {
	CallLimit   string `setting:"" default:"20/1h" help:"How often a number may call, before its callers are put through to reception: at once, and in how long as often again; or none."`
	TextLimit   string `setting:"" default:"40/1h" help:"How often a number may text, before it is rung instead; or none."`
	PersonLimit string `setting:"" default:"20/1h" help:"How often somebody may be found by NHS number, from whatever telephone, before a person has to do it; or none."`
	StaffLimit  string `setting:"" default:"300/1m" help:"How often a token of staff's may ask; or none."`
	MaxTurns    int    `setting:"" default:"512" help:"How many turns this process takes at once, before callers are put through to reception."`
}

// noLimits are for a demo of one telephone.
var noLimits = limitsConfig{CallLimit: "none", TextLimit: "none", PersonLimit: "none", StaffLimit: "none", MaxTurns: runner.DefaultMaxTurns}

func (l limitsConfig) check(c *checking) (limits redisstore.Limits, maxTurns int) {
	for _, s := range []struct {
		flag, value string
		to          *store.Limit
	}{
		{"call-limit", l.CallLimit, &limits.Call}, {"text-limit", l.TextLimit, &limits.Text}, {"person-limit", l.PersonLimit, &limits.Person},
		{"staff-limit", l.StaffLimit, &limits.Staff},
	} {
		var err error
		if *s.to, err = store.ParseLimit(s.value); err != nil {
			c.fault(s.flag, "%v", err)
		}
	}
	if l.MaxTurns < 1 {
		c.fault("max-turns", "want at least 1")
	}
	return limits, l.MaxTurns
}

// keepConfig says how long what callers left is kept; see store.Retention.
type keepConfig struct {
	KeepMessages       int `setting:"" default:"1096" help:"For how many days messages, recordings and answers are kept; 0 is for ever."`
	KeepReadings       int `setting:"" default:"1096" help:"For how many days readings are kept; 0 is for ever."`
	KeepQuestionnaires int `setting:"" default:"1096" help:"For how many days questionnaires and their answers are kept; 0 is for ever."`
	KeepPeople         int `setting:"" default:"1096" help:"For how many days who died or left is kept; 0 is for ever."`
}

func (k keepConfig) check(c *checking) *store.Retention {
	for flag, days := range map[string]int{"keep-messages": k.KeepMessages, "keep-readings": k.KeepReadings, "keep-questionnaires": k.KeepQuestionnaires, "keep-people": k.KeepPeople} {
		if days < 0 {
			c.fault(flag, "want a number of days")
		}
	}
	return &store.Retention{Messages: k.KeepMessages, Readings: k.KeepReadings, Questionnaires: k.KeepQuestionnaires, People: k.KeepPeople}
}

// logConfig says how much is logged.
type logConfig struct {
	LogLevel string `setting:"" help:"What is logged at least: debug, info, warn or error. By default info, and in the demo warn."`
}

// configError is every fault of a configuration.
type configError struct{ faults []string }

func (e *configError) Error() string {
	return "the configuration is not right:\n  " + strings.Join(e.faults, "\n  ")
}

func isConfig(err error) bool {
	var e *configError
	return errors.As(err, &e)
}

// checking gathers the faults of a configuration.
type checking struct{ faults []string }

// fault names a setting and what is wrong with it, never its value, which may
// be a secret.
func (c *checking) fault(flag, format string, args ...any) {
	c.faults = append(c.faults, variable(flag)+": "+fmt.Sprintf(format, args...))
}

// given faults a setting that must be there and is not.
func (c *checking) given(flag, value string) bool {
	if value == "" {
		c.fault(flag, "is missing")
	}
	return value != ""
}

func (c *checking) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return &configError{c.faults}
}

// recordParts is a recordConfig that was understood.
type recordParts struct {
	redisURL string
	// replicas must have a change before anybody is told of it.
	replicas int
	// imported says that a Redis without a practice is not to be used.
	imported bool
	// connect makes a client instead of the address, where it is given.
	connect func() redis.UniversalClient
	keys    redisstore.Keyset
	zone    *time.Location
	// hash is the cost of a PIN's hash; zero: the store's own.
	hash redisstore.HashCost
	// retention is how long things are kept; nil: the store's own.
	retention *store.Retention
	// limits are those of callers; nil: the store's own.
	limits *redisstore.Limits
	// metrics counts the trips to Redis; it may be nil.
	metrics prometheus.Registerer
	// fhir is the server that has the diaries; nil: they are in Redis.
	fhir *fhir.Config
	// now is the clock; nil: the wall's.
	now func() time.Time
	// hookURL is where that server tells us of changes; "": nowhere.
	hookURL string
}

func (r recordConfig) check(c *checking) recordParts {
	parts := recordParts{redisURL: r.RedisURL, replicas: r.RedisReplicas, zone: r.zone(c)}
	if r.RedisReplicas < 0 {
		c.fault("redis-replicas", "want 0 or more")
	}
	parts.fhir = r.fhir(c)
	if c.given("redis-url", r.RedisURL) {
		if client, err := redisstore.Dial(r.RedisURL); err != nil {
			c.fault("redis-url", "%v", err)
		} else {
			client.Close()
		}
		if redisstore.FailsOver(r.RedisURL) && r.RedisReplicas == 0 {
			c.fault("redis-replicas", "want as many as each master has: with none, a failover loses what callers were told")
		}
	}
	if c.given("keyset-file", r.KeysetFile) {
		parts.keys = r.keys(c)
	}
	return parts
}

func (r recordConfig) zone(c *checking) *time.Location {
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil || r.Timezone == "" || r.Timezone == "Local" {
		c.fault("timezone", "is no time zone (want Europe/London)")
		return time.UTC
	}
	return zone
}

func (r recordConfig) keys(c *checking) redisstore.Keyset {
	keys, err := redisstore.ReadKeyset(r.KeysetFile)
	var path *os.PathError
	switch {
	case errors.As(err, &path):
		c.fault("keyset-file", "%v (landline keys new makes one)", path.Err)
	case err != nil:
		c.fault("keyset-file", "%v", err)
	}
	return keys
}

// carrierParts is a carrierConfig that was understood.
type carrierParts struct {
	accountSID string
	tokens     []string
	apiURL     string
	number     store.Number
}

// api says how to reach the carrier's REST API; through nil: as anything else.
func (k carrierParts) api(through http.RoundTripper) twilio.Config {
	return twilio.Config{AccountSID: k.accountSID, AuthToken: k.tokens[0], APIURL: k.apiURL, Transport: through}
}

var accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)

func (k carrierConfig) check(c *checking) carrierParts {
	parts := carrierParts{accountSID: k.TwilioAccountSID, apiURL: k.TwilioAPIURL}
	if c.given("twilio-account-sid", k.TwilioAccountSID) && !accountSID.MatchString(k.TwilioAccountSID) {
		c.fault("twilio-account-sid", "want AC and 32 hexadecimal digits")
	}
	if c.given("twilio-auth-token", k.TwilioAuthToken) {
		for token := range strings.SplitSeq(k.TwilioAuthToken, ",") {
			parts.tokens = append(parts.tokens, strings.TrimSpace(token))
		}
		if len(parts.tokens) > 2 || parts.tokens[0] == "" || parts.tokens[len(parts.tokens)-1] == "" {
			c.fault("twilio-auth-token", "want one, or two with a comma")
		}
	}
	if k.TwilioAPIURL != "" && !isWebAddress(k.TwilioAPIURL) {
		c.fault("twilio-api-url", "want https://host")
	}
	if c.given("phone-number", k.PhoneNumber) {
		number, ok := twilio.ParseNumber(k.PhoneNumber, twilio.DefaultRegion)
		if parts.number = number; !ok {
			c.fault("phone-number", "is no telephone number")
		}
	}
	return parts
}

func (w webConfig) check(c *checking) {
	if _, port, err := net.SplitHostPort(w.Listen); err != nil || port == "" {
		c.fault("listen", "want host:port, 127.0.0.1:8080")
	}
	w.addressConfig.check(c)
}

func (a addressConfig) check(c *checking) (links twilio.Links) {
	if !c.given("public-url", a.PublicURL) {
		return links
	}
	links, err := twilio.NewLinks(a.PublicURL)
	if err != nil {
		c.fault("public-url", "want https://host, as the carrier asks it")
	}
	return links
}

var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func (l logConfig) check(c *checking) {
	if _, ok := logLevels[l.LogLevel]; !ok && l.LogLevel != "" {
		c.fault("log-level", "want debug, info, warn or error")
	}
}

// level is the least that is logged, or what the command has for its own.
func (l logConfig) level(own slog.Level) slog.Level {
	if given, ok := logLevels[l.LogLevel]; ok {
		return given
	}
	return own
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
