package prompts

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
)

// countArg is the argument that picks a plural form.
const countArg = "Count"

// pluralCategories are the plural categories of CLDR that each language tells
// apart (Unicode CLDR, Language Plural Rules, cardinal).
var pluralCategories = map[Language][]string{
	English: {"one", "other"},
	Welsh:   {"zero", "one", "two", "few", "many", "other"},
}

var validKey = regexp.MustCompile(`^[a-z][a-z0-9]*([.-][a-z0-9]+)*$`)

// read fills the catalogue from the files, collecting every fault.
func (c *Catalogue) read(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return fmt.Errorf("list the catalogue: %w", err)
	}
	var faults []error
	for _, lang := range Languages() {
		c.wordings[lang] = map[Key]*wording{}
		for _, name := range names {
			if languageOf(name) != lang {
				continue
			}
			faults = append(faults, c.readFile(fsys, name, lang)...)
		}
	}
	for _, name := range names {
		if _, known := c.wordings[languageOf(name)]; !known {
			faults = append(faults, fmt.Errorf("%s: %q is not one of our languages", name, languageOf(name)))
		}
	}
	faults = append(faults, c.compareArgs()...)
	return errors.Join(faults...)
}

// languageOf reads the language from a file's name: "booking.en.toml" is "en".
func languageOf(name string) Language {
	name = strings.TrimSuffix(path.Base(name), ".toml")
	return Language(name[strings.LastIndexByte(name, '.')+1:])
}

func (c *Catalogue) readFile(fsys fs.FS, name string, lang Language) []error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return []error{fmt.Errorf("read %s: %w", name, err)}
	}
	var tables map[string]any
	if _, err := toml.Decode(string(text), &tables); err != nil {
		return []error{fmt.Errorf("read %s: %w", name, err)}
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(tables)) {
		e := entry{file: name, key: Key(key), lang: lang}
		w, meta := e.read(tables[key])
		if earlier := c.wordings[lang][e.key]; earlier != nil {
			e.fault("", "stands in %s already", earlier.file)
		}
		faults = append(faults, e.faults...)
		c.wordings[lang][e.key] = w
		if lang == Languages()[0] {
			c.about[e.key] = meta
		}
	}
	return faults
}

// entry is one key of one file while it is read.
type entry struct {
	file   string
	key    Key
	lang   Language
	faults []error
}

func (e *entry) fault(field, format string, a ...any) {
	where := fmt.Sprintf("%s: [%q] (%s)", e.file, e.key, e.lang)
	if field != "" {
		where += " " + field
	}
	e.faults = append(e.faults, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, a...)))
}

func (e *entry) read(value any) (*wording, Meta) {
	w, meta := &wording{file: e.file}, Meta{}
	fields, ok := value.(map[string]any)
	if !ok {
		e.fault("", "is no table")
		return w, meta
	}
	if !validKey.MatchString(string(e.key)) {
		e.fault("", "a key is small letters and digits, its parts joined by '.' and '-'")
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		v := fields[field]
		switch field {
		case "spoken":
			w.forms[Spoken] = e.form(Spoken, v)
		case "written":
			w.forms[Written] = e.form(Written, v)
		case "words":
			w.words = e.words(v)
		case "level", "registered", "claims", "reads-back":
			if e.lang != Languages()[0] {
				e.fault(field, "belongs in %s only", Languages()[0])
				continue
			}
			e.meta(&meta, field, v)
		default:
			e.fault(field, "is no field of a line (in a key, quote the dots: [\"book.readback\"])")
		}
	}
	for form := range w.forms {
		if w.forms[form].texts == nil {
			if _, there := fields[Form(form).String()]; !there {
				e.fault(Form(form).String(), "is missing")
			}
		}
	}
	if len(e.faults) == 0 {
		if s, t := w.forms[Spoken].args, w.forms[Written].args; !slices.Equal(s, t) {
			e.fault("", "the arguments differ: spoken %s, written %s", list(s), list(t))
		}
	}
	return w, meta
}

func (e *entry) meta(m *Meta, field string, v any) {
	switch field {
	case "level":
		n, ok := v.(int64)
		if !ok || n < 0 || n > 2 {
			e.fault(field, "is 0, 1 or 2")
		}
		m.Level = int(n)
	case "registered":
		yes, ok := v.(bool)
		if !ok {
			e.fault(field, "is true or false")
		}
		m.Registered = yes
	case "claims":
		s, ok := v.(string)
		if !ok || s == "" {
			e.fault(field, "is the name of a verb")
		}
		m.Claims = s
	case "reads-back":
		if s, ok := v.(string); ok {
			v = []any{s}
		}
		m.ReadsBack = e.strings(field, v)
	}
}

// form reads one text, or a table of them by plural category.
func (e *entry) form(form Form, v any) formText {
	f := formText{id: string(e.key) + " " + form.String()}
	switch v := v.(type) {
	case string:
		f.texts = map[string]string{"other": v}
	case map[string]any:
		f.plural = true
		f.texts = map[string]string{}
		f.args = append(f.args, countArg)
		for _, category := range slices.Sorted(maps.Keys(v)) {
			s, ok := v[category].(string)
			switch {
			case !ok:
				e.fault(form.String(), "%q is no text", category)
			case !slices.Contains(pluralCategories[e.lang], category):
				e.fault(form.String(), "%q is no plural form of this language (%s)", category, list(pluralCategories[e.lang]))
			default:
				f.texts[category] = s
			}
		}
		if _, ok := f.texts["other"]; !ok {
			e.fault(form.String(), "the plural form \"other\" is missing")
		}
	default:
		e.fault(form.String(), "is a text, or a table of plural forms")
		return f
	}
	for _, category := range slices.Sorted(maps.Keys(f.texts)) {
		f.args = append(f.args, e.text(form.String(), f.texts[category])...)
	}
	slices.Sort(f.args)
	f.args = slices.Compact(f.args)
	return f
}

// text checks one text and returns the arguments that stand in it.
func (e *entry) text(field, s string) []string {
	if s != strings.TrimSpace(s) || s == "" {
		e.fault(field, "is empty, or begins or ends with a space")
	}
	pieces, err := parseTemplate(s)
	if err != nil {
		e.fault(field, "%v", err)
	}
	var args []string
	for _, p := range pieces {
		if p.change != nil && e.lang != Welsh {
			e.fault(field, "only Welsh changes the first letter of .%s", p.arg)
		}
		if p.arg != "" {
			args = append(args, p.arg)
		}
	}
	return args
}

// words reads what a choice may be called: folded, none twice.
func (e *entry) words(v any) []string {
	words := e.strings("words", v)
	seen := map[string]bool{}
	for _, w := range words {
		if f := Fold(w); f != w || seen[f] {
			e.fault("words", "%q is written twice, or not in small letters without signs and accents", w)
		}
		seen[w] = true
	}
	return words
}

func (e *entry) strings(field string, v any) []string {
	items, ok := v.([]any)
	if !ok || len(items) == 0 {
		e.fault(field, "is a list of words")
	}
	var out []string
	for _, item := range items {
		s, ok := item.(string)
		if !ok || strings.TrimFunc(s, unicode.IsSpace) == "" {
			e.fault(field, "%v is no word", item)
			continue
		}
		out = append(out, s)
	}
	return out
}

// compareArgs finds the lines whose arguments, or whose being a choice, differ
// between languages.
func (c *Catalogue) compareArgs() []error {
	first := Languages()[0]
	var faults []error
	for _, lang := range Languages()[1:] {
		keys := slices.SortedFunc(maps.Keys(c.wordings[lang]), cmp.Compare[Key])
		for _, key := range keys {
			w, model := c.wordings[lang][key], c.wordings[first][key]
			if model == nil {
				continue // Check reports it
			}
			e := entry{file: w.file, key: key, lang: lang}
			for form := range w.forms {
				ours, theirs := w.forms[form], model.forms[form]
				if ours.texts != nil && theirs.texts != nil && !slices.Equal(ours.args, theirs.args) {
					e.fault(Form(form).String(), "the arguments are %s, but %s in %s", list(ours.args), list(theirs.args), first)
				}
			}
			if (len(w.words) > 0) != (len(model.words) > 0) {
				e.fault("words", "must be there in every language or in none")
			}
			faults = append(faults, e.faults...)
		}
	}
	return faults
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
