package web

// urgentRoutes is a part of THE table: the urgent path: `/desk/urgent`, on-call contacts, answers.
func (s *Server) urgentRoutes() []Route {
	return nil
}
