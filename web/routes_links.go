package web

// linksRoutes is a part of THE table: reports about the same incident.
func (s *Server) linksRoutes() []Route {
	return nil
}
