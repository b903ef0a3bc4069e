"""The stand-in as a server on 127.0.0.1, in a thread of the caller's process."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hafen.errors import UserError
from hafen.sandbox.heroku.account import load_account
from hafen.sandbox.heroku.faults import FaultPlan

START_TIMEOUT_S = 10


class HerokuSandbox:
    """Serves an account while it is entered. account: data, a JSON file, or None for InspireNow's.

    api_key: the only one that is let in; one is made up when none is given. port 0: any that is free.
    Raises UserError when the account is malformed or the port is taken.
    """

    def __init__(
        self,
        account: Mapping[str, Any] | Path | None = None,
        api_key: str = "",
        port: int = 0,
        faults: FaultPlan | None = None,
    ) -> None:
        self.account = load_account(account)
        self.api_key = api_key or f"HRKU-{secrets.token_hex(16)}"
        self.faults = faults or FaultPlan()
        self._port = port
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: Any = None

    @property
    def url(self) -> str:
        """Address of the API, "" while it is not served."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}" if self._socket else ""

    def __enter__(self) -> Self:
        import uvicorn

        from hafen.sandbox.heroku.gate import Gate
        from hafen.sandbox.heroku.routes import make_app

        self._socket = _listen(self._port)
        gate = Gate(make_app(self.account), self.api_key, self.faults)
        config = uvicorn.Config(
            gate, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True, name="heroku")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        if self._thread:
            self._thread.join(START_TIMEOUT_S)
        if self._socket:
            self._socket.close()
        self._socket = None

    def wait(self) -> None:
        """Blocks until the server ends, which it does not by itself."""
        while self._thread and self._thread.is_alive():
            self._thread.join(0.5)


def _listen(port: int) -> socket.socket:
    """Listens at once, so that the address holds before the server's loop runs."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UserError(
            f"port {port} cannot be had: {error.strerror}", where="127.0.0.1", hint="another --port, or none for any"
        ) from None
    return listener
