"""Hafen brings a web app from Heroku to Kubernetes at Hetzner, and measures both sides."""

__version__ = "0.1.0"
