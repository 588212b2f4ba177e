// Package crowd is many callers at once, for finding out how fast a gateway is.
// Each plays screenplays: it signs webhooks as the carrier does, reads the
// TwiML that comes back, and says and keys the lines of its part.
//
//	c, err := crowd.New(crowd.Config{…})
//	report := c.Run(ctx) // until ctx is done
//
// # How time is measured
//
// At a Rate, each turn has a time at which it is due, whatever became of the
// one before, and is measured from then: a gateway that falls behind makes every
// later caller wait, and all of that waiting is seen. Without a Rate a caller
// takes the next turn as soon as it has heard the last, which finds the most
// that the gateway can do, or, if Human, after as long as a person takes.
//
// # What it leaves out
//
// It is no exchange: it does not try again, asks no fallback address, and time
// in a call is not counted. What the carrier would mend is a failure here.
//
// It rings this machine only, whatever it is told.
package crowd
