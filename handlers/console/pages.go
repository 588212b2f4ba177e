package console

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/store"
)

// Pages is the address below which the pages for staff stand.
const Pages = "/console"

//go:embed pages
var pageFiles embed.FS

// policy lets a page load our own files and nothing else: no script at all
// (https://www.w3.org/TR/CSP3/).
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// pages are the templates, and what keeps strangers' pages from posting to ours.
type pages struct {
	templates map[string]*template.Template
	csrf      *http.CrossOriginProtection
	secure    bool // we are reached by https alone
}

func newPages(publicURL string) (*pages, error) {
	at, err := url.Parse(publicURL)
	if err != nil {
		return nil, errors.New("console: PublicURL is no address")
	}
	p := &pages{templates: map[string]*template.Template{}, csrf: http.NewCrossOriginProtection(), secure: at.Scheme == "https"}
	if err := p.csrf.AddTrustedOrigin(at.Scheme + "://" + at.Host); err != nil {
		return nil, err
	}
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t, err := template.New("layout.html").Funcs(funcs).ParseFS(pageFiles, "pages/layout.html", "pages/parts.html", name)
		if err != nil {
			return nil, err
		}
		p.templates[strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")] = t
	}
	return p, nil
}

// view is what a page shows.
type view struct {
	template, title string
	// tab is the part of the navigation in which it stands.
	tab    string
	status int // 0: OK
	data   any
	// file is shown in the place of a page, and goto sent to, where they are set.
	file *document
	then string
}

// visit is one request of a browser.
type visit struct {
	*call
	form url.Values
}

// route is one address of the pages.
type route struct {
	method, path string
	name         string // in logs and metrics
	show         func(*visit) (view, error)
}

// pageRoutes adds the pages.
func (a *API) pageRoutes(r gin.IRoutes) {
	for name, kind := range map[string]string{"console.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
		r.GET(Pages+"/"+name, func(c *gin.Context) {
			content, _ := pageFiles.ReadFile("pages/" + name) // it is embedded
			c.Header("X-Content-Type-Options", "nosniff")
			c.Data(http.StatusOK, kind, content)
		})
	}
	r.GET(Pages+"/sign-in", func(c *gin.Context) { a.browse(c, route{name: "sign-in", show: (*visit).signInPage}, false) })
	r.POST(Pages+"/sign-in", func(c *gin.Context) { a.browse(c, route{name: "sign-in", show: (*visit).signIn}, false) })
	r.POST(Pages+"/sign-out", func(c *gin.Context) { a.browse(c, route{name: "sign-out", show: (*visit).signOut}, false) })
	for _, page := range routes() {
		r.Handle(page.method, Pages+ginPath(page.path), func(c *gin.Context) { a.browse(c, page, true) })
	}
}

// routes are all pages that only staff see.
func routes() []route {
	all := []route{
		{http.MethodGet, "", "to do", (*visit).toDoPage},
		{http.MethodGet, "/tasks/{task}", "task", (*visit).taskPage},
		{http.MethodGet, "/tasks/{task}/audio", "task audio", (*visit).taskAudio},
		{http.MethodGet, "/tasks/{task}/letter", "task letter", (*visit).taskLetter},
		{http.MethodGet, "/find", "find", (*visit).findPage},
		{http.MethodPost, "/find", "find", (*visit).found},
		{http.MethodGet, "/people/{person}", "person", (*visit).personPage},
		{http.MethodGet, "/people/{person}/appointments", "appointments", (*visit).appointmentsPage},
		{http.MethodGet, "/people/{person}/results", "results", (*visit).resultsPage},
		{http.MethodGet, "/people/{person}/messages", "messages", (*visit).messagesPage},
		{http.MethodGet, "/people/{person}/readings/{kind}", "readings", (*visit).readingsPage},
		{http.MethodGet, "/people/{person}/ledger", "ledger", (*visit).ledgerPage},
		{http.MethodGet, "/people/{person}/times", "times", (*visit).timesPage},
		{http.MethodGet, "/clinics", "clinics", (*visit).clinicsPage},
		{http.MethodGet, "/clinics/{clinic}", "day", (*visit).dayPage},
	}
	for _, d := range deeds() {
		if d.ask != nil {
			all = append(all, route{http.MethodGet, d.path, d.op, d.show})
		}
		all = append(all, route{http.MethodPost, d.path, d.op, d.do})
	}
	return all
}

// browse answers a browser.
func (a *API) browse(g *gin.Context, at route, staffOnly bool) {
	began := time.Now()
	v := &visit{call: &call{API: a, ctx: g.Request.Context(), gin: g, now: a.Now()}}
	header := g.Writer.Header()
	for name, value := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		header.Set(name, value)
	}
	shown, err := v.open(at, staffOnly)
	status := v.write(shown, err)
	v.told("page "+at.name, status, time.Since(began))
}

// open reads what was sent, makes sure who asks, and makes the page.
func (v *visit) open(at route, staffOnly bool) (view, error) {
	r := v.gin.Request
	if err := v.pages.csrf.Check(r); err != nil {
		return view{}, &Problem{Status: http.StatusForbidden, Reason: "from elsewhere", Detail: "That was sent from another site's page. Nothing was changed."}
	}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(v.gin.Writer, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			return view{}, &Problem{Status: http.StatusBadRequest, Reason: "not valid", Detail: "The form did not arrive whole. Nothing was changed."}
		}
		v.form = r.PostForm
	}
	if staffOnly {
		if err := v.whoIsIt(); err != nil {
			return view{}, err
		}
	}
	return at.show(v)
}

// write writes a page, or what went wrong as one. It returns the status.
func (v *visit) write(shown view, err error) int {
	if err != nil {
		shown = v.trouble(err)
	}
	if shown.status == 0 {
		shown.status = http.StatusOK
	}
	switch {
	case shown.then != "":
		v.gin.Redirect(http.StatusSeeOther, shown.then)
		return http.StatusSeeOther
	case shown.file != nil:
		v.gin.Data(http.StatusOK, shown.file.kind, shown.file.body)
		return http.StatusOK
	}
	page := struct {
		Practice, Title, Tab, Said string
		Staff                      store.Staff
		Now                        time.Time
		Data                       any
	}{v.Practice.Name["en"], shown.title, shown.tab, saidWords[v.gin.Query("said")], v.staff, v.now, shown.data}
	var out bytes.Buffer
	if err := v.pages.templates[shown.template].ExecuteTemplate(&out, "layout.html", page); err != nil {
		v.Log.LogAttrs(v.ctx, slog.LevelError, "page could not be written", slog.String("template", shown.template), slog.String("error", err.Error()))
		v.gin.String(http.StatusInternalServerError, "The page could not be made. Go back and try again.")
		return http.StatusInternalServerError
	}
	v.gin.Data(shown.status, "text/html; charset=utf-8", out.Bytes())
	return shown.status
}

// trouble is the page of a refusal, or of signing in where nobody is.
func (v *visit) trouble(err error) view {
	var p *Problem
	if !errors.As(err, &p) {
		p = &Problem{Status: http.StatusInternalServerError, Reason: "internal", cause: err}
	}
	if p.cause != nil {
		v.Log.LogAttrs(v.ctx, slog.LevelWarn, "page could not be made", slog.String("error", p.cause.Error()))
	}
	if p.Status == http.StatusUnauthorized {
		return v.signInView(http.StatusUnauthorized, "")
	}
	return view{template: "trouble", title: troubleTitle(p), status: p.Status, data: p}
}

// link is an address below Pages, with what stands in its query: pairs of a name
// and a value.
func link(path string, query ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			q.Set(query[i], query[i+1])
		}
	}
	if len(q) == 0 {
		return Pages + path
	}
	return Pages + path + "?" + q.Encode()
}
