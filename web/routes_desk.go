package web

// deskRoutes is a part of THE table: the desk: its queue and one report at a time, `/desk` and `/desk/reports`.
func (s *Server) deskRoutes() []Route {
	return nil
}
