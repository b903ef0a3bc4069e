"""HTTPS and IPv6."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from hafen.load.script import Options
from load_runs import errors_of, plan_of, run_plan, run_steps, script
from load_server import LoadServer


def certificate(folder: Path, *, days: int = 2) -> ssl.SSLContext:
    """A self-signed one for 127.0.0.1. days: until it ends; below 0 it has ended."""
    key, request, made, names = (folder / name for name in ("key.pem", "request.pem", "cert.pem", "names"))
    names.write_text("subjectAltName=IP:127.0.0.1")
    make_request = f"req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {key} -out {request}"
    openssl(*make_request.split(), "-subj", "/CN=test")
    openssl(*f"x509 -req -in {request} -signkey {key} -days {days} -out {made} -extfile {names}".split())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


@pytest.mark.needs("openssl")
def test_a_certificate_is_checked_unless_the_caller_or_the_script_says_not(tmp_path: Path) -> None:
    with LoadServer(tls=certificate(tmp_path)) as server:
        text = script(server.url, "get: {url: /json}", "post: {url: /echo, json: {a: 1}}")
        assert errors_of(run_plan(plan_of(tmp_path, text))).network == {"DEPTH_ZERO_SELF_SIGNED_CERT": 1}
        ledger = run_plan(plan_of(tmp_path, text, Options(insecure=True)))
        assert ledger.total.counters["vusers.completed"] == 1
        config = "tls: {rejectUnauthorized: false}\nphases: [{duration: 0.1, arrivalCount: 3}]"
        ledger = run_steps(tmp_path, server.url, "get: {url: /chunked}", "get: {url: /old}", config=config)
        assert ledger.total.counters["vusers.completed"] == 3
        assert len(server.seen) == 8


@pytest.mark.needs("openssl")
def test_an_expired_certificate_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certificate(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with LoadServer(tls=context) as server:
        assert errors_of(run_steps(tmp_path, server.url, "get: {url: /}")).network == {"CERT_HAS_EXPIRED": 1}


def test_plain_http_at_a_tls_target_is_no_traceback(tmp_path: Path) -> None:
    with LoadServer() as server:
        url = server.url.replace("http:", "https:")
        config = "http: {timeout: 0.5}\nphases: [{duration: 0.01, arrivalCount: 1}]"
        errors = errors_of(run_steps(tmp_path, url, "get: {url: /}", config=config))
        assert sum(errors.network.values()) == 1


def test_ipv6(tmp_path: Path) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 here")
    with LoadServer(host="::1") as server:
        ledger = run_steps(tmp_path, server.url, "get: {url: /ok}")
        assert ledger.total.counters["vusers.completed"] == 1
        assert server.seen[0].headers["host"] == f"[::1]:{server.port}"
