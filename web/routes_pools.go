package web

// poolsRoutes is a part of THE table: pools with an owner and a clock, `/desk/pools`.
func (s *Server) poolsRoutes() []Route {
	return nil
}
