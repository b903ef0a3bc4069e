"""The server of the benchmark: a small JSON document for every request, as fast as one core can. Argument: its port.

GET /count answers how many requests it has had.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop

BODY = b'{"id":1234,"name":"load test item","pad":"' + b"x" * 150 + b'"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
ANSWER = HEAD % len(BODY) + BODY


class Connection(asyncio.Protocol):
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.rest = transport, b""

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            if data.startswith(b"GET /count"):
                body = b"%d" % Connection.count
                self.transport.write(HEAD % len(body) + body)  # type: ignore[attr-defined]
            else:
                Connection.count += 1
                self.transport.write(ANSWER)  # type: ignore[attr-defined]
            data = data[end + 4 :]
        self.rest = data


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
