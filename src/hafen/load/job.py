"""What a coordinator tells a worker, and how both write it down: one JSON document a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hafen.load.plan import Plan
from hafen.load.script import build_plan
from hafen.spec.document import Document


@dataclass(frozen=True)
class Job:
    """script: the script as plain data, the caller's changes in it. folder: of its payload files, absolute.

    shard of shards: which part of the one schedule. cores: where the worker may run, empty: anywhere.
    """

    name: str
    script: dict[str, Any] = field(repr=False)
    folder: str
    environment_name: str
    seed: int
    shard: int = 0
    shards: int = 1
    cores: tuple[int, ...] = ()

    def plan(self, environment: Mapping[str, str]) -> Plan:
        document = Document(self.name, self.script)
        return build_plan(document, Path(self.folder), environment, environment_name=self.environment_name)


def dump(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def dump_job(job: Job) -> bytes:
    return dump(asdict(job))


def load_job(line: bytes) -> Job:
    given = json.loads(line)
    return Job(**{**given, "cores": tuple(given["cores"])})
