"""Tests that need a part of the machine say so: @needs("chromium"). Without it they are skipped, and the run ends
with what was not tested and the command that would; with HAFEN_REQUIRE=all a missing part is a failure, but for a
peer that results were recorded of."""

from __future__ import annotations

import os

import pytest

from parts import PARTS

REQUIRED = os.environ.get("HAFEN_REQUIRE") == "all"
_missing: dict[str, list[str]] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            part = PARTS[name]
            if part.found():
                continue
            if REQUIRED and not part.peer:
                pytest.fail(f"needs {name}, which is missing: {part.how}", pytrace=False)
            _missing.setdefault(name, []).append(item.nodeid)
            pytest.skip(f"needs {name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, tests in _missing.items():
        terminalreporter.write_line(f"not tested: {len(tests)} tests need {name}. To run them: {PARTS[name].how}")
