// Package escalation is the urgent path: it calls on-call contacts about an urgent
// report, one after the other, until somebody answers.
package escalation
