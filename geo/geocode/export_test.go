package geocode

// RefusePrivate is the guard of the client's dialer. NewClient makes the client.
var (
	RefusePrivate = refusePrivate
	NewClient     = newClient
)
