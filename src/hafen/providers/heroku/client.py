"""Reads from Heroku's Platform API v3.

Only reads: every call may be tried again. Tried again are 429, 500, 502, 503, 504, a connection that fails, stalls or
ends within an answer; with pauses that double from half a second, or as long as `Retry-After` says. Never more than
`Patience.tries` times and never past `Patience.total_s`. Everything that httpx raises ends here, as an error of ours.
Source: devcenter.heroku.com/articles/platform-api-reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from hafen.errors import (
    AnswerInvalid,
    ProviderError,
    RateLimited,
    Refused,
    ServerFault,
    TemporaryProviderError,
    Unauthorized,
    UnknownName,
    Unreachable,
    UserError,
)
from hafen.providers.heroku.address import check_key, checked_address, is_loopback

if TYPE_CHECKING:
    import httpx

ACCEPT = "application/vnd.heroku+json; version=3"
LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LARGEST_LIST = 20_000
_KEY_HINT = "make one with `heroku authorizations:create --scope read-protected`, then `export HEROKU_API_KEY=…`"


@dataclass(frozen=True)
class Patience:
    """connect_s, silence_s: without a sign from the server. answer_s: for one whole answer. total_s: for one read
    with all its tries and pauses. tries: at most."""

    connect_s: float = 5
    silence_s: float = 10
    answer_s: float = 30
    total_s: float = 90
    tries: int = 4


class HerokuApi:
    """key: never shown or stored. on_wait: told before every pause, in words. pause: sleeps, seconds."""

    def __init__(
        self,
        key: str,
        url: str,
        *,
        patience: Patience | None = None,
        on_wait: Callable[[str], None] = lambda _text: None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = checked_address(url)
        self.patience = patience or Patience()
        self._on_wait = on_wait
        self._pause = pause
        self._client = _client(check_key(key, _KEY_HINT), self.url, self.patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get(self, path: str) -> dict[str, Any]:
        """One resource. Raises ProviderError, or UnknownName for a 404."""
        found = self._read(path, {})[0]
        if not isinstance(found, dict):
            raise AnswerInvalid("Heroku's answer is not an object", where=self.url + path)
        return found

    def get_list(self, path: str) -> list[dict[str, Any]]:
        """The whole list, page after page, in the server's own order."""
        items: list[dict[str, Any]] = []
        wanted: str | None = ""
        while wanted is not None:
            asked = wanted
            part, wanted = self._read(path, {"Range": asked} if asked else {})
            items += self._objects(part, path)
            if len(items) > LARGEST_LIST or wanted == asked:
                raise AnswerInvalid("Heroku's list has no end", where=self.url + path)
        return items

    def newest(self, path: str, *, order: str, count: int) -> list[dict[str, Any]]:
        """The last `count` of a list by a field, newest first."""
        part, _ = self._read(path, {"Range": f"{order} ..; max={count}, order=desc"})
        return self._objects(part, path)

    def _objects(self, part: Any, path: str) -> list[dict[str, Any]]:
        if not isinstance(part, list) or not all(isinstance(one, dict) for one in part):
            raise AnswerInvalid("Heroku's answer is not a list of objects", where=self.url + path)
        return part

    def _read(self, path: str, headers: dict[str, str]) -> tuple[Any, str | None]:
        """The body and the Next-Range."""
        until = time.monotonic() + self.patience.total_s
        for attempt in range(1, self.patience.tries + 1):
            try:
                return self._once(path, headers)
            except TemporaryProviderError as error:
                pause_s = error.retry_after_s or 0.5 * 2 ** (attempt - 1)
                if attempt == self.patience.tries or time.monotonic() + pause_s > until:
                    raise
                self._on_wait(f"{error.what}; trying again in {pause_s:.0f} s ({attempt} of {self.patience.tries - 1})")
                self._pause(pause_s)
        raise AssertionError("the last try returns or raises")

    def _once(self, path: str, headers: dict[str, str]) -> tuple[Any, str | None]:
        import httpx

        where = self.url + path
        try:
            with self._client.stream("GET", path, headers=headers) as response:
                body = self._body(response, where)
        except httpx.TimeoutException:
            raise Unreachable("Heroku does not answer", where=where, hint=_NETWORK_HINT) from None
        except (httpx.RemoteProtocolError, httpx.DecodingError):
            raise Unreachable("the connection ended within Heroku's answer", where=where, hint=_NETWORK_HINT) from None
        except httpx.RequestError as error:
            raise Unreachable(f"cannot reach Heroku ({_reason(error)})", where=where, hint=_NETWORK_HINT) from None
        return _accepted(response, body, where), response.headers.get("Next-Range")

    def _body(self, response: httpx.Response, where: str) -> bytes:
        """Bounded in size and in time: a server that sends a byte a second is as good as a stalled one."""
        body, until = bytearray(), time.monotonic() + self.patience.answer_s
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER_BYTES:
                raise AnswerInvalid("the answer is larger than any of Heroku's", where=where)
            if time.monotonic() > until:
                raise Unreachable("Heroku's answer does not come to an end", where=where, hint=_NETWORK_HINT)
        return bytes(body)


_NETWORK_HINT = "check the network and status.heroku.com, then run it again; nothing was changed"


def _client(key: str, url: str, patience: Patience) -> httpx.Client:
    import httpx

    from hafen import __version__

    return httpx.Client(
        base_url=url,
        headers={"Accept": ACCEPT, "Authorization": f"Bearer {key}", "User-Agent": f"hafen/{__version__}"},
        timeout=httpx.Timeout(patience.silence_s, connect=patience.connect_s),
        trust_env=not is_loopback(url),  # a proxy cannot reach this machine's own addresses
    )


def _reason(error: httpx.RequestError) -> str:
    words = str(error).splitlines()
    return words[0][:120] if words else type(error).__name__


def _accepted(response: httpx.Response, body: bytes, where: str) -> Any:
    import json

    if response.status_code >= 300:
        raise _refusal(response, body, where)
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False).encode()  # no half characters, which nothing could write or print
    except (ValueError, RecursionError):
        raise AnswerInvalid(
            "the answer is not JSON", where=where, hint="is HEROKU_API_URL the address of Heroku's API?"
        ) from None
    return found


def _refusal(response: httpx.Response, body: bytes, where: str) -> ProviderError | UserError:
    status, said = response.status_code, _message(body)
    if status == 429:
        return _with_pause(RateLimited("Heroku's rate limit is reached", where=where, hint=_RATE_HINT), response)
    if status >= 500:
        return _with_pause(
            ServerFault(f"Heroku has a fault ({status}: {said})", where=where, hint=_FAULT_HINT), response
        )
    if status == 401:
        return Unauthorized("Heroku does not accept the API key", where=where, hint=_KEY_HINT)
    if status == 404:
        return UnknownName(f"Heroku knows no such thing ({said})", where=where)
    if status in (402, 403):
        return Refused(
            f"Heroku refuses ({said})", where=where, hint="ask the app's owner for access, then run it again"
        )
    return AnswerInvalid(f"an answer that was not expected ({status}: {said})", where=where)


_RATE_HINT = "Heroku allows about 75 calls a minute once the reserve is used up: wait a few minutes, then run it again"
_FAULT_HINT = "look at status.heroku.com and run it again; nothing was changed"


def _with_pause(error: TemporaryProviderError, response: httpx.Response) -> TemporaryProviderError:
    seconds = response.headers.get("Retry-After", "")
    if seconds.isdigit():
        error.retry_after_s = float(seconds)
    return error


def _message(body: bytes) -> str:
    """What Heroku says about a refusal: one line, at most 200 characters."""
    import json

    try:
        said = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
    return " ".join(said.split())[:200]
