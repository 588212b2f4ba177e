package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"landline/store"
)

var (
	claimScript = mustScript("claim")
	saveScript  = mustScript("save")
)

// rememberedInputs is how many answered inputs are remembered of a conversation,
// for as long as each save says, so that a text that is brought late is not a new turn.
const rememberedInputs = 1000

// ClaimTurn loads the conversation and claims the turn: one trip.
func (s *Store) ClaimTurn(ctx context.Context, c store.TurnClaim) (store.Turn, error) {
	k := s.conversationKeys(c.Conversation)
	t := s.trip("claiming a turn")
	reply := t.call(claimScript, []string{k.turn, k.seen},
		s.sealer.name("input", string(c.Input)), s.sealer.name("content", string(c.Input), c.Content), c.Turn,
		c.Now.UnixNano(), c.Now.UnixMilli(), store.ClaimFor.Milliseconds(), store.ConversationKept.Milliseconds())
	// A claim whose answer was lost changed nothing: the same input claims again.
	if err := t.send(ctx, reads); err != nil {
		return store.Turn{}, err
	}
	f := texts(reply)
	if len(f) != 6 {
		return store.Turn{}, fmt.Errorf("claiming a turn: unexpected answer of %d parts", len(f))
	}
	turn, err := s.turn(k, f[1], f[3], f[4], f[5], c.Now.Location())
	if err != nil {
		return store.Turn{}, fmt.Errorf("claiming a turn: %w", err)
	}
	turn.State = store.ClaimState(f[0])
	if f[2] != "" {
		ns, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			return store.Turn{}, fmt.Errorf("claiming a turn: %w", err)
		}
		turn.Now = time.Unix(0, ns).In(c.Now.Location())
	}
	return turn, nil
}

// turn opens what a conversation's hash holds.
func (s *Store) turn(k conversationKeys, number, saved, state, reply string, zone *time.Location) (store.Turn, error) {
	var t store.Turn
	var err error
	if t.Number, err = strconv.Atoi(number); err != nil {
		return t, err
	}
	if saved != "" {
		ms, err := strconv.ParseInt(saved, 10, 64)
		if err != nil {
			return t, err
		}
		t.Saved = time.UnixMilli(ms).In(zone)
	}
	if state != "" {
		if t.Conversation, err = s.sealer.open(state, place{k.turn, "s"}); err != nil {
			return t, err
		}
	}
	if reply != "" {
		if t.Reply, err = s.sealer.open(reply, place{k.turn, "r"}); err != nil {
			return t, err
		}
	}
	return t, nil
}

// SaveTurn ends a turn: one trip.
func (s *Store) SaveTurn(ctx context.Context, save store.TurnSave) error {
	k := s.conversationKeys(save.Conversation)
	state, err := s.sealer.seal(save.State, place{k.turn, "s"})
	if err != nil {
		return err
	}
	reply, err := s.sealer.seal(save.Reply, place{k.turn, "r"})
	if err != nil {
		return err
	}
	args := []any{
		s.sealer.name("input", string(save.Input)), save.Number, state, reply,
		save.Now.UnixMilli(), cmp.Or(save.Kept, store.ConversationKept).Milliseconds(), rand.Text()[:12],
		rememberedInputs, cmp.Or(save.Known, store.InputsKept).Milliseconds(), dids(),
	}
	for _, line := range save.Lines {
		sealed, err := s.sealer.sealJSON(line, place{k.outbox, ""})
		if err != nil {
			return err
		}
		args = append(args, s.toldAs(line), sealed)
	}
	t := s.trip("saving a turn")
	saved := t.call(saveScript, []string{k.turn, k.outbox, k.seq, k.seen, k.told}, args...)
	if err := t.send(ctx, writes); err != nil {
		return err
	}
	if n, _ := saved.Int(); n != 1 {
		return fmt.Errorf("saving a turn: %w", store.ErrLost)
	}
	return nil
}

// LoadConversation reads without claiming.
func (s *Store) LoadConversation(ctx context.Context, id store.ConversationID) (store.Turn, error) {
	k := s.conversationKeys(id)
	t := s.trip("loading a conversation")
	reply := t.do("HMGET", k.turn, "n", "at", "s", "r")
	if err := t.send(ctx, reads); err != nil {
		return store.Turn{}, err
	}
	f := texts(reply)
	if len(f) != 4 || f[2] == "" {
		return store.Turn{}, fmt.Errorf("loading a conversation: %w", store.ErrNotFound)
	}
	turn, err := s.turn(k, f[0], f[1], f[2], f[3], s.zone)
	if err != nil {
		return store.Turn{}, fmt.Errorf("loading a conversation: %w", err)
	}
	return turn, nil
}
