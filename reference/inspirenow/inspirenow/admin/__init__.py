"""The admin dashboard at /admin, rendered here, with a login of its own."""

from .routes import router

__all__ = ["router"]
