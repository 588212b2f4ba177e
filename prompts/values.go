package prompts

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// saying is a line on its way into words.
type saying struct {
	catalogue *Catalogue
	lang      Language
	form      Form
	args      Args
}

// words puts one value into words.
func (s *saying) words(v Value) (string, error) {
	switch v.Kind {
	case KindText:
		return v.Text, nil
	case KindDigits:
		return digits(s.form, v.Text), nil
	case KindKey:
		return s.catalogue.Render(s.lang, s.form, Line{Key: Key(v.Text)})
	case KindDate, KindLongAgo, KindClock:
		t, err := v.in()
		if err != nil {
			return "", err
		}
		switch v.Kind {
		case KindDate:
			return date(s.lang, t), nil
		case KindLongAgo:
			return longAgo(s.lang, t), nil
		}
		return clock(s.lang, s.form, t), nil
	case KindCount:
		return strconv.Itoa(v.Count), nil
	}
	return "", fmt.Errorf("there is no kind of value %q", v.Kind)
}

// in is the moment in the value's zone. Without a zone the moment keeps its
// own offset.
func (v Value) in() (time.Time, error) {
	if v.Zone == "" {
		return v.At, nil
	}
	zone, err := zoneNamed(v.Zone)
	if err != nil {
		return time.Time{}, err
	}
	return v.At.In(zone), nil
}

// zones keeps each time zone once it is read: reading one takes a file and
// some 20 µs.
var zones sync.Map // name → *time.Location

func zoneNamed(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("read the time zone %q: %w", name, err)
	}
	zones.Store(name, z)
	return z, nil
}
