package geocode

// Exported for tests.
var (
	RefusePrivate = refusePrivate
	NewClient     = newClient
)
