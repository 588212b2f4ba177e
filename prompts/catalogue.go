package prompts

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:generate go run landline/prompts/internal/genkeys

//go:embed catalogue/*.toml
var embedded embed.FS

// Catalogue is every line in every language. It is read once and never changed,
// so that any number of calls may be rendered from it at a time.
type Catalogue struct {
	keys       []Key
	about      map[Key]Meta
	wordings   map[Language]map[Key]*wording
	localizers map[Language]*i18n.Localizer
}

// Meta says what a line gives away and what it promises: facts about its
// meaning, the same in every language.
type Meta struct {
	// Level is the identification level (0 to 2) below which the line must
	// not be said, because it tells something about a person.
	Level int
	// Registered says that the line may be said below its level in a text that
	// we send, unasked, to the person's own registered number.
	Registered bool
	// Claims names the verb that the line says was done; it may be said only
	// in the turn whose outcome was Done. Empty: it claims nothing.
	Claims string
	// ReadsBack names the verbs that a yes to this line will set off.
	ReadsBack []string
}

// wording is one key in one language.
type wording struct {
	file  string
	forms [2]formText // by Form
	words []string    // for choices: what a person may say or text to mean it
}

// formText is one form of a wording as it was read.
type formText struct {
	id     string            // the message's name in the i18n bundle
	plural bool              // picked by the Count argument
	texts  map[string]string // by CLDR plural category; one that is not plural stands under "other"
	args   []string          // the arguments that it needs, sorted
}

// Load reads the catalogue that is built into the program, once: whoever asks for it
// has the same one, which does not change and serves many at a time. It fails on
// anything that is not understood to the last field: see LoadFrom.
func Load() (*Catalogue, error) { return load() }

var load = sync.OnceValues(func() (*Catalogue, error) {
	sub, err := fs.Sub(embedded, "catalogue")
	if err != nil {
		return nil, fmt.Errorf("open the catalogue: %w", err)
	}
	return LoadFrom(sub)
})

// LoadFrom reads the *.toml files at the top of fsys. The last part of a
// file's name says its language: en.toml and booking.en.toml are both English.
//
// Each fault is an error that names file, key, language and field: a field
// that nobody knows, a form that is missing, an argument that only one form or
// only one language has. That a key lacks a language altogether is for Check
// to say, so that words can be written in one language first.
func LoadFrom(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		about:      map[Key]Meta{},
		wordings:   map[Language]map[Key]*wording{},
		localizers: map[Language]*i18n.Localizer{},
	}
	if err := c.read(fsys); err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(language.Make(string(Languages()[0])))
	for lang, entries := range c.wordings {
		tag := language.Make(string(lang))
		for _, w := range entries {
			for _, f := range w.forms {
				if err := bundle.AddMessages(tag, f.message()); err != nil {
					return nil, fmt.Errorf("language %s: %w", lang, err)
				}
			}
		}
	}
	for _, lang := range Languages() {
		c.localizers[lang] = i18n.NewLocalizer(bundle, string(lang))
	}
	c.keys = slices.Sorted(maps.Keys(c.about))
	return c, nil
}

// message is the form as the i18n library wants it. A plural category that is
// not written out reads like "other".
func (f formText) message() *i18n.Message {
	other := f.texts["other"]
	pick := func(category string) string {
		if s, ok := f.texts[category]; ok {
			return s
		}
		return other
	}
	return &i18n.Message{
		ID:   f.id,
		Zero: pick("zero"), One: pick("one"), Two: pick("two"),
		Few: pick("few"), Many: pick("many"), Other: other,
	}
}

// Keys lists the keys of the first language, sorted.
func (c *Catalogue) Keys() []Key { return slices.Clone(c.keys) }

// Has tells whether the key is there in the language.
func (c *Catalogue) Has(lang Language, k Key) bool { return c.wordings[lang][k] != nil }

// About tells what a line gives away and promises. An unknown key is like one
// that does neither.
func (c *Catalogue) About(k Key) Meta {
	m := c.about[k]
	m.ReadsBack = slices.Clone(m.ReadsBack)
	return m
}

// Words lists what a person may say or text to mean this choice, the canonical
// word first; none for a line that is no choice. They are the catalogue's own:
// they must not be changed.
func (c *Catalogue) Words(lang Language, k Key) []string {
	if w := c.wordings[lang][k]; w != nil {
		return slices.Clip(w.words) // who appends gets a list of their own
	}
	return nil
}

// ArgsOf lists the names of the arguments that a line needs, sorted.
func (c *Catalogue) ArgsOf(k Key) []string {
	if w := c.wordings[Languages()[0]][k]; w != nil {
		return slices.Clone(w.forms[Spoken].args)
	}
	return nil
}

// Render puts a line into words, in its own language if it has one. It fails
// if the key, the language or an argument is missing (all missing arguments
// are named), or if an argument cannot be said. An argument too many does no harm.
func (c *Catalogue) Render(lang Language, form Form, line Line) (string, error) {
	if line.In != "" {
		lang = line.In
	}
	if form != Spoken && form != Written {
		return "", fmt.Errorf("prompts: %s has no form %d", line.Key, int(form))
	}
	w := c.wordings[lang][line.Key]
	if w == nil {
		return "", fmt.Errorf("prompts: there is no %q in language %q", line.Key, lang)
	}
	f := &w.forms[form]
	config := i18n.LocalizeConfig{
		MessageID:      f.id,
		TemplateParser: templates{},
		TemplateData:   &saying{catalogue: c, lang: lang, form: form, args: line.Args},
	}
	if lacking := f.lacking(line.Args); len(lacking) > 0 {
		return "", fmt.Errorf("prompts: %s (%s, %s) lacks the argument %s", line.Key, lang, form, strings.Join(lacking, ", "))
	}
	if f.plural {
		count := line.Args[countArg]
		if count.Kind != KindCount {
			return "", fmt.Errorf("prompts: %s (%s, %s): the argument %s is no count", line.Key, lang, form, countArg)
		}
		config.PluralCount = count.Count
	}
	words, err := c.localizers[lang].Localize(&config)
	if err != nil {
		return "", fmt.Errorf("prompts: %s (%s, %s): %w", line.Key, lang, form, err)
	}
	return words, nil
}

// lacking names the arguments that the form needs and does not get.
func (f *formText) lacking(args Args) []string {
	var names []string
	for _, name := range f.args {
		if _, ok := args[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

// String says the form as the catalogue's field does.
func (f Form) String() string {
	switch f {
	case Spoken:
		return "spoken"
	case Written:
		return "written"
	}
	return fmt.Sprintf("form %d", int(f))
}
