"""Stand-ins that speak a provider's real protocol, for tests, rehearsals and curious people."""
