package store

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

// Usual is the service for which somebody came on most of the days of which these are
// the lines of their own, and of which whoever has proved to be them at that level may
// be told; of several the one that is offered first. Empty: none is usual.
func Usual(own []LedgerLine, at Level) Service {
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
	usual, most := Service(""), UsualDays-1
	for _, s := range Services() {
		if len(came[s]) > most && at >= levelOf(s) {
			usual, most = s, len(came[s])
		}
	}
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
