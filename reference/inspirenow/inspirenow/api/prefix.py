"""Where the API lives."""

PREFIX = "/api/v1"
