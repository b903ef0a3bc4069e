"""The load engine: script, arrivals, virtual users, HTTP, recorder."""
