package store

import (
	"slices"
	"time"
)

// Setting is one thing that somebody can choose about how they are reached and
// spoken to.
type Setting string

// The settings. The three before the last, with ReachBy, are the four kinds of need of the
// Accessible Information Standard (NHS England, DCB1605): how somebody is to be
// contacted, in what form they are informed, who helps them to communicate, and
// what aids they use.
const (
	ReachBy      Setting = "reach"
	ReachHours   Setting = "hours"
	Voicemail    Setting = "voicemail"
	TextRelay    Setting = "relay"
	InFormat     Setting = "format"
	Professional Setting = "professional"
	Aids         Setting = "aids"
	// Listening is whether somebody may listen to what is said: safety data, more
	// than a preference.
	Listening Setting = "listening"
)

// Settings lists every setting there is.
func Settings() []Setting {
	return []Setting{ReachBy, ReachHours, Voicemail, TextRelay, InFormat, Professional, Aids, Listening}
}

// Option is what may be chosen.
type Option string

// The options of each setting; the first is what holds where nothing was chosen.
const (
	ByTextOrCall Option = "text-or-call"
	ByTextAlone  Option = "text"
	ByCallAlone  Option = "call"
	ByLetter     Option = "letter"

	AllHours        Option = "all-hours" // from ReachFrom until ReachUntil
	MorningHours    Option = "morning"
	AfternoonHours  Option = "afternoon"
	EveningHours    Option = "evening"
	LeaveNothing    Option = "nothing"
	LeaveNameNumber Option = "name-and-number"

	NoRelay      Option = "no-relay"
	ThroughRelay Option = "relay"

	UsualFormat Option = "usual"
	LargePrint  Option = "large-print"
	EasyRead    Option = "easy-read"
	AsAudio     Option = "audio"
	InBraille   Option = "braille"

	NobodyElse      Option = "nobody"
	SignInterpreter Option = "sign-language-interpreter"
	Lipspeaker      Option = "lipspeaker"
	Notetaker       Option = "notetaker"
	DeafblindHelp   Option = "deafblind-interpreter"
	Interpreter     Option = "spoken-language-interpreter"

	NoAids      Option = "no-aids"
	HearingAids Option = "hearing-aid-or-loop"
	LipReading  Option = "lip-reading"
	MoreTime    Option = "more-time"
	LetterBoard Option = "picture-or-letter-board"

	NobodyListens   Option = "nobody-listens"
	SomebodyListens Option = "somebody-may-listen"
)

var options = map[Setting][]Option{
	ReachBy:      {ByTextOrCall, ByTextAlone, ByCallAlone, ByLetter},
	ReachHours:   {AllHours, MorningHours, AfternoonHours, EveningHours},
	Voicemail:    {LeaveNothing, LeaveNameNumber},
	TextRelay:    {NoRelay, ThroughRelay},
	InFormat:     {UsualFormat, LargePrint, EasyRead, AsAudio, InBraille},
	Professional: {NobodyElse, SignInterpreter, Lipspeaker, Notetaker, DeafblindHelp, Interpreter},
	Aids:         {NoAids, HearingAids, LipReading, MoreTime, LetterBoard},
	Listening:    {NobodyListens, SomebodyListens},
}

// Options are those of a setting, what holds by itself first.
func Options(s Setting) []Option { return slices.Clone(options[s]) }

// Preferences are what somebody chose.
type Preferences map[Setting]Option

// Of is what holds of a setting.
func (p Preferences) Of(s Setting) Option {
	if o, chosen := p[s]; chosen && slices.Contains(options[s], o) {
		return o
	}
	if len(options[s]) == 0 {
		return ""
	}
	return options[s][0]
}

// Chosen reports whether anything but what holds by itself was chosen.
func (p Preferences) Chosen(s Setting) bool { return p.Of(s) != Preferences(nil).Of(s) }

// Careful reports whether somebody may listen: then they are asked whether it is
// safe to talk before they are told what we ring for, may end any conversation as
// if it were a wrong number, and hear of nothing that waits before the PIN.
func (p Preferences) Careful() bool { return p.Of(Listening) == SomebodyListens }

// DayHours are those of the day in which somebody is told things, by their own
// clock.
type DayHours struct{ From, Until time.Duration }

// hours are those of each option; none goes beyond what holds for everybody.
var hours = map[Option]DayHours{
	AllHours:       {ReachFrom, ReachUntil},
	MorningHours:   {ReachFrom, 12 * time.Hour},
	AfternoonHours: {12 * time.Hour, 17 * time.Hour},
	EveningHours:   {17 * time.Hour, ReachUntil},
}

// Hours are those in which the person is told things.
func (p Preferences) Hours() DayHours { return hours[p.Of(ReachHours)] }

// SettingRow is what an import brings of somebody's settings.
type SettingRow struct {
	Person  PersonID
	Setting Setting
	Option  Option
}

// Known reports whether there is such a choice.
func (r SettingRow) Known() bool {
	return ChangeSetting{Setting: r.Setting, Option: r.Option}.Known()
}

// ListSettings asks what the actor chose. Done fills Preferences, also with none.
type ListSettings struct{}

// ChangeSetting changes one, from now on. Done fills Preferences with all that are
// in force by then.
type ChangeSetting struct {
	Setting Setting
	Option  Option
}

// Known reports whether there is such a choice.
func (r ChangeSetting) Known() bool { return slices.Contains(options[r.Setting], r.Option) }

func (ListSettings) Verb() Verb  { return "list-settings" }
func (ChangeSetting) Verb() Verb { return "change-setting" }

func (ListSettings) Writes() bool  { return false }
func (ChangeSetting) Writes() bool { return true }

func (ListSettings) Verdicts() []Verdict  { return []Verdict{Done, Refused, Unavailable} }
func (ChangeSetting) Verdicts() []Verdict { return writeVerdicts }
