// Package publicform receives reports from the public, who have no account.
package publicform
