package pages

import "reeve/views/components"

// WaitingCap is up to where lists of the desk count; beyond it they say "1 000+".
const WaitingCap = 1000

// deskShown says how much of a list of waiting reports is on the page.
func deskShown(rows, all int) string {
	if all <= 0 || all < rows {
		return components.Group(rows) + " shown"
	}
	return components.Group(rows) + " of " + components.Capped(all, WaitingCap)
}

// deskPages are the links below a list that begins with the most urgent.
func deskPages(rows, all int, first, next string) components.PaginationArgs {
	return components.PaginationArgs{NewerURL: first, Newer: "Most urgent", OlderURL: next, Older: "Less urgent", Shown: deskShown(rows, all)}
}
