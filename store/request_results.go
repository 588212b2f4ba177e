package store

// ListResults asks which results may be told to the speaker, those not heard
// yet first and the newest first among each. Done fills Results, with what a
// list needs to name them and no more, and More.
type ListResults struct {
	After ResultCursor
	Limit int
}

// HearResult asks for one result in order to tell it, and notes that it was
// heard as far as Upto. Done fills Results with all of it, or, of one that is
// for a talk alone, with nothing but that; None: it may not be told any more.
type HearResult struct {
	Result ResultID
	Upto   Hearing
}

// ExplainTest asks what a kind of test is for. Done fills Explanation.
type ExplainTest struct{ Test string }

func (ListResults) Verb() Verb { return "list-results" }
func (HearResult) Verb() Verb  { return "hear-result" }
func (ExplainTest) Verb() Verb { return "explain-test" }

func (ListResults) Writes() bool { return false }
func (HearResult) Writes() bool  { return true }
func (ExplainTest) Writes() bool { return false }

func (ListResults) Verdicts() []Verdict { return readVerdicts }
func (HearResult) Verdicts() []Verdict  { return append([]Verdict{None}, writeVerdicts...) }
func (ExplainTest) Verdicts() []Verdict { return []Verdict{Done, None, Unavailable} }
