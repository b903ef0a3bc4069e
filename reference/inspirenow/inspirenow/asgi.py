"""What the web process serves: `uvicorn inspirenow.asgi:app`."""

from __future__ import annotations

import os
import sys

from .app import create_app
from .settings import SettingsError, from_environment
from .signals import logs

try:
    settings = from_environment(os.environ)
except SettingsError as mistakes:
    sys.exit(str(mistakes))

logs.configure(settings.log_level)
app = create_app(settings)
