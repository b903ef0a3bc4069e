"""A load run as a file: Artillery's shape for its readers, and a section `hafen` that holds the whole result.

The file never holds a value of a variable, of the environment, or of a request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hafen.errors import UserError
from hafen.files import write_atomically
from hafen.measure import dotted
from hafen.measure.histogram import Histogram
from hafen.measure.result import LoadResult

FORMAT = "hafen-load-1"
_PERIOD_MS = 10_000


def write(result: LoadResult, path: Path) -> None:
    """Whole or not at all. Raises UserError when it cannot be written."""
    write_atomically(path, json.dumps(to_json(result), separators=(",", ":"), ensure_ascii=False) + "\n")


def read(path: Path) -> LoadResult:
    """Raises UserError: not there, not JSON, half a file, not a result of `hafen load run`."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=str(path), hint="hafen load run -o FILE") from None
    except (ValueError, RecursionError):
        raise UserError("is not JSON, or only half a file", where=str(path), hint="run the test again") from None
    section = document.get("hafen") if isinstance(document, dict) else None
    if not isinstance(section, dict) or section.get("format") != FORMAT:
        what = "is not a result of `hafen load run`"
        hint = "Artillery's own files lack what Hafen measures" if _is_artillery(document) else "hafen load run -o FILE"
        raise UserError(what, where=str(path), hint=hint)
    try:
        result = _read_as(LoadResult, section["result"])
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError, AttributeError, RecursionError):
        raise UserError("is damaged", where=str(path), hint="run the test again") from None
    assert isinstance(result, LoadResult)  # noqa: S101 - what _read_as was asked for
    return result


def to_json(result: LoadResult) -> dict[str, Any]:
    return {
        "aggregate": _aggregate(result),
        "intermediate": [_intermediate(result, index) for index in range(len(result.periods))],
        "hafen": {"format": FORMAT, "result": _plain(result)},
    }


def _aggregate(result: LoadResult) -> dict[str, Any]:
    started_ms = _started_ms(result)
    return _report(
        dotted.counters_of(result),
        dotted.rates_of(result),
        dotted.summaries_of(result),
        started_ms,
        started_ms + round(result.duration_s * 1000),
    )


def _intermediate(result: LoadResult, index: int) -> dict[str, Any]:
    period = result.periods[index]
    started_ms = _started_ms(result) + period.at_s * 1000
    ended_ms = min(started_ms + _PERIOD_MS, _started_ms(result) + round(result.duration_s * 1000))
    width_s = max(ended_ms - started_ms, 1) / 1000
    rates = {"http.request_rate": round(period.counters.get("http.requests", 0) / width_s, 1)}
    made = _report(period.counters, rates, period.summaries, started_ms, ended_ms)
    return {**made, "period": str(started_ms)}


def _report(
    counters: Mapping[str, int], rates: Mapping[str, float], summaries: Mapping[str, Any], first_ms: int, last_ms: int
) -> dict[str, Any]:
    return {
        "counters": dict(counters),
        "rates": dict(rates),
        "firstCounterAt": first_ms,
        "firstHistogramAt": first_ms,
        "lastCounterAt": last_ms,
        "lastHistogramAt": last_ms,
        "firstMetricAt": first_ms,
        "lastMetricAt": last_ms,
        "period": first_ms,
        "summaries": dict(summaries),
        "histograms": dict(summaries),
    }


def _started_ms(result: LoadResult) -> int:
    return round(datetime.fromisoformat(result.started_at).timestamp() * 1000)


def _is_artillery(document: Any) -> bool:
    return isinstance(document, dict) and "aggregate" in document


def _plain(value: Any) -> Any:
    """Values as JSON; `_read_as` is its inverse."""
    if isinstance(value, Histogram):
        return value.to_json()
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, Decimal) else value


def _read_as(kind: Any, value: Any) -> Any:
    """JSON as a value of a type; a field that the file lacks takes its default. Raises ValueError, KeyError …"""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return None if value is None else _read_as(next(one for one in arguments if one is not NoneType), value)
    if kind is Histogram:
        return Histogram.from_json(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        assert isinstance(kind, type)  # noqa: S101 - a class, not an instance
        given = [item.name for item in fields(kind) if item.name in value]
        return kind(**{name: _read_as(hints[name], value[name]) for name in given})
    if origin is dict:
        return {_read_as(arguments[0], key): _read_as(arguments[1], entry) for key, entry in value.items()}
    if origin in {list, tuple}:
        return origin(_read_as(arguments[0], entry) for entry in value)
    return _read_scalar(kind, value)


def _read_scalar(kind: Any, value: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind in {int, Decimal} and isinstance(value, str):
        return kind(value)
    if not isinstance(value, kind) or (isinstance(value, float) and not isfinite(value)):
        raise ValueError(f"{type(value).__name__} where {kind.__name__} belongs")
    return value
