package web

// labelsRoutes is a part of THE table: labels on reports and files, and the second look at them.
func (s *Server) labelsRoutes() []Route {
	return nil
}
