"""An app for tests, on the standard library alone. What it does wrong is told by config vars.

GET /         version, replica's process id
GET /slow     answers after ?s= seconds
GET /die      ends the process without an answer
GET /env      names of its variables, and PORT
GET /healthz  200, or 503 when UNHEALTHY is set
"""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

VERSION = "one"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/die":
            print("died as asked", flush=True)
            os._exit(1)
        if url.path == "/slow":
            time.sleep(float(parse_qs(url.query).get("s", ["0.1"])[0]))
        status = 503 if url.path == "/healthz" and os.environ.get("UNHEALTHY") else 200
        answer = {"version": VERSION, "pid": os.getpid(), "forwarded": self.headers.get("X-Forwarded-Host", "")}
        if url.path == "/env":
            answer = {"names": sorted(os.environ), "port": os.environ.get("PORT")}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main():
    print(f"started version {VERSION}", flush=True)
    if os.environ.get("CRASH"):
        sys.exit("cannot go on: CRASH is set")
    server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
    if os.environ.get("IGNORE_SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
