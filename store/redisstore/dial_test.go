package redisstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
)

func TestDial(t *testing.T) {
	t.Parallel()
	node := func(c redis.UniversalClient) *redis.Options { return c.(*redis.Client).Options() }
	for address, check := range map[string]func(redis.UniversalClient) bool{
		"redis://127.0.0.1:7000/3": func(c redis.UniversalClient) bool {
			o := node(c)
			return o.Addr == "127.0.0.1:7000" && o.DB == 3 && o.TLSConfig == nil && o.MaxRetries == 0 && o.DialTimeout == dialTimeout && o.ReadTimeout == ioTimeout
		},
		"redis://h?read_timeout=7s": func(c redis.UniversalClient) bool {
			return node(c).ReadTimeout == 7*time.Second && node(c).WriteTimeout == ioTimeout
		},
		"redis://h": func(c redis.UniversalClient) bool { return node(c).Addr == "h:6379" },
		"rediss://me:pw@h:1": func(c redis.UniversalClient) bool {
			o := node(c)
			return o.TLSConfig != nil && o.TLSConfig.ServerName == "h" && o.Username == "me" && o.Password == "pw"
		},
		"redis+sentinel://me:p%40w@a,b:1/master?db=2": func(c redis.UniversalClient) bool {
			o := node(c)
			return o.DB == 2 && o.Username == "me" && o.Password == "p@w" && o.MaxRetries == 0
		},
		"redis+cluster://:pw@a,b:1": func(c redis.UniversalClient) bool {
			o := c.(*redis.ClusterClient).Options()
			return cmp.Equal(o.Addrs, []string{"a:6379", "b:1"}) && o.Password == "pw" && o.TLSConfig == nil
		},
		"rediss+cluster://a": func(c redis.UniversalClient) bool { return c.(*redis.ClusterClient).Options().TLSConfig != nil },
	} {
		c, err := Dial(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if !check(c) {
			t.Errorf("%s was read otherwise", address)
		}
		c.Close()
	}
	for _, address := range []string{
		"", "localhost:6379", "http://h", "redis+other://h", "redis+sentinel://a,b", "redis+cluster://a/3", "redis+cluster://a,,b",
		"redis://h:port", "redis+sentinel://a/m?db=x", "redis://me:secretword@h:port", "redis+cluster://me:secretword@:x:y",
	} {
		c, err := Dial(address)
		if !errors.Is(err, ErrURL) {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secretword") {
			t.Error("the password is repeated in the error")
		}
		if c != nil {
			c.Close()
		}
	}
}
