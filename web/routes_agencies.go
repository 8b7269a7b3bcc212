package web

// agencyRoutes is a part of THE table. The tree of agencies: `/agency/settings`, `/agency/agencies`, `/desk/agencies`.
func (s *Server) agencyRoutes() []Route {
	return nil
}
