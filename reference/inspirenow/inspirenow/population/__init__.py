"""Fills a store: what every installation has, the people of the load test, and as many more as asked for."""
