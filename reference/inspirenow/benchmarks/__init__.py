"""Measures the app on one core: `make bench`."""
