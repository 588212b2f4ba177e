package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Time-outs of a client: a turn must have failed within five seconds, so that
// the caller hears the apology before the carrier gives up.
const (
	dialTimeout = time.Second
	ioTimeout   = 1500 * time.Millisecond
)

// ErrURL says that a Redis address cannot be read.
var ErrURL = errors.New("want redis://[user:password@]host:6379/0, rediss://…, redis+sentinel://host1,host2/master or redis+cluster://host1,host2")

// Dial makes a client for LANDLINE_REDIS_URL:
//
//	redis://user:password@host:6379/0         one node; rediss:// with TLS; ?read_timeout=3s and the like
//	redis+sentinel://host1,host2/master?db=0  the master that the sentinels (port 26379) name
//	redis+cluster://host1,host2               a Cluster, from any of its nodes
//
// and rediss+sentinel, rediss+cluster with TLS. It does not connect yet.
func Dial(address string) (redis.UniversalClient, error) { return dial(address, nil) }

// DialImported is Dial for who serves a practice: no connection is made to a
// server that holds nothing.
func DialImported(address string) (redis.UniversalClient, error) {
	return dial(address, holdsSomething)
}

// FailsOver says whether an address is that of Sentinels: then there are
// replicas, and one may take its master's place with less than the master had.
// A Cluster may be one of masters alone.
func FailsOver(address string) bool {
	scheme, _, _ := strings.Cut(address, "://")
	return strings.HasSuffix(scheme, "+sentinel")
}

func dial(address string, onConnect func(context.Context, *redis.Conn) error) (redis.UniversalClient, error) {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return nil, ErrURL
	}
	base, kind, _ := strings.Cut(scheme, "+")
	if base != "redis" && base != "rediss" {
		return nil, ErrURL
	}
	o := &redis.UniversalOptions{
		DialTimeout:           dialTimeout,
		DialerRetries:         1,
		ReadTimeout:           ioTimeout,
		WriteTimeout:          ioTimeout,
		PoolTimeout:           ioTimeout,
		ContextTimeoutEnabled: true,
		OnConnect:             onConnect,
		// Only trip.send retries: it knows what a failure means.
		MaxRetries:               -1,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	switch kind {
	case "":
		return single(address, o)
	case "sentinel":
		return several(base, rest, "26379", o, true)
	case "cluster":
		return several(base, rest, "6379", o, false)
	}
	return nil, ErrURL
}

func single(address string, o *redis.UniversalOptions) (redis.UniversalClient, error) {
	parsed, err := redis.ParseURL(address)
	if err != nil {
		// The address may hold a password: it is not repeated.
		return nil, ErrURL
	}
	o.Addrs, o.DB, o.TLSConfig = []string{parsed.Addr}, parsed.DB, parsed.TLSConfig
	o.Username, o.Password = parsed.Username, parsed.Password
	// Times in the address are the operator's own choice, for a slower machine.
	for ours, given := range map[*time.Duration]time.Duration{
		&o.DialTimeout: parsed.DialTimeout, &o.ReadTimeout: parsed.ReadTimeout,
		&o.WriteTimeout: parsed.WriteTimeout, &o.PoolTimeout: parsed.PoolTimeout,
	} {
		if given > 0 {
			*ours = given
		}
	}
	return redis.NewClient(o.Simple()), nil
}

func several(base, rest, port string, o *redis.UniversalOptions, sentinel bool) (redis.UniversalClient, error) {
	// net/url reads one host: what stands around the hosts is read with the first.
	hosts, path, _ := strings.Cut(rest, "/")
	who := ""
	if at := strings.LastIndex(hosts, "@"); at >= 0 {
		who, hosts = hosts[:at+1], hosts[at+1:]
	}
	addresses := strings.Split(hosts, ",")
	u, err := url.Parse(base + "://" + who + addresses[0] + "/" + path)
	if err != nil {
		return nil, ErrURL
	}
	parsed, err := redis.ParseURL(base + "://" + u.User.String() + at(u) + addresses[0])
	if err != nil {
		return nil, ErrURL
	}
	for _, a := range addresses {
		if a == "" {
			return nil, ErrURL
		}
		if !strings.Contains(a, ":") {
			a += ":" + port
		}
		o.Addrs = append(o.Addrs, a)
	}
	o.Username, o.Password, o.TLSConfig = parsed.Username, parsed.Password, parsed.TLSConfig
	if !sentinel {
		if u.Path != "/" {
			return nil, fmt.Errorf("%w: a Cluster has no database number", ErrURL)
		}
		return redis.NewClusterClient(o.Cluster()), nil
	}
	if o.MasterName = strings.Trim(u.Path, "/"); o.MasterName == "" {
		return nil, fmt.Errorf("%w: which master?", ErrURL)
	}
	if db := u.Query().Get("db"); db != "" {
		if o.DB, err = strconv.Atoi(db); err != nil {
			return nil, ErrURL
		}
	}
	o.SentinelUsername, o.SentinelPassword = u.Query().Get("sentinel_user"), u.Query().Get("sentinel_password")
	return redis.NewFailoverClient(o.Failover()), nil
}

func at(u *url.URL) string {
	if u.User == nil {
		return ""
	}
	return "@"
}
