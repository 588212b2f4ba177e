// Package outreach does what is due without anybody calling: it finishes what
// a turn left half done, and takes what was said to the ledgers.
//
// A tick of the schedule decides nothing. It calls Sweep with the time, on
// every instance, and what is due is found in the store's own due sets; two
// instances that sweep at once do each thing once. So the demo's clock can jump
// and a tick can be missed.
//
// A Desk tells people what they are to be told. It may work on what is due itself, in
// the sweep, or through a Queue, which hands it out by asynq to the workers of all
// instances.
//
// Start with New and Ticks.Run.
package outreach
