package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"landline/handlers/console"
	"landline/handlers/exchange"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/demopractice"
	"landline/store/redisstore"
)

// demoCommand is "landline demo". Each setting that is given is obeyed; the
// rest is filled in.
type demoCommand struct {
	recordConfig
	carrierConfig
	webConfig
	limitsConfig
	keepConfig
	logConfig
}

// Run plays the carrier, the gateway and the practice until ctx is done.
func (d *demoCommand) Run(ctx context.Context, env *environment) (err error) {
	var a app
	defer func() { err = firstOf(err, a.stop()) }()
	demo, broken, err := d.start(ctx, &a, slog.New(slog.NewTextHandler(env.err, &slog.HandlerOptions{Level: d.level(slog.LevelWarn)})))
	if err != nil {
		return err
	}
	if env.alone {
		collectSeldom()
	}
	if _, err := fmt.Fprint(env.out, demo.welcome()); err != nil {
		return err
	}
	if env.started != nil {
		env.started(demo.address)
	}
	return wait(ctx, broken)
}

// demo is a demo that runs.
type demo struct {
	address string // host:port
	batch   store.Batch
	token   string // empty if it was given, and so is known
	staff   string // the secret of a clinician's token
	webConfig
}

// start starts everything; the app owns it.
func (d *demoCommand) start(ctx context.Context, a *app, log *slog.Logger) (*demo, <-chan error, error) {
	listener, err := a.listen(ctx, d.Listen)
	if err != nil {
		return nil, nil, err
	}
	out := &demo{address: listener.Addr().String()}
	// Our own telephones ring by real HTTP, unless the public address leads to
	// us from elsewhere.
	direct := d.PublicURL == ""
	redis, err := d.fillIn(a, out)
	if err != nil {
		return nil, nil, err
	}
	out.webConfig = d.webConfig
	var c checking
	parts, carrier := d.parts(&c, redis), d.carrierConfig.check(&c)
	d.webConfig.check(&c)
	limits, maxTurns := d.limitsConfig.check(&c)
	parts.retention = d.keepConfig.check(&c)
	d.logConfig.check(&c)
	if err := c.err(); err != nil {
		return nil, nil, err
	}
	clock := &offsetClock{zone: parts.zone}
	metrics := newMetrics()
	parts.metrics, parts.limits, parts.now, parts.hookURL = metrics, &limits, clock.Now, d.hooked(d.addressConfig)
	record, err := openRecord(ctx, a, parts, log)
	if err != nil {
		return nil, nil, err
	}
	before, err := recordOn(record, parts, log)
	if err != nil {
		return nil, nil, err
	}
	if out.batch, err = demopractice.Batch(clock.Now()); err != nil {
		return nil, nil, err
	}
	out.batch.Practice.Number = carrier.number
	if _, err := before.Import(ctx, out.batch, clock.Now()); err != nil {
		return nil, nil, fmt.Errorf("move the demo practice in: %w", err)
	}
	if _, out.staff, err = record.IssueToken(ctx, demoClinician, store.AsClinician, clock.Now().AddDate(0, 0, demoTokenDays), clock.Now()); err != nil {
		return nil, nil, err
	}
	queue, err := openQueue(a, parts)
	if err != nil {
		return nil, nil, err
	}
	texts, bells := &lateCarrier{noCarrier{}}, func() {}
	g, err := newGateway(ctx, gatewayParts{
		carrier: texts, store: record, record: before, publicURL: d.PublicURL, tokens: carrier.tokens, zone: parts.zone,
		now: clock.Now, log: log, metrics: metrics, maxTurns: maxTurns, queue: queue, queueLook: demoLooks,
	})
	if err != nil {
		return nil, nil, err
	}
	clock.jump = func(ctx context.Context, to time.Time) error {
		return g.pass(ctx, to, func(at time.Time) {
			if at.Sub(clock.Now()) > patient {
				bells()
			}
			if d := clock.moveTo(at); redis != nil {
				redis.pass(d)
			}
		})
	}
	router, err := g.router(true)
	if err != nil {
		return nil, nil, err
	}
	transport := exchange.Through(router)
	if direct {
		transport = http.DefaultTransport
	}
	x, err := exchange.New(exchange.Config{
		AccountSID: carrier.accountSID, AuthToken: carrier.tokens[0],
		Lines: []exchange.Line{lineOf(g)}, Phones: phonesOf(out.batch),
		Pace: exchange.WallClock, Transport: transport,
		Clock: clock, Location: parts.zone, Logger: log,
	})
	if err != nil {
		return nil, nil, err
	}
	bells = x.LetAllRing
	x.MountPhone(router)
	x.MountREST(router)
	through := http.RoundTripper(nil)
	if carrier.apiURL == "" { // the exchange here stands in for the carrier
		carrier.apiURL, through = "http://"+out.address, exchange.Through(router)
	}
	if texts.Carrier, err = twilio.NewClient(carrier.api(through)); err != nil {
		return nil, nil, err
	}
	if redis != nil {
		a.background("embedded Redis's clock", redis.run)
	}
	a.background("queue", g.queued.Run)
	a.background("ticks", g.ticks.Run)
	if g.hook != nil {
		a.background("hook", g.hook.Run)
	}
	if d.KeysetFile != "" {
		a.background("keyset file", (&keysWatch{file: d.KeysetFile, record: record, log: log}).run)
	}
	broken := a.serve(listener, router, true)
	a.onStop("exchange", func(context.Context) error { x.Close(); return nil })
	return out, broken, nil
}

// demoLooks is how often a worker looks for a notice: whoever moves the clock waits
// for it at each time on the way.
const demoLooks = 10 * time.Millisecond

// Who of the demo's staff has a token, and for how many days.
const (
	demoClinician = "Dr Sarah Owen"
	demoTokenDays = 30
)

// fillIn gives what is not set. The Redis is nil if one was given.
func (d *demoCommand) fillIn(a *app, out *demo) (*embeddedRedis, error) {
	if d.PublicURL == "" {
		d.PublicURL = "http://" + out.address
	}
	if d.TwilioAccountSID == "" {
		d.TwilioAccountSID = "AC" + randomHex(16)
	}
	if d.TwilioAuthToken == "" {
		d.TwilioAuthToken = randomHex(16)
		out.token = d.TwilioAuthToken
	}
	if d.PhoneNumber == "" {
		d.PhoneNumber = "01632 960000"
	}
	if d.RedisURL != "" {
		return nil, nil
	}
	return startRedis(a)
}

// parts understands the record's configuration. Keys are made afresh where
// nobody will want to read the record tomorrow.
func (d *demoCommand) parts(c *checking, redis *embeddedRedis) recordParts {
	if redis == nil {
		return d.recordConfig.check(c)
	}
	// This record ends with the process, and its PINs are printed: there is
	// nothing for their hash to keep.
	parts := recordParts{connect: redis.client, zone: d.zone(c), hash: redisstore.FastHash, fhir: d.fhir(c)}
	if d.KeysetFile != "" {
		parts.keys = d.keys(c)
		return parts
	}
	keys, err := redisstore.NewKeyset()
	if err != nil {
		c.fault("keyset-file", "%v", err)
	}
	parts.keys = keys
	return parts
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// phonesOf are the telephones of a practice's people, one that withholds its
// number, and reception's.
func phonesOf(b store.Batch) []exchange.Phone {
	var phones []exchange.Phone
	for _, p := range b.People {
		given := p.Person.Given.Reveal()
		for _, n := range p.Person.Numbers {
			i := slices.IndexFunc(phones, func(f exchange.Phone) bool { return f.Number == n.E164() })
			if i >= 0 {
				phones[i].Label += " and " + given
				continue
			}
			kind := exchange.Landline
			if strings.HasPrefix(n.E164(), "+447") {
				kind = exchange.Mobile
			}
			phones = append(phones, exchange.Phone{Number: n.E164(), Label: given, Kind: kind})
		}
	}
	return append(phones,
		exchange.Phone{Number: withheldNumber, Label: "Number withheld", Kind: exchange.Withheld},
		exchange.Phone{Number: b.Practice.Reception.E164(), Label: "Reception", Kind: exchange.Reception})
}

// welcome says what to open and dial. Nobody in the demo exists, so names,
// numbers and PINs are shown.
func (d *demo) welcome() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is open for calls and texts. Nobody in it exists.\n\n", d.batch.Practice.Name["en"])
	fmt.Fprintf(&b, "  Open   %s/phone\n", "http://"+d.address)
	fmt.Fprintf(&b, "  Or     landline phone --url http://%s\n", d.address)
	fmt.Fprintf(&b, "  Dial   %s\n\n", exchange.National(d.batch.Practice.Number.E164()))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, p := range d.batch.People {
		phone, pin := "no telephone", "no PIN"
		if len(p.Person.Numbers) > 0 {
			phone = exchange.National(p.Person.Numbers[0].E164())
		}
		if p.PIN != "" {
			pin = "PIN " + p.PIN.Reveal()
		}
		if p.Duress != "" {
			pin += ", when she is not safe " + p.Duress.Reveal()
		}
		fmt.Fprintf(w, "  %s %s\t%s\t%s\t%s\n", p.Person.Given.Reveal(), p.Person.Family.Reveal(),
			p.Person.Born.Day().Start(time.UTC).Format("2 January 2006"), phone, pin)
	}
	w.Flush()
	if d.token != "" {
		fmt.Fprintf(&b, "\n  Webhooks under %s/twilio are signed with %s\n", d.PublicURL, d.token)
	}
	fmt.Fprintf(&b, "\n  Staff  http://%s%s, signing in as %s with %s\n", d.address, console.Pages, demoClinician, d.staff)
	fmt.Fprintf(&b, "  API    curl -H 'Authorization: Bearer %s' http://%s%s/tasks\n", d.staff, d.address, console.Base)
	b.WriteString("\n  Ctrl-C ends it.\n")
	return b.String()
}
