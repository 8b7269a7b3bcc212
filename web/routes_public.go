package web

// publicRoutes is a part of THE table: the public's form, `/report`.
func (s *Server) publicRoutes() []Route {
	return nil
}
