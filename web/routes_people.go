package web

// peopleRoutes is a part of THE table. Accounts: `/agency/users` and below.
func (s *Server) peopleRoutes() []Route {
	return nil
}
