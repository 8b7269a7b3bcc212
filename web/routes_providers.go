package web

// providerRoutes is a part of THE table. Providers' accounts: `/desk/providers`.
func (s *Server) providerRoutes() []Route {
	return nil
}
