package redisstore

import "landline/store"

// TextConversation names the conversation by text with a number: always the
// same, and telling nothing of the number to whoever has no key.
func (s *Store) TextConversation(n store.Number) store.ConversationID {
	return store.ConversationID("texts-" + s.sealer.name("texts", n.E164()))
}

// PersonID makes the record's id of a person from the id that a practice's own
// system gives them. The record's ids stand in its keys, in the open, and the
// practice's may be a name or known to others: without our key nobody can try
// a guess.
func (s *Store) PersonID(own string) store.PersonID {
	return store.PersonID("p" + s.sealer.name("own id", own))
}
