"""InspireNow: brings people in a company together by their skills and interests."""

__version__ = "0.1.0"
