"""Every benchmark, one after the other: `make bench`, or `python -m benchmarks`."""

from __future__ import annotations

import runpy
from pathlib import Path

for main in sorted(Path(__file__).parent.glob("*/__main__.py")):
    print(f"--- {main.parent.name}")
    runpy.run_module(f"benchmarks.{main.parent.name}", run_name="__main__")
