package redisstore_test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/store/redisstore"
)

func TestNamesTellNothingWithoutTheKey(t *testing.T) {
	named := func() *redisstore.Store {
		keys, err := redisstore.NewKeyset()
		if err != nil {
			t.Fatal(err)
		}
		client := redis.NewClient(&redis.Options{Addr: "localhost:0", MaxRetries: -1})
		s, err := redisstore.New(client, keys, redisstore.Options{Hash: redisstore.FastHash})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	ours, theirs := named(), named()
	text, person := string(ours.TextConversation("+447700900102")), string(ours.PersonID("mary"))
	if strings.Contains(text, "900102") || strings.Contains(person, "mary") {
		t.Errorf("named %s and %s", text, person)
	}
	if text != string(ours.TextConversation("+447700900102")) || person != string(ours.PersonID("mary")) {
		t.Error("the same is named otherwise a second time")
	}
	if text == string(theirs.TextConversation("+447700900102")) || person == string(theirs.PersonID("mary")) {
		t.Error("another key gives the same name")
	}
	if text == string(ours.TextConversation("+447700900103")) || person == string(ours.PersonID("ann")) {
		t.Error("two have one name")
	}
}
