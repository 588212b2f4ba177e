package journeys

import (
	"landline/prompts"
	"landline/store"
)

// settingWords tell how a setting is, and read back how it will be.
var settingWords = map[store.Setting]struct{ now, sure prompts.Key }{
	store.ReachBy:      {prompts.SettingsReachNow, prompts.SettingsReachSure},
	store.ReachHours:   {prompts.SettingsHoursNow, prompts.SettingsHoursSure},
	store.Voicemail:    {prompts.SettingsVoicemailNow, prompts.SettingsVoicemailSure},
	store.TextRelay:    {prompts.SettingsRelayNow, prompts.SettingsRelaySure},
	store.InFormat:     {prompts.SettingsFormatNow, prompts.SettingsFormatSure},
	store.Professional: {prompts.SettingsProfessionalNow, prompts.SettingsProfessionalSure},
	store.Aids:         {prompts.SettingsAidsNow, prompts.SettingsAidsSure},
	store.Listening:    {prompts.SettingsListeningNow, prompts.SettingsListeningSure},
}

// optionWords name what may be chosen.
var optionWords = map[store.Option]prompts.Key{
	store.ByTextOrCall:    prompts.OptionTextOrCall,
	store.ByTextAlone:     prompts.OptionText,
	store.ByCallAlone:     prompts.OptionCall,
	store.ByLetter:        prompts.OptionLetter,
	store.AllHours:        prompts.OptionAllHours,
	store.MorningHours:    prompts.OptionMorning,
	store.AfternoonHours:  prompts.OptionAfternoon,
	store.EveningHours:    prompts.OptionEvening,
	store.LeaveNothing:    prompts.OptionNothing,
	store.LeaveNameNumber: prompts.OptionNameAndNumber,
	store.NoRelay:         prompts.OptionNoRelay,
	store.ThroughRelay:    prompts.OptionThroughRelay,
	store.UsualFormat:     prompts.OptionUsual,
	store.LargePrint:      prompts.OptionLargePrint,
	store.EasyRead:        prompts.OptionEasyRead,
	store.AsAudio:         prompts.OptionAudio,
	store.InBraille:       prompts.OptionBraille,
	store.NobodyElse:      prompts.OptionNobody,
	store.SignInterpreter: prompts.OptionSignInterpreter,
	store.Lipspeaker:      prompts.OptionLipspeaker,
	store.Notetaker:       prompts.OptionNotetaker,
	store.DeafblindHelp:   prompts.OptionDeafblind,
	store.Interpreter:     prompts.OptionInterpreter,
	store.NoAids:          prompts.OptionNoAids,
	store.HearingAids:     prompts.OptionHearingAid,
	store.LipReading:      prompts.OptionLipReading,
	store.MoreTime:        prompts.OptionMoreTime,
	store.LetterBoard:     prompts.OptionLetterBoard,
	store.NobodyListens:   prompts.OptionNobodyListens,
	store.SomebodyListens: prompts.OptionSomebodyListens,
}
