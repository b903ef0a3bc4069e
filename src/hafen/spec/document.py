"""A YAML file as plain data, with the line of every key and value, and all its mistakes at once.

Built on the parser's node graph, not on its constructor: that alone tells where everything stands, finds every
duplicate key instead of the first, and lets aliases be counted before they are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hafen.errors import Problem

MAX_BYTES = 1024 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 40
MAX_BRACKETS = 4 * MAX_DEPTH
"""Opened and not closed, those in texts and comments counted too, hence the margin."""

Path_ = tuple[str | int, ...]


@dataclass
class Document:
    """data: dict, list or scalar; None when it could not be read. lines: 1-based, by path."""

    name: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, path: Path_) -> str:
        """File and line of a path, or of its nearest parent that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"

    def problem(self, path: Path_, what: str, hint: str = "") -> None:
        self.problems.append(Problem(self.where(path), dotted(path), what, hint))


def dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path)


def read_document(path: Path) -> Document:
    """Never raises for what is in the file, nor when it cannot be opened: `problems` says it."""
    document = Document(path.name)
    text = _text(path, document)
    if text is not None:
        parse_document(text, document)
    return document


def parse_document(text: str, document: Document) -> None:
    if _deepest_bracket(text) > MAX_BRACKETS:  # the parser takes seconds to minutes for thousands of open brackets
        document.problems.append(Problem(document.name, "", f"nested deeper than {MAX_DEPTH}", ""))
        return
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        document.problems.append(_syntax(document.name, error))
    except RecursionError:
        document.problems.append(Problem(document.name, "", f"nested deeper than {MAX_DEPTH}", ""))
    except (YAMLError, AssertionError, LookupError, ValueError) as error:  # the parser asserts on some directives
        document.problems.append(Problem(document.name, "", f"is not YAML ({str(error)[:80]})", ""))
    else:
        if node is None:
            document.problems.append(Problem(document.name, "", "is empty", ""))
        elif _is_tree(node, document):
            document.data = _Reader(document).read(node, (), 0)


def _deepest_bracket(text: str) -> int:
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    return max(accumulate(steps), default=0)


def _text(path: Path, document: Document) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        document.problem((), f"cannot be read: {error.strerror}")
        return None
    if len(raw) > MAX_BYTES:
        document.problems.append(Problem(path.name, "", "is larger than 1 MiB", "is this the right file?"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.problems.append(Problem(path.name, "", f"is not UTF-8 text (byte {error.start})", "save it as UTF-8"))
        return None
    if "\0" in text:
        document.problems.append(Problem(path.name, "", "is a binary file, not text", "is this the right file?"))
        return None
    return text


def _syntax(name: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = str(error.problem or error.context or "is not YAML")
    if "\\t" in what:
        return Problem(f"{name}:{line}", "", "a tab where YAML wants spaces", "indent with two spaces")
    return Problem(f"{name}:{line}", "", f"is not YAML here: {what}", "")


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value


def _is_tree(root: Node, document: Document) -> bool:
    """False, with a problem, when aliases recurse or blow the file up, or it is nested too deep."""
    count = 0
    pending: list[tuple[Node, tuple[int, ...]]] = [(root, ())]
    while pending:
        node, above = pending.pop()
        count += 1
        line = node.start_mark.line + 1
        if id(node) in above:
            document.problems.append(Problem(f"{document.name}:{line}", "", "an alias that contains itself"))
            return False
        if count > MAX_NODES or len(above) > MAX_DEPTH:
            what = f"more than {MAX_NODES} values" if count > MAX_NODES else f"nested deeper than {MAX_DEPTH}"
            document.problems.append(
                Problem(f"{document.name}:{line}", "", f"{what}; aliases count where they are used")
            )
            return False
        pending.extend((child, (*above, id(node))) for child in _children(node))
    return True


_PREFIX = "tag:yaml.org,2002:"


class _Reader:
    """Nodes to plain data."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def read(self, node: Node, path: Path_, line: int) -> Any:
        self.document.lines.setdefault(path, line or node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, index), 0) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        made: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.document.problems.append(
                    Problem(f"{self.document.name}:{line}", dotted(path), "a key that is not a plain word")
                )
                continue
            if key_node.value == "<<":
                merged.update(self._merged(value_node, path))
                continue
            key = str(key_node.value)
            if key in made:
                first = self.document.lines[(*path, key)]
                where = f"{self.document.name}:{line}"
                self.document.problems.append(
                    Problem(where, dotted((*path, key)), f"stands twice (first in line {first})", "keep one of them")
                )
                continue
            made[key] = self.read(value_node, (*path, key), line)
        return {**merged, **made}

    def _merged(self, node: Node, path: Path_) -> dict[str, Any]:
        """`<<: *base`: what the base holds, unless it stands here too; of several bases the first wins."""
        bases = node.value if isinstance(node, SequenceNode) else [node]
        made: dict[str, Any] = {}
        for base in reversed(bases):
            if isinstance(base, MappingNode):
                made.update(self._mapping(base, path))
                for key in made:
                    self.document.lines.pop((*path, key), None)
            else:
                self.document.problem(path, "`<<` wants a mapping")
        return made

    def _scalar(self, node: Node, path: Path_) -> Any:
        tag = str(node.tag)
        kind = tag.removeprefix(_PREFIX)
        if kind not in _SCALARS and kind not in {"str", "timestamp", "merge"}:
            self.document.problem(path, f"the tag {tag} means nothing here", "remove it")
        return _SCALARS.get(kind, str)(str(node.value))


def _whole(text: str) -> int | str:
    """YAML 1.2: decimal, 0o octal, 0x hexadecimal."""
    try:
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    except ValueError:
        return text


def _real(text: str) -> float | str:
    try:
        return float(text.replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    except ValueError:
        return text


_SCALARS = {
    "null": lambda _text: None,
    "bool": lambda text: text.lower() == "true",
    "int": _whole,
    "float": _real,
}
