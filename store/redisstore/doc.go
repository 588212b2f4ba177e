// Package redisstore keeps all six ports of store in Redis 7: one node,
// Sentinel or Cluster.
//
// It promises:
//
//   - One aggregate (a conversation, a clinic's diary, a person, a number) is
//     one hash tag, and no script crosses aggregates. What must touch a second
//     one leaves an intent with the first change, named in a due set before it,
//     and Sweep finishes what nobody retried: intents.go.
//   - A write with a request id is performed once. The outcome is kept where
//     the first change was made: did.go.
//   - A stolen dump tells nothing: what is personal is sealed for the place
//     where it stands, and named by keyed hashes: seal.go, keys.go.
//   - Nobody's clock but ours decides: the time comes with each request, and
//     the lifetimes of keys only clean up.
//   - A claim and a save of a turn are one trip each: conversations.go.
//
// Start with keys.go, which lists everything that stands in Redis, then
// Store.Perform. The scripts are in lua/, each with its contract on top.
package redisstore
