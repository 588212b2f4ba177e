package screenplay

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Performance is what was heard, for each step of a play.
type Performance struct {
	Play  *Play
	Heard [][]Heard
}

// Perform plays the play to its end. It fails where the stage does, or where
// time would have to run backwards, and says at which line.
func Perform(ctx context.Context, play *Play, stage Stage) (*Performance, error) {
	p := &Performance{Play: play}
	now := play.Begins
	for who, phone := range play.Phones {
		stage.Owns(who, phone)
	}
	for _, step := range play.Steps {
		heard, err := perform(ctx, step.Action, &now, stage)
		if err != nil {
			return p, fmt.Errorf("%s:%d: %s %w", play.File, step.Line, step.Text, err)
		}
		p.Heard = append(p.Heard, heard)
	}
	return p, nil
}

// perform does one action; now is the time in the play.
func perform(ctx context.Context, a Action, now *time.Time, stage Stage) ([]Heard, error) {
	switch a.Verb {
	case Rings:
		return stage.Ring(ctx, a.Who, a.Phone)
	case Presses:
		return stage.Press(ctx, a.Who, a.Words)
	case Says:
		return stage.Say(ctx, a.Who, a.Words)
	case SaysNothing:
		return stage.Silence(ctx, a.Who)
	case HangsUp:
		return stage.HangUp(ctx, a.Who)
	case Texts:
		return stage.Text(ctx, a.Who, a.Phone, a.Words)
	case Answers:
		return stage.AnswerReception(ctx)
	case LetsRing:
		return stage.LetReceptionRing(ctx)
	case EndsTalk:
		return stage.HangUpReception(ctx)
	case PicksUp:
		return stage.PickUp(ctx, a.Who)
	case IsAsked:
		return stage.Ask(ctx, a.Who, a.Words)
	case Replies:
		return stage.Reply(ctx, a.Who, a.Words)
	case LetsGo:
		return stage.LetGo(ctx, a.Who, a.Phone, a.Test, a.Words)
	case OrdersTest:
		return stage.OrderTest(ctx, a.Who, a.Phone, a.Test, a.Private, a.Days)
	case LooksAt:
		return stage.LookAt(ctx, a.Who, a.Phone, a.Part)
	case LetsItRing:
		return stage.LetRing(ctx, a.Who)
	case Machine:
		return stage.MachineAnswers(ctx, a.Who)
	case StaffLookNow:
		return stage.Tasks(ctx)
	}
	then := now.Add(a.For).AddDate(0, 0, a.Days)
	if a.Verb == TimeComes {
		then = a.Until
	}
	if then.Before(*now) {
		return nil, fmt.Errorf("but it is %s already", now.Format(clockForm))
	}
	d := then.Sub(*now)
	*now = then
	return stage.Advance(ctx, d)
}

// Difference is a step after which something else was heard than is written.
type Difference struct {
	Step Step
	// Written and Heard are the lines in which they differ; what is alike
	// before and behind is left out.
	Written, Heard []string
}

// Differences lists them; none: the play is as it is written.
func (p *Performance) Differences() []Difference {
	var list []Difference
	for i, step := range p.Play.Steps {
		if i >= len(p.Heard) {
			break
		}
		written, heard := squeeze(step.Heard), squeeze(Lines(p.Heard[i]))
		for len(written) > 0 && len(heard) > 0 && written[0] == heard[0] {
			written, heard = written[1:], heard[1:]
		}
		for len(written) > 0 && len(heard) > 0 && slices.Equal(written[len(written)-1:], heard[len(heard)-1:]) {
			written, heard = written[:len(written)-1], heard[:len(heard)-1]
		}
		if len(written)+len(heard) > 0 {
			list = append(list, Difference{step, written, heard})
		}
	}
	return list
}
