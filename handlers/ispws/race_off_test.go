//go:build !race

package ispws_test

// raceDetector says that the race detector is on, whose own memory grows with use.
const raceDetector = false
