package console

import (
	"net/http"
	"time"

	"landline/store"
)

var messageOperations = []operation{
	{"listMessages", http.MethodGet, "/people/{person}/messages", http.StatusOK, (*call).listMessages},
}

// messageView is what somebody left, or what staff answered.
type messageView struct {
	ID      store.MessageID `json:"id"`
	At      time.Time       `json:"at"`
	By      store.PersonID  `json:"by,omitempty"`
	Staff   string          `json:"staff,omitempty"`
	Channel store.Channel   `json:"channel,omitempty"`
	Level   store.Level     `json:"level"`
	Words   string          `json:"words,omitempty"`
	Spoken  bool            `json:"spoken,omitempty"`
	Heard   store.Hearing   `json:"heard,omitempty"`
}

// messagesView is a page of messages.
type messagesView struct {
	Messages []messageView `json:"messages"`
	Next     string        `json:"next,omitempty"`
}

func (c *call) listMessages() (any, error) {
	list := store.ReadMessages{}
	var err error
	if list.Limit, err = c.limit(20, 50); err != nil {
		return nil, err
	}
	if err := c.after(&list.Before); err != nil {
		return nil, err
	}
	out, err := c.ask(c.person(), list)
	if err != nil {
		return nil, err
	}
	page := messagesView{Messages: []messageView{}}
	for _, m := range out.Messages {
		page.Messages = append(page.Messages, messageView{
			m.ID, m.At, m.By, m.Staff, m.Channel, m.Level, m.Words.Reveal(), m.By != "" && m.Words == "", m.Heard,
		})
		page.Next = next(out.More, m.At)
	}
	return page, nil
}
