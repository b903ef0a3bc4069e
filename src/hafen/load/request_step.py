"""A request of a plan, made ready to be rendered and judged many thousand times."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from hafen import __version__
from hafen.load.connection import Call
from hafen.load.cookies import Jar
from hafen.load.judging import Judge
from hafen.load.plan import Origin, Plan, Request, origin_of
from hafen.load.recorder import EndpointRecorder, Recorder
from hafen.load.template import Piece, Template, Variables, join, merged
from hafen.load.user import Flow, StepFailed, User

_UNSAFE = re.compile(r"[^\x21-\x7e]")
_MOST_REDIRECTS = 10
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))


class RequestStep:
    """run() yields calls and judges their answers."""

    def __init__(self, request: Request, plan: Plan, recorder: Recorder) -> None:
        self.request, self.plan, self.recorder = request, plan, recorder
        self.method = request.method
        self.name = _name(request)
        self.endpoint = recorder.endpoint(self.name) if self.name else None
        self.judge = Judge(request, plan.rules, recorder)
        self.origin, self.path = _fixed(request, plan)
        self.head = _head(request, plan)
        self.fixed_head = "".join(map(str, self.head)) if all(isinstance(piece, str) for piece in self.head) else None
        self.cookies = (*plan.http.cookies, *request.cookies)
        self.counters = recorder.counters

    def run(self, user: User) -> Flow:
        user.endpoint = self.endpoint or self._endpoint(user)
        if self.cookies:
            self._set_cookies(user)
        call: Call = yield self._call(user)
        if call.status in _REDIRECTS and self.request.follow_redirects:
            call = yield from self._followed(user, call)
        if call.sets_cookies:
            self._remember_cookies(user, call)
        self.judge(user, call)

    def _endpoint(self, user: User) -> EndpointRecorder:
        return self.recorder.endpoint(self.request.name.text(user.variables))

    def _call(self, user: User) -> Call:
        variables = user.variables
        if self.path is not None and self.origin is not None:
            origin, path = self.origin, self.path
        else:
            origin, path = self._where(variables)
        body = self.request.body
        text = None if body is None else join(body.pieces, variables)
        return self._made(user, origin, path, self.method, text)

    def _made(self, user: User, origin: Origin, path: str, method: str, text: str | None) -> Call:
        head = self.fixed_head or join(self.head, user.variables)
        if user.jar is not None:
            cookie = user.jar.header(origin.host, path, secure=origin.scheme == "https")
            head += f"cookie: {cookie}\r\n" if cookie else ""
        start = f"{method} {path} HTTP/1.1\r\nhost: {origin.host_header}\r\n{head}"
        if text is not None:
            body = text.encode("utf-8", "surrogatepass")
            data = f"{start}content-length: {len(body)}\r\n\r\n".encode("utf-8", "surrogatepass") + body
        elif method in _WITH_BODY:
            data = f"{start}content-length: 0\r\n\r\n".encode("utf-8", "surrogatepass")
        else:
            data = f"{start}\r\n".encode("utf-8", "surrogatepass")
        self.counters["http.requests"] += 1
        return Call(user, origin, path, data, is_head=method == "HEAD", wants_body=self.judge.wants_body)

    def _where(self, variables: Variables) -> tuple[Origin, str]:
        url = self.request.url.text(variables)
        if self.request.query:
            pairs = [(key, value.text(variables)) for key, value in self.request.query]
            query = urlencode(pairs, errors="surrogatepass")
            url += f"{'&' if '?' in url else '?'}{query}"
        return self._split(url)

    def _split(self, url: str) -> tuple[Origin, str]:
        if url.startswith("/"):
            return self.plan.origin, _escaped(self.plan.prefix + url)
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise StepFailed("Invalid URL") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise StepFailed("Invalid URL")
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        port = port or {"http": 80, "https": 443}[parts.scheme]
        return origin_of(parts.scheme, parts.hostname, port), _escaped(path)

    def _followed(self, user: User, call: Call) -> Any:
        """As browsers do: 303, and 301 and 302 after a POST, turn into a GET without a body."""
        method = self.method
        for _ in range(_MOST_REDIRECTS):
            location = call.header(b"location")
            if call.status not in _REDIRECTS or not location:
                return call
            self._remember_cookies(user, call)
            keeps = call.status in {307, 308} or method in {"GET", "HEAD"}
            method = method if keeps else "GET"
            base = f"{call.origin.scheme}://{call.origin.host_header}{call.path}"
            try:
                target = urljoin(base, location)
            except ValueError:
                raise StepFailed("Invalid URL") from None
            origin, path = self._split(target)
            body = self.request.body if keeps else None
            text = None if body is None else join(body.pieces, user.variables)
            call = yield self._made(user, origin, path, method, text)
        if call.status in _REDIRECTS:
            raise StepFailed("ERR_TOO_MANY_REDIRECTS")
        return call

    def _set_cookies(self, user: User) -> None:
        user.jar = user.jar or Jar()
        for name, value in self.cookies:
            user.jar.set(name, value.text(user.variables), self.plan.origin.host)

    def _remember_cookies(self, user: User, call: Call) -> None:
        for name, value in call.headers:
            if len(name) == 10 and name.lower() == b"set-cookie":
                user.jar = user.jar or Jar()
                user.jar.take(value.decode("latin-1"), call.origin.host, call.path)


def _name(request: Request) -> str:
    """ "" when it is known only with a user's variables."""
    if request.name.source:
        return request.name.constant or ""
    url = request.url.source
    if not url.startswith("/") and "://" in url:
        url = "/" + url.split("://", 1)[1].partition("/")[2]
    return f"{request.method} {url.partition('?')[0]}"


def _fixed(request: Request, plan: Plan) -> tuple[Origin | None, str | None]:
    """Origin and path, when they do not depend on variables."""
    url = request.url.constant
    if url is None or request.query or not url.startswith("/"):
        return None, None
    return plan.origin, _escaped(plan.prefix + url)


def _escaped(path: str) -> str:
    """What may not stand in a request line, percent-encoded."""
    path = path.partition("#")[0]
    return quote(path, safe="!#$%&'()*+,/:;=?@[]~-._", errors="surrogatepass") if _UNSAFE.search(path) else path


def _head(request: Request, plan: Plan) -> list[Piece]:
    """Header lines that do not depend on the body's length; the script's win over defaults."""
    chosen: dict[str, Template | str] = {"user-agent": f"hafen/{__version__}", "accept": "*/*"}
    if request.gzip:
        chosen["accept-encoding"] = "gzip, deflate"
    if request.body is not None and request.body.content_type:
        chosen["content-type"] = request.body.content_type
    for name, value in (*plan.http.headers, *request.headers):
        chosen[name.strip().lower()] = value
    for made_here in ("content-length", "transfer-encoding", "connection"):
        chosen.pop(made_here, None)
    pieces: list[Piece] = []
    for name, text in chosen.items():
        pieces += [f"{name}: ", *([text] if isinstance(text, str) else map(_one_line, text.pieces)), "\r\n"]
    return merged(pieces)


def _one_line(piece: Piece) -> Piece:
    """A value with a line break in it would forge a header."""
    if isinstance(piece, str):
        return piece.replace("\r", " ").replace("\n", " ")

    def checked(variables: Variables) -> str:
        text = piece(variables)
        if "\n" in text or "\r" in text:
            raise StepFailed("ERR_INVALID_CHAR")
        return text

    return checked
