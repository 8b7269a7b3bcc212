package web

// knownRoutes is a part of THE table: hash sets of known material, `/desk/known`.
func (s *Server) knownRoutes() []Route {
	return nil
}
