"""Reading Heroku's API when it goes wrong: against a server that does it on purpose."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from hafen.errors import (
    AnswerInvalid,
    HafenError,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
    UnknownName,
    Unreachable,
    UserError,
)
from hafen.providers.heroku.client import HerokuApi, Patience
from hafen.sandbox.heroku.account import default_account
from hafen.sandbox.heroku.faults import Fault, FaultPlan
from hafen.sandbox.heroku.server import HerokuSandbox

QUICK = Patience(connect_s=1, silence_s=0.3, answer_s=2, total_s=60, tries=4)


@pytest.fixture(scope="module")
def heroku() -> Iterator[HerokuSandbox]:
    account = default_account()
    account["apps"][0]["domains"] = [f"host-{number:03}.inspirenow.example" for number in range(449)]
    with HerokuSandbox(account) as sandbox:
        yield sandbox


class Reading:
    """A client, with the pauses it made instead of sleeping and what it said before them."""

    def __init__(self, heroku: HerokuSandbox, faults: FaultPlan, key: str | None = None) -> None:
        heroku.faults.faults, heroku.faults.calls = faults.faults, 0
        self.pauses: list[float] = []
        self.said: list[str] = []
        self.heroku = heroku
        self.api = HerokuApi(
            heroku.api_key if key is None else key,
            heroku.url,
            patience=QUICK,
            on_wait=self.said.append,
            pause=self.pauses.append,
        )


@pytest.mark.parametrize("kind", ["429", "500", "503", "half", "stall", "drip"])
def test_a_read_is_tried_again(heroku: HerokuSandbox, kind: str) -> None:
    reading = Reading(heroku, FaultPlan.parse(f"1:{kind}"))
    assert reading.api.get("/apps/inspirenow")["name"] == "inspirenow"
    assert heroku.faults.calls == 2
    assert len(reading.pauses) == len(reading.said) == 1


def test_heroku_says_how_long_to_wait(heroku: HerokuSandbox) -> None:
    reading = Reading(heroku, FaultPlan({1: Fault("429", retry_after_s=23), 2: Fault("503", retry_after_s=0)}))
    reading.api.get("/account")
    assert reading.pauses == [23, 1]
    assert "rate limit" in reading.said[0]


def test_pauses_double(heroku: HerokuSandbox) -> None:
    reading = Reading(heroku, FaultPlan.parse("1-3:half"))
    reading.api.get("/account")
    assert reading.pauses == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("429", RateLimited), ("500", ServerFault), ("503", ServerFault), ("half", Unreachable), ("stall", Unreachable)],
)
def test_tries_are_bounded(heroku: HerokuSandbox, kind: str, error: type[HafenError]) -> None:
    with pytest.raises(error) as caught:
        Reading(heroku, FaultPlan.parse(f"*:{kind}")).api.get("/account")
    assert heroku.faults.calls == QUICK.tries
    assert caught.value.exit_code == 4
    assert caught.value.hint


def test_a_wait_that_is_too_long_is_not_begun(heroku: HerokuSandbox) -> None:
    reading = Reading(heroku, FaultPlan({0: Fault("429", retry_after_s=3600)}))
    with pytest.raises(RateLimited):
        reading.api.get("/account")
    assert (heroku.faults.calls, reading.pauses) == (1, [])


@pytest.mark.parametrize(
    ("kind", "error"), [("401", Unauthorized), ("403", Refused), ("404", UnknownName), ("garbage", AnswerInvalid)]
)
def test_what_will_not_change_is_not_tried_again(heroku: HerokuSandbox, kind: str, error: type[HafenError]) -> None:
    with pytest.raises(error):
        Reading(heroku, FaultPlan.parse(f"*:{kind}")).api.get("/account")
    assert heroku.faults.calls == 1


def test_all_pages_are_read_though_one_comes_in_half(heroku: HerokuSandbox) -> None:
    found = Reading(heroku, FaultPlan.parse("2:half")).api.get_list("/apps/inspirenow/domains")
    assert len({domain["hostname"] for domain in found}) == 450
    assert heroku.faults.calls == 4


@pytest.mark.parametrize(("path", "listed"), [("/account", True), ("/apps", False)])
def test_an_answer_of_another_shape(heroku: HerokuSandbox, path: str, listed: bool) -> None:
    api = Reading(heroku, FaultPlan()).api
    with pytest.raises(AnswerInvalid):
        api.get_list(path) if listed else api.get(path)


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        api = HerokuApi("key", url, patience=QUICK, pause=lambda _seconds: None)
        with pytest.raises(Unreachable, match="cannot reach Heroku"):
            api.get("/account")


def test_the_key_shows_nowhere(heroku: HerokuSandbox) -> None:
    key = "HRKU-very-secret-0123456789"
    reading = Reading(heroku, FaultPlan(), key=key)
    with pytest.raises(Unauthorized) as caught:
        reading.api.get("/account")
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(reading.api) + repr(vars(error)) + str(error)
    assert key not in told
    assert "HEROKU_API_KEY" in str(error)


@pytest.mark.parametrize("key", ["", "  ", "two words", "schlüssel", "line\nbreak"])
def test_what_cannot_be_a_key(key: str) -> None:
    with pytest.raises(UserError) as caught:
        HerokuApi(key, "https://api.heroku.com")
    assert caught.value.where == "HEROKU_API_KEY"
    assert not key.strip() or key.strip() not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.heroku.com",
        "ftp://api.heroku.com",
        "http://api.heroku.com",
        "https://user:pw@api.heroku.com",
        "http://[",
        "https://",
    ],
)
def test_where_the_key_is_not_sent(url: str) -> None:
    with pytest.raises(UserError) as caught:
        HerokuApi("key", url)
    assert caught.value.where == "HEROKU_API_URL"


class Answering(BaseHTTPRequestHandler):
    """A server that speaks HTTP, but not Heroku's."""

    body = b"[]"
    headers_sent: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in {**self.headers_sent, "Content-Length": str(len(self.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.mark.parametrize(
    ("body", "sent", "words"),
    [
        (b"[]", {"Next-Range": "id ]x..; max=200"}, "no end"),
        (b"not gzip", {"Content-Encoding": "gzip"}, "ended within"),
        (b'["\\ud800"]', {}, "not JSON"),
        (b"[" * 100_000, {}, "not JSON"),
        (b"[1, 2]", {}, "list of objects"),
    ],
)
def test_a_server_that_is_not_herokus(body: bytes, sent: dict[str, str], words: str) -> None:
    handler = type("Handler", (Answering,), {"body": body, "headers_sent": sent})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with (
            HerokuApi("key", url, patience=QUICK, pause=lambda _s: None) as api,
            pytest.raises(HafenError, match=words),
        ):
            api.get_list("/apps")
        server.shutdown()
