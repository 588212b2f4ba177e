// Package browsertest opens pages in a real Chromium for tests, and looks at
// them as a person would: what is on the screen, what the keyboard reaches,
// whether anything complains.
//
// It skips a test where there is no Chromium, save in continuous integration
// (CI=true), where that is a failure. With LANDLINE_SCREENSHOTS set to a
// directory, Screenshot leaves pictures there to be looked at.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what is waited for.
const patience = 45 * time.Second

// Page is a page in a browser of its own.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	troubles []string
}

// Open starts a browser with an empty profile and opens a page in it. What the
// page's console, scripts or security policy complain of fails the test in the
// end.
func Open(t testing.TB, url string) *Page {
	t.Helper()
	path := find(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // tests run as root in containers
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1360, 900),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	p := &Page{t: t}
	ctx, end := chromedp.NewContext(allocator, chromedp.WithListener(p.listen))
	t.Cleanup(end)
	p.ctx = ctx
	p.do("open "+url, chromedp.Navigate(url))
	t.Cleanup(func() {
		for _, trouble := range p.Troubles() {
			t.Errorf("the page complains: %s", trouble)
		}
	})
	return p
}

// find looks for a Chromium.
func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no Chromium, and this is continuous integration")
	}
	t.Skip("there is no Chromium")
	return ""
}

func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.note(e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.note(e.Entry.Text + " " + e.Entry.URL)
		}
	}
}

func (p *Page) note(trouble string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles = append(p.troubles, trouble)
}

// Troubles lists what the page has complained of so far, and forgets it: a test
// that expects a complaint takes it from here.
func (p *Page) Troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.troubles
	p.troubles = nil
	return t
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// Go opens another address in the page.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Click clicks what a selector finds, once it is there to be clicked.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Wait("visible: "+selector, `!!document.querySelector(`+quote(selector)+`)?.checkVisibility() && !document.querySelector(`+quote(selector)+`).disabled`)
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Type types into a field.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Keys presses keys of the keyboard, wherever the focus is.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.do("press "+keys, chromedp.KeyEvent(keys))
}

// Text is what is written in an element.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Eval[string](p, `document.querySelector(`+quote(selector)+`)?.innerText ?? ""`)
}

// WaitText waits until an element contains some words.
func (p *Page) WaitText(selector, words string) {
	p.t.Helper()
	p.Wait(quote(words)+" in "+selector, `(document.querySelector(`+quote(selector)+`)?.innerText ?? "").includes(`+quote(words)+`)`)
}

// Wait waits until an expression of JavaScript is true.
func (p *Page) Wait(what, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !Eval[bool](p, "Boolean("+expression+")") {
		if time.Now().After(deadline) {
			p.Screenshot("failed-" + strings.Map(plain, p.t.Name()))
			p.t.Fatalf("the page never showed %s; it shows:\n%s", what, p.Text("body"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Eval evaluates an expression of JavaScript in the page.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}

// Size makes the window so many CSS pixels wide and high.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	p.do("resize", chromedp.EmulateViewport(width, height))
}

// Prefer sets what the person prefers: prefers-color-scheme (light, dark) and
// whether prefers-reduced-motion is reduce.
func (p *Page) Prefer(scheme string, stillness bool) {
	p.t.Helper()
	motion := map[bool]string{true: "reduce", false: "no-preference"}[stillness]
	p.do("prefer "+scheme, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		}})
		return chromedp.Void{}, err
	})
}

// Screenshot leaves a picture of the whole page, if pictures are wanted.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	directory := os.Getenv("LANDLINE_SCREENSHOTS")
	if directory == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatalf("screenshot: %v", err)
	}
	if err := os.WriteFile(filepath.Join(directory, name+".png"), picture, 0o644); err != nil {
		p.t.Fatalf("screenshot: %v", err)
	}
}

// plain keeps what may stand in the name of a file.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '-'
}
