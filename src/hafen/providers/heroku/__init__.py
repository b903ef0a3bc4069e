"""Heroku: its Platform API, and the files that an app keeps for it."""
