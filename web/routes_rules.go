package web

// rulesRoutes is a part of THE table: rules of priority and routing that people edit, `/desk/rules`.
func (s *Server) rulesRoutes() []Route {
	return nil
}
