"""The load test: its people and its script."""
