package web

// signInRoutes is a part of THE table. Agencies' own sign-in: `/agency/sign-in` and below.
func (s *Server) signInRoutes() []Route {
	return nil
}
