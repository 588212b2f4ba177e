package store

import "slices"

// Service is something that somebody comes for, by the name of its journey.
type Service string

// The services that have no key of their own in the main menu, in the order in which
// they are offered there.
const (
	ServiceResults        Service = "results"
	ServiceMessages       Service = "messages"
	ServiceReadings       Service = "readings"
	ServiceSharing        Service = "sharing"
	ServiceCarers         Service = "mycarers"
	ServiceVisits         Service = "visits"
	ServiceSummary        Service = "summary"
	ServiceQuestionnaires Service = "questions"
	ServiceSettings       Service = "settings"
)

// Services lists them.
func Services() []Service {
	return []Service{
		ServiceResults, ServiceMessages, ServiceReadings, ServiceSharing, ServiceCarers,
		ServiceVisits, ServiceSummary, ServiceQuestionnaires, ServiceSettings,
	}
}

// services are those for which somebody came who did such a thing.
var services = map[Deed]Service{
	HeardOfResults:    ServiceResults,
	HeardOfMessages:   ServiceMessages,
	LeftMessage:       ServiceMessages,
	HeardOfReadings:   ServiceReadings,
	SentReading:       ServiceReadings,
	HeardOfSharing:    ServiceSharing,
	ChangedSharing:    ServiceSharing,
	HeardOfCarers:     ServiceCarers,
	NamedACarer:       ServiceCarers,
	EndedACarer:       ServiceCarers,
	HeardOfVisits:     ServiceVisits,
	HeardOfSummary:    ServiceSummary,
	HeardOfQuestions:  ServiceQuestionnaires,
	AnsweredQuestions: ServiceQuestionnaires,
	SentAnswers:       ServiceQuestionnaires,
	HeardOfSettings:   ServiceSettings,
	ChangedSettings:   ServiceSettings,
}

// UsualDays is on how many days somebody must have come for a service before it is
// called usual: once is chance, twice may be.
const UsualDays = 3

// Usual are the services for which somebody came on at least UsualDays of the days of
// which these are the lines of their own, and of which whoever has proved to be them at
// that level may be told: those of the most days first, of as many the one that is offered
// first.
func Usual(own []LedgerLine, at Level) []Service {
	came := map[Service]map[Day]bool{}
	for _, l := range own {
		deed, _ := DeedOf(l)
		service, ok := services[deed]
		if !ok {
			continue
		}
		if came[service] == nil {
			came[service] = map[Day]bool{}
		}
		came[service][DayOf(l.At)] = true
	}
	var usual []Service
	for _, s := range Services() {
		if len(came[s]) >= UsualDays && at >= levelOf(s) {
			usual = append(usual, s)
		}
	}
	slices.SortStableFunc(usual, func(a, b Service) int { return len(came[b]) - len(came[a]) })
	return usual
}

// levelOf is that at which it may be said that somebody uses a service: where the
// service itself is had.
func levelOf(s Service) Level {
	switch s {
	case ServiceMessages, ServiceReadings, ServiceQuestionnaires:
		return ByBirthday
	}
	return ByPIN
}
