"""Makes the generated pages under docs/ anew."""

from __future__ import annotations

from pathlib import Path

from hafen.cli.reference import cli_reference
from hafen.spec.schema import reference_page, schema_text

PAGES = {"cli.md": cli_reference, "hafen-yaml.md": reference_page, "hafen.schema.json": schema_text}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (Path(__file__).parent.parent / "docs" / name).write_text(make(), encoding="utf-8")
