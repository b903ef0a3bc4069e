"""Small frozen values that every layer shares, and the protocol that a target fulfils."""
