package redisstore

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// reply is an error that Redis answered.
type reply string

func (r reply) Error() string { return string(r) }
func (reply) RedisError()     {}

// What Redis refuses before it does anything is told from what it may have done.
func TestRefused(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		reply("READONLY You can't write against a read only replica."):                true,
		reply("OOM command not allowed when used memory > 'maxmemory'."):              true,
		reply("MISCONF Redis is configured to save RDB snapshots"):                    true,
		reply("ERR max number of clients reached"):                                    true,
		fmt.Errorf("sent: %w", reply("NOREPLICAS Not enough good replicas to write")): true,
		reply("ERR syntax error"):                                                     false,
		io.EOF:                                                                        false,
		errors.New("READONLY, says nobody"):                                           false,
	} {
		if refused(err) != want {
			t.Errorf("%v: %v", err, !want)
		}
	}
}
