package prompts

// For the tests of what the lexicon knows.
var (
	EnglishNumbers = englishNumbers
	WelshNumbers   = welshNumbers
)
