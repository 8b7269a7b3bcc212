package web

// scimRoutes is a part of THE table. Agencies' directories: `/scim/v2` and the tokens page `/agency/directory`.
func (s *Server) scimRoutes() []Route {
	return nil
}
