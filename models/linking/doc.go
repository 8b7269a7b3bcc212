// Package linking links reports about the same incident: duplicates from several
// providers, bundles, and supplements. Linked reports stay reports of their own.
package linking
