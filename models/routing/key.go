package routing

import "reeve/models"

// Key names the sort of signal for counting how often it was right: the key of
// its row in the table of weights, and after a plus sign what lowers it most, if
// anything of its own kind does: "ip/Upload+mobile". The database says the same
// of a stored signal (signal_key).
func (s Signal) Key() string {
	key := s.weightKey()
	switch {
	case s.Kind == IPAddress && s.Proxy == models.Yes:
		return key + "+proxy"
	case s.Kind == IPAddress && s.Network != "":
		return key + "+" + s.Network
	case s.Compromised == models.Yes:
		return key + "+compromised"
	}
	return key
}
