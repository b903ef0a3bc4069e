"""A bounded look at the code: routes that are made for health checks, and words that tell of a trap."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hafen.model.heroku import SourceMention

LARGEST_FILE_BYTES = 256 * 1024
MOST_FILES = 3000
_SUFFIX = re.compile(r"\.(py|rb|erb|[jt]sx?|[mc]js|go|java|kt|scala|php|exs?|cs|clj|rs|ya?ml|toml)$")
_SKIPPED = re.compile(
    r"^(\..*|node_modules|vendor|v?env|dist|build|target|coverage|__pycache__|tests?|spec|docs|benchmarks?|examples?|site-packages)$"
)
_HEALTH = re.compile(
    r"""["'](?P<path>/(?:[\w.-]+/)*(?P<last>readyz|readiness|ready|healthz|health|healthcheck|livez|liveness|_health|up))/?["']"""
)
_ORDER = ("readyz", "readiness", "ready", "healthz", "health", "healthcheck", "_health", "livez", "liveness", "up")
_CONSTANT = re.compile(r"\b[A-Z][A-Z0-9_]{1,63}\b")
_WORDS = re.compile(r"\b(?:HEROKU_[A-Z][A-Z0-9_]*|DYNO|sqlite3?|websockets?|socket\.io|ActionCable)\b")


@dataclass(frozen=True)
class Source:
    """health_paths: the best guess first. mentions: the first place of each telling word. constants: in capitals."""

    health_paths: tuple[SourceMention, ...]
    mentions: tuple[SourceMention, ...]
    constants: frozenset[str]


def read_source(folder: Path) -> Source:
    paths: dict[str, SourceMention] = {}
    counts: Counter[str] = Counter()
    words: dict[str, SourceMention] = {}
    constants: set[str] = set()
    for path, text in _files(folder):
        constants.update(_CONSTANT.findall(text))
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{path}:{number}"
            for found in _HEALTH.finditer(line):
                paths.setdefault(found["path"], SourceMention(found["path"], where))
                counts[found["path"]] += 1
            for word in _WORDS.findall(line):
                words.setdefault(word, SourceMention(word, where))
    best = sorted(
        paths.values(), key=lambda one: (_ORDER.index(one.word.rsplit("/", 1)[1]), -counts[one.word], one.word)
    )
    return Source(tuple(best), tuple(words[word] for word in sorted(words)), frozenset(constants))


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Paths below the folder, with their text. Links are not followed, hidden folders and vendored code skipped."""
    seen = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _SKIPPED.match(name))
        for name in sorted(names):
            path = Path(root, name)
            if not _SUFFIX.search(name) or path.is_symlink():
                continue
            seen += 1
            if seen > MOST_FILES:
                return
            yield str(path.relative_to(folder)), _text(path)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
    except OSError:
        return ""
    return "" if len(content) > LARGEST_FILE_BYTES else content.decode("utf-8", "replace")
