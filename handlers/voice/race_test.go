//go:build race

package voice_test

// raceDetected says that the race detector watches, under which everything
// takes ten times as long.
const raceDetected = true
