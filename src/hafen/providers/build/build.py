"""What a copied source needs before it can run: found by its files, as Heroku's buildpacks do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hafen.model.reporter import Reporter
from hafen.providers.build import node, python


@dataclass(frozen=True)
class Build:
    """path: folders to put before PATH. variables: set unless the app's config says otherwise.

    links: name in the source to the folder that it is linked to, for what is too large to copy.
    """

    path: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    links: dict[str, Path] = field(default_factory=dict)


def build(source: Path, say: Reporter) -> Build:
    """Builds or finds what was built from the same files. Raises BuildFailed with the last lines."""
    path: tuple[str, ...] = ()
    variables: dict[str, str] = {}
    links: dict[str, Path] = {}
    if python.applies(source):
        path += (str(python.environment(source, say) / "bin"),)
        variables["PYTHONUNBUFFERED"] = "1"
    elif python.is_python_of_another_kind(source):
        say.warn("no requirements.txt: nothing was installed for Python (pip freeze > requirements.txt makes one)")
    if node.applies(source):
        modules = node.modules(source, say)
        path += (str(modules / ".bin"),)
        links["node_modules"] = modules
        variables["NODE_ENV"] = "production"
    return Build(path, variables, links)


def compile_ahead(source: Path, built: Build) -> None:
    """Bytecode once for all replicas, so that each starts sooner."""
    if python.applies(source):
        python.compile_files(source, Path(built.path[0]).parent)
