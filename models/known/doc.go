// Package known keeps hash sets of known material and compares files with them: by
// their hashes on arrival, and by their content where the gate allows it.
package known
