"""A stand-in that speaks Heroku's Platform API v3, for rehearsals, tests and people without an account."""
