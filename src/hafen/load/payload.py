"""CSV files that give virtual users their data."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from hafen.load.place import Place, as_number
from hafen.load.plan import Payload

MAX_BYTES = 1024 * 1024 * 1024
_KEYS = ("path", "fields", "order", "skipHeader", "delimiter", "cast", "skipEmptyLines", "loadAll", "name", "options")
_OPTIONS = ("delimiter", "quote", "escape", "trim", "comment", "relax_column_count", "bom", "columns", "from_line")


def read_payloads(place: Place, folder: Path) -> tuple[Payload, ...]:
    """`config.payload`, one or a list; paths are relative to the script's folder."""
    return tuple(payload for entry in place.one_or_many() if (payload := _read_payload(entry, folder)))


def _read_payload(place: Place, folder: Path) -> Payload | None:
    keys = place.mapping(_KEYS)
    path = place.at("path")
    if not keys or not path.there:
        place.problem("has no file", "path: users.csv")
        return None
    fields = tuple(entry.text() for entry in place.at("fields").one_or_many())
    load_all = place.at("name").text() if place.at("loadAll").flag(False) else ""
    if not fields and not load_all:
        place.problem("names no fields", "fields: [email, password]")
        return None
    order = place.at("order").text("random")
    if order not in {"random", "sequence"}:
        place.at("order").problem(f"{order[:40]!r} is not an order", "random or sequence")
    rows = _rows(place, folder / path.text(), fields)
    return Payload(fields, rows, order == "sequence", load_all) if rows else None


def _rows(place: Place, file: Path, fields: tuple[str, ...]) -> tuple[tuple[Any, ...], ...]:
    path = place.at("path")
    try:
        if file.stat().st_size > MAX_BYTES:
            path.problem(f"{file.name} is larger than 1 GiB", "split it")
            return ()
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        path.problem(f"{file} cannot be read: {error.strerror}", "the path is relative to the script")
        return ()
    except ValueError:
        path.problem(f"{file.name} is not UTF-8 text", "save it as UTF-8")
        return ()
    try:
        return _parsed(place, text, file.name, fields)
    except csv.Error as error:
        path.problem(f"{file.name} is not CSV: {error}", "check its quotes and its delimiter")
        return ()


def _parsed(place: Place, text: str, name: str, fields: tuple[str, ...]) -> tuple[tuple[Any, ...], ...]:
    options = place.at("options")
    options.mapping(_OPTIONS)
    delimiter = place.at("delimiter").text(options.at("delimiter").text(","))
    if len(delimiter) != 1:
        place.at("delimiter").problem("a delimiter is one character", ",")
        return ()
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=options.at("quote").text('"')[:1] or '"',
        skipinitialspace=options.at("trim").flag(False),
        strict=True,
    )
    cast = place.at("cast").flag(True)
    skip_header = place.at("skipHeader").flag(False)
    skip_empty = place.at("skipEmptyLines").flag(True)
    rows = []
    for row in reader:
        if skip_header:
            skip_header = False
            continue
        if not any(row) and skip_empty:
            continue
        if len(row) < len(fields):
            what = f"{name}, line {reader.line_num}: {len(row)} columns where {len(fields)} fields are named"
            place.at("path").problem(what, "mend the row")
            return ()
        rows.append(tuple(_cast(cell) for cell in row) if cast else tuple(row))
    if not rows:
        place.at("path").problem(f"{name} has no rows")
    return tuple(rows)


def _cast(cell: str) -> Any:
    """Numbers become numbers when they read back as the same text, so that "007" and "1e5" stay what they are."""
    if not cell or cell[0] not in "-0123456789":
        return cell
    number = as_number(cell)
    if number is None:
        return cell
    if number.is_integer() and str(int(number)) == cell:
        return int(number)
    return number if str(number) == cell else cell
