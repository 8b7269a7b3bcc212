package web

// accountRoutes is a part of THE table. One's own account, step-up, kept forms, back-channel logout.
func (s *Server) accountRoutes() []Route {
	return nil
}
