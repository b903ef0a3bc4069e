"""Several web processes on one store behave as one app, and leave without losing a request."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from inspirenow.population.catalogue import ORGANISATIONS, SHARED_PASSWORD

from .served import release, web_process

NEWCOMER = {"email": "nora@new.example", "password": "a password of her own", "name": "Nora"}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    release(folder)
    return folder


@pytest.fixture
def replicas(data_dir: Path) -> Iterator[list[httpx.Client]]:
    with ExitStack() as stack:
        yield [stack.enter_context(web_process(data_dir))[1] for _ in range(3)]


def post(client: httpx.Client, path: str, body: dict[str, object], token: str = "") -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post(f"/api/v1/{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    found: dict[str, object] = answer.json()
    return found


def deck(client: httpx.Client, token: str) -> list[int]:
    answer = client.get("/api/v1/deck?limit=100", headers={"Authorization": f"Bearer {token}"})
    assert answer.is_success, answer.text
    return [person["id"] for person in answer.json()["people"]]


def test_each_step_may_be_served_by_another_replica(replicas: list[httpx.Client]) -> None:
    first, second, third = replicas
    post(first, "auth/register", {**NEWCOMER, "invite_code": ORGANISATIONS[0][1]})
    outbox = second.get(
        "/api/v1/outbox", params={"email": NEWCOMER["email"]}, headers={"X-Outbox-Token": "outbox-token-of-the-tests"}
    )
    post(third, "auth/verify", {"token": outbox.json()["mails"][0]["token"]})
    login = post(first, "auth/login", {"email": NEWCOMER["email"], "password": NEWCOMER["password"]})
    token = str(login["access_token"])
    seen = deck(second, token)
    post(third, "swipes", {"person_id": seen[0], "choice": "like"}, token)
    assert seen[0] not in deck(first, token)


def test_a_replica_that_stops_answers_what_it_began(data_dir: Path) -> None:
    with web_process(data_dir) as (process, client):
        answers: list[int] = []
        url = f"{client.base_url}/api/v1/auth/login"
        threads = [threading.Thread(target=lambda: answers.append(log_in(url))) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_for_requests_in_progress(client, len(threads))
        process.send_signal(signal.SIGTERM)
        stopping = time.monotonic()
        process.wait(timeout=15)
        for thread in threads:
            thread.join()
        assert answers == [200] * len(threads)
        assert time.monotonic() - stopping < 10


def log_in(url: str) -> int:
    body = {"email": "dunn.0000@mail.example", "password": SHARED_PASSWORD}
    return httpx.post(url, json=body, timeout=30).status_code


def wait_for_requests_in_progress(client: httpx.Client, count: int) -> None:
    """Logins take long enough to be seen while they run; the scrape itself is one more."""
    for _ in range(200):
        lines = client.get("/metrics").text.splitlines()
        (line,) = (line for line in lines if line.startswith("http_requests_in_progress "))
        if float(line.split()[1]) >= count + 1:
            return
    raise TimeoutError("the requests were not seen in progress")
