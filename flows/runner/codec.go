package runner

import (
	"encoding/json"
	"errors"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"landline/flows"
)

// version is that of what is kept between turns. Bytes of another version are
// not read: the conversation begins anew.
const version = 1

// asKept reads what encoding/json wrote, as that would read it. It takes a third
// of the time, which is much of a turn.
var asKept = jsonv1.DefaultOptionsV1()

// errVersion says that bytes are of another version of the program.
var errVersion = errors.New("kept by another version")

type keptConversation struct {
	Version int                `json:"v"`
	C       flows.Conversation `json:"c"`
}

// keptReply is a reply with the number of the turn that it ended.
type keptReply struct {
	Version int         `json:"v"`
	Turn    int         `json:"n"`
	Reply   flows.Reply `json:"r"`
}

func encodeConversation(c flows.Conversation) ([]byte, error) {
	b, err := json.Marshal(keptConversation{version, c})
	if err != nil {
		return nil, fmt.Errorf("encode a conversation: %w", err)
	}
	return b, nil
}

// decodeConversation reads what encodeConversation wrote. Its errors say
// nothing of the content.
func decodeConversation(b []byte) (flows.Conversation, error) {
	var k keptConversation
	if jsonv2.Unmarshal(b, &k, asKept) != nil {
		return flows.Conversation{}, errors.New("decode a conversation: not readable")
	}
	if k.Version != version {
		return flows.Conversation{}, fmt.Errorf("decode a conversation: %w", errVersion)
	}
	return k.C, nil
}

func encodeReply(k keptReply) ([]byte, error) {
	k.Version = version
	b, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("encode a reply: %w", err)
	}
	return b, nil
}

// decodeReply reads what encodeReply wrote. Its errors say nothing of the
// content.
func decodeReply(b []byte) (keptReply, error) {
	var k keptReply
	if jsonv2.Unmarshal(b, &k, asKept) != nil {
		return keptReply{}, errors.New("decode a reply: not readable")
	}
	if k.Version != version {
		return keptReply{}, fmt.Errorf("decode a reply: %w", errVersion)
	}
	return k, nil
}
