// Package runner takes a turn: it claims the turn of an input, has the engine
// step, performs what the engine asks for, and saves conversation and reply.
//
// An ordinary turn, one that asks the record nothing, is two trips to the
// store: claim and save. What is promised:
//
//   - The same input twice, at once or later, here or on another instance, gets
//     the same reply. An input that comes after its turn gets the current
//     prompt. A turn whose process died is taken again with the same Now and
//     the same request ids, so that a write is performed once.
//   - Every request is put to the one policy first; a refusal is an outcome, a
//     ledger line and a metric.
//   - Take answers within Config.Budget whatever the ports do, and finishes a
//     turn whose webhook was given up. When the store is away it returns an
//     error that wraps store.ErrUnavailable, and the edge apologises.
//   - Bytes of an older, newer or broken conversation begin a new one.
//
// Logs and metrics hold nothing about a person. Start with Config and
// Runner.Take.
package runner
