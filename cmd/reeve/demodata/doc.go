// Package demodata makes up reports for demonstrations and benchmarks: varied,
// harmless and the same every time.
//
// Everything is invented: neutral text, addresses in documentation ranges, example
// domains, telephone numbers 555-01xx, pictures of drawn shapes. The reports are
// documents of the provider API and are sent through it, like a provider's.
package demodata
