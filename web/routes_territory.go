package web

// territoryRoutes is a part of THE table: territory as dated data and what returns teach, `/desk/routing`.
func (s *Server) territoryRoutes() []Route {
	return nil
}
