package oidc

import "time"

// Changed forgets which providers there are, so that a provider that was switched on
// or off counts at once in this process. Others notice within a minute.
func (s *Service) Changed() {
	s.origins.mu.Lock()
	defer s.origins.mu.Unlock()
	s.origins.at = time.Time{}
}
