"""Traefik of one environment: its files, and which replicas it sends requests to."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hafen.errors import AnswerInvalid, Unreachable, UserError
from hafen.providers.supervisor.client import Supervisor
from hafen.providers.supervisor.launch import MARK, Launch, launcher_words
from hafen.providers.supervisor.program import Program
from hafen.providers.traefik import api, binary, config
from hafen.targets.local.folders import Folders, read_json
from hafen.targets.local.logs import last_lines
from hafen.targets.local.settings import Settings
from hafen.targets.local.slots import Slot

NAME = "traefik"
STOP_S = 8
START_TIMEOUT_S = 20
MEMORY_GOAL = "48MiB"
"""Go's soft limit: its garbage collector works harder instead of letting the heap grow."""

POLL_S = 0.02


class Proxy:
    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self._routes = folders.run / "routes.yml"
        self._static = folders.run / "traefik.yml"
        self._launch = folders.run / "traefik-launch.json"

    def write(self, settings: Settings, mark: str) -> None:
        """All that it is started with; no route leads anywhere yet."""
        config.write(self._routes, config.dynamic([], None))
        config.write(self._static, config.static(self._routes, port=settings.port, api_port=settings.api_port))
        threads = len(settings.cores) or 2
        Launch(
            words=(str(binary.find()), f"--configFile={self._static}"),
            folder=str(self.folders.run),
            environment={"GOMEMLIMIT": MEMORY_GOAL, "GOMAXPROCS": str(threads), MARK: mark},
            cores=settings.cores,
        ).write(self._launch)

    def program(self) -> Program:
        return Program(
            NAME, launcher_words(self._launch.name), self.folders.logs / "traefik.log", stop_s=STOP_S, steady_s=1
        )

    def wait_until_up(self, settings: Settings, supervisor: Supervisor) -> None:
        """Raises UserError with its last lines when it ends instead."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                api.servers(settings.api_port)
            except (Unreachable, AnswerInvalid):
                self._require_alive(supervisor)
                time.sleep(POLL_S)
            else:
                return
        raise UserError(f"Traefik did not start within {START_TIMEOUT_S} s", hint="see logs/traefik.log in .hafen")

    def route(self, slots: Sequence[Slot], settings: Settings) -> None:
        """Sends requests to these and no others from now on; returns when Traefik does so."""
        routed = [slot for slot in slots if slot.routed]
        health = routed[0].health if routed else None
        check = config.HealthCheck(health.path, health.interval_s, health.timeout_s) if health else None
        urls = [slot.url for slot in routed]
        config.write(self._routes, config.dynamic(urls, check))
        api.wait_for_servers(settings.api_port, urls)

    def rotation(self) -> set[str]:
        """URLs of the servers that it was told to send requests to."""
        written = read_json(self._routes)
        return config.servers_of(written) if written else set()

    def _require_alive(self, supervisor: Supervisor) -> None:
        status = supervisor.statuses().get(NAME)
        if status and not status.alive:
            said = last_lines(self.folders.logs / "traefik.log", 3)
            raise UserError("Traefik does not start\n" + "\n".join(f"  | {line}" for line in said))
