package people

// LowerReleaseLimit makes a test's leaver hold too much, and answers what undoes it.
func LowerReleaseLimit(n int) func() {
	was := releaseLimit
	releaseLimit = n
	return func() { releaseLimit = was }
}

// ReadFile, ForSheet and FromSheet are tried on their own.
func ReadFile(text string) (int, error) {
	f, err := readFile(text)
	if err != nil {
		return 0, err
	}
	return len(f.entries), nil
}

var (
	ForSheet  = forSheet
	FromSheet = fromSheet
)
