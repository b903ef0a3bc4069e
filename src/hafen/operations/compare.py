"""Set load runs side by side: read them, compare, and write the page if one is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hafen.errors import UserError
from hafen.measure.comparison import Comparison


def compare(files: Sequence[Path], *, labels: Sequence[str] = (), html: Path | None = None) -> Comparison:
    """files: two or more results of `hafen load run -o`; each is set against the first.

    labels: one for each file, or none. html: where to write the page. Raises UserError for a file that cannot be read,
    is no result, or cannot be written.
    """
    from hafen.files import write_atomically
    from hafen.measure import compare as measured
    from hafen.report.out_json import read

    if len(files) < 2:
        raise UserError("comparing needs two results or more", hint="hafen compare before.json after.json")
    if labels and len(labels) != len(files):
        raise UserError(f"{len(labels)} labels for {len(files)} results", hint="one --label for each file, or none")
    results = [read(path) for path in files]
    names = labels or [
        result.formation.label if result.formation else path.stem for result, path in zip(results, files, strict=True)
    ]
    comparison = measured.compare(results, names)
    if html is not None:
        from hafen.report.html.compare import render_compare

        write_atomically(html, render_compare(comparison, results))
    return comparison
