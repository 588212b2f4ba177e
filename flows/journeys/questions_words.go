package journeys

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// translated is a line whose words are somebody else's: in the language spoken, or
// in the one in which they were written, and then said in that.
func translated(v flows.View, k prompts.Key, words map[store.Language]string, args ...prompts.Arg) prompts.Line {
	said := inLanguage(v, words)
	if k != prompts.QuestionsOption && k != prompts.QuestionsHeard && k != prompts.QuestionsAnswered {
		said = sentence(said)
	}
	line := prompts.Say(k, append(args, prompts.Text("Words", said))...)
	if words[store.Language(v.Language)] == "" {
		for _, l := range prompts.Languages() {
			if words[store.Language(l)] != "" {
				line.In = l
				break
			}
		}
	}
	return line
}

// sentence ends words as a sentence, where they do not end as one.
func sentence(words string) string {
	if last, _ := utf8.DecodeLastRuneInString(words); unicode.IsLetter(last) || unicode.IsDigit(last) || last == ')' {
		return words + "."
	}
	return words
}

// titled names the questionnaire.
func titled(v flows.View, a store.Ask) prompts.Arg {
	return prompts.Text("Title", strings.TrimRight(inLanguage(v, a.Title), "."))
}

// titledAlone is titled, as a sentence.
func titledAlone(v flows.View, a store.Ask) prompts.Arg {
	return prompts.Text("Title", sentence(inLanguage(v, a.Title)))
}

func offerAsks(v flows.View) []prompts.Line {
	var lines []prompts.Line
	for _, a := range page(waitingAsks(v.Conversation), v.Memory.Page) {
		if len(a.Title) == 0 {
			lines = append(lines, prompts.Say(prompts.QuestionsItemPrivate))
			continue
		}
		lines = append(lines, prompts.Say(prompts.QuestionsItem, titled(v, a)))
	}
	return lines
}

// longestLead is how long words may last that are said again to who goes on.
const longestLead = 8 * time.Second

// sayReady says what is about to be asked, or where it goes on.
func sayReady(v flows.View) []prompts.Line {
	a, q := theAsk(v), theQuestion(v)
	lines := []prompts.Line{prompts.Say(prompts.QuestionsTitle, titledAlone(v, a))}
	if v.Charge != nil {
		lines = []prompts.Line{prompts.Say(prompts.QuestionsTitleFor, append(charge(v), titled(v, a))...)}
	}
	if !a.Begun {
		return append(lines, prompts.Say(prompts.QuestionsHowMany, prompts.Count("Count", q.Of)), prompts.Say(prompts.QuestionsAsYouGo))
	}
	lines = append(lines, prompts.Say(prompts.QuestionsGoOn, numbered(q)))
	if lead := inLanguage(v, q.Lead); len(q.Before) == 0 && lead != "" && prompts.Seconds(lead) <= longestLead {
		lines = append(lines, translated(v, prompts.QuestionsWords, q.Lead))
	}
	return lines
}

func numbered(q store.Question) prompts.Arg { return prompts.Text("Number", strconv.Itoa(q.Number)) }

// askQuestion asks it: the words before it, which it is, and its own words. Asked
// for another answer, it is not said again.
func askQuestion(v flows.View) []prompts.Line {
	q := theQuestion(v)
	if len(theAsking(v).Given) > 0 {
		return nil
	}
	var lines []prompts.Line
	for _, w := range q.Before {
		lines = append(lines, translated(v, prompts.QuestionsWords, w))
	}
	return append(lines, prompts.Say(prompts.QuestionsNumber, numbered(q)), translated(v, prompts.QuestionsWords, q.Words))
}

// askShort is said after a second miss.
func askShort(v flows.View) []prompts.Line {
	return []prompts.Line{translated(v, prompts.QuestionsWordsShort, theQuestion(v).Words)}
}

// askOptions asks it with its first options; those of a later page follow alone.
func askOptions(v flows.View) []prompts.Line {
	if v.Memory.Page > 0 {
		return nil
	}
	return askQuestion(v)
}

// askUngated asks a question that was not asked before it was keyed.
func askUngated(v flows.View) []prompts.Line {
	if asksBeforeKeying.Of(v) || asksOptions.Of(v) {
		return nil
	}
	return askQuestion(v)
}

func sayHowToKey(v flows.View) []prompts.Line {
	q, lines := theQuestion(v), []prompts.Line{prompts.Say(prompts.QuestionsWhole)}
	if q.Kind == store.AnyNumber {
		lines = []prompts.Line{prompts.Say(prompts.QuestionsDecimal)}
	}
	if q.Least.IsNumber() && q.Least.Rat().Sign() > 0 {
		return lines
	}
	return append(lines, prompts.Say(prompts.QuestionsNought))
}

func offerOptions(v flows.View) []prompts.Line {
	var lines []prompts.Line
	page, _ := optionsOf(v)
	for _, o := range page {
		lines = append(lines, translated(v, prompts.QuestionsOption, o.Words))
	}
	return lines
}

// optionNames are the words of each option in every language.
func optionNames(v flows.View) [][]string {
	page, _ := optionsOf(v)
	return namesOf(page)
}

// restNames are those of the options on other pages.
func restNames(v flows.View) [][]string {
	_, rest := optionsOf(v)
	return namesOf(rest)
}

func namesOf(options []store.AnswerOption) [][]string {
	var names [][]string
	for _, o := range options {
		names = append(names, inEveryLanguage(o.Words))
	}
	return names
}

// longestEcho is how long an answer may last that is said back at once.
const longestEcho = 3 * time.Second

// sayHeard says an answer back before it is kept: what was misheard is noticed. In
// a text it stands there already.
func sayHeard(v flows.View) []prompts.Line {
	if byText.Of(v) {
		return nil
	}
	return tellGiven(v, theQuestion(v), theAsking(v).Given, longestEcho, heardKeys)
}

// inWords is an answer as people say it; false if it has no words.
func inWords(v flows.View, q store.Question, a store.Answer) (map[store.Language]string, bool) {
	for _, o := range q.Options {
		if o.Answer.Equal(a) {
			return o.Words, true
		}
	}
	plain := func(s string) map[store.Language]string {
		return map[store.Language]string{store.Language(v.Language): s}
	}
	switch {
	case a.IsNumber():
		return plain(a.Number), true
	case a.Kind == store.ADate:
		return plain(a.Day.String()), true
	}
	return nil, false
}

// tellAnswer reads back one question and what was answered.
func tellAnswer(v flows.View) []prompts.Line {
	q := theQuestion(v)
	return append([]prompts.Line{translated(v, prompts.QuestionsAsked, q.Words, numbered(q))}, tellGiven(v, q, q.Given, longestAnswers, answerKeys)...)
}

// spokenAs are the lines in which an answer is said.
type spokenAs struct{ words, date, none, spoken, long prompts.Key }

var (
	answerKeys = spokenAs{prompts.QuestionsAnswered, prompts.QuestionsAnsweredDate, prompts.QuestionsAnsweredNone, prompts.QuestionsAnsweredSpoken, prompts.QuestionsAnsweredLong}
	heardKeys  = spokenAs{prompts.QuestionsHeard, prompts.QuestionsHeardDate, prompts.QuestionsThanks, prompts.QuestionsThanks, prompts.QuestionsThanks}
)

// longestAnswers is how long what is read back of an answer may last.
const longestAnswers = 8 * time.Second

// tellGiven says answers: several options in one line, one's own words if they are
// short.
func tellGiven(v flows.View, q store.Question, given []store.Answer, longest time.Duration, as spokenAs) []prompts.Line {
	if len(given) == 0 {
		return []prompts.Line{prompts.Say(as.none)}
	}
	if a := given[0]; a.Kind == store.YesOrNo {
		key := prompts.QuestionsNo
		if a.Yes {
			key = prompts.QuestionsYes
		}
		return []prompts.Line{prompts.Say(as.words, prompts.Nested("Words", key))}
	}
	if a := given[0]; a.Kind == store.ADate && len(given) == 1 {
		return []prompts.Line{prompts.Say(as.date, prompts.Date("Date", a.Day.Start(v.Zone())), prompts.Text("Year", strconv.Itoa(a.Day.Year)))}
	}
	var said []string
	for _, a := range given {
		words, ok := inWords(v, q, a)
		switch {
		case a.Recording != "":
			return []prompts.Line{prompts.Say(as.spoken)}
		case ok:
			said = append(said, inLanguage(v, words))
		default:
			said = append(said, a.Words.Reveal())
		}
	}
	whole := map[store.Language]string{store.Language(v.Language): strings.TrimRight(strings.Join(said, "; "), ".?! ")}
	if prompts.Seconds(inLanguage(v, whole)) > longest {
		return []prompts.Line{prompts.Say(as.long)}
	}
	return []prompts.Line{translated(v, as.words, whole)}
}

// sayGiven says back the answers so far.
func sayGiven(v flows.View) []prompts.Line {
	return tellGiven(v, theQuestion(v), theAsking(v).Given, longestAnswers, answerKeys)
}

// tellAnswerShort tells the answer without the question.
func tellAnswerShort(v flows.View) []prompts.Line {
	q := theQuestion(v)
	return append([]prompts.Line{prompts.Say(prompts.MissKeys)}, tellGiven(v, q, q.Given, longestAnswers, answerKeys)...)
}
