package redisstore

// OccupyHashes takes every turn to hash a PIN until leave is called.
func OccupyHashes(s *Store) (leave func()) {
	for range cap(s.pins.turns) {
		s.pins.turns <- struct{}{}
	}
	return func() {
		for range cap(s.pins.turns) {
			<-s.pins.turns
		}
	}
}
