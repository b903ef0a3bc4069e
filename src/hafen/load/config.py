"""Reads a script's `config`: target, phases, HTTP, what counts as an error, what must hold at the end."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from hafen.load.answers import find_by
from hafen.load.expression import ExpressionInvalid, parse_expression
from hafen.load.flow import read_jitter
from hafen.load.place import Place, as_number
from hafen.load.plan import Find, Http, Origin, Rules, Threshold, origin_of
from hafen.load.reading import Reader
from hafen.load.schedule import Phase
from hafen.load.template import Surroundings, TemplateInvalid, parse

KEYS = (
    "target", "phases", "payload", "variables", "environments", "http", "tls", "timeout", "defaults", "ensure",
    "plugins", "hafen", "engines", "statsInterval",
)  # fmt: skip
REFUSED = {
    "processor": "hooks in JavaScript do not run here; write the step in YAML",
    "apdex": "use config.ensure with http.response_time",
    "ws": "only the http engine is supported",
    "socketio": "only the http engine is supported",
}
_PLUGINS = ("expect", "ensure", "metrics-by-endpoint")
_REFUSED_PLUGINS = {
    "publish-metrics": "results go to OUT.json: `hafen load run -o OUT.json`",
    "slack": "send OUT.json from your workflow",
    "fake-data": "make a CSV and name it under payload",
    "apdex": "use config.ensure with http.response_time",
}
_MOST_ARRIVALS = 100_000_000


def substituted(value: Any, around: Surroundings) -> Any:
    """The config with what is known before the run put in: environment variables, $environment."""
    if isinstance(value, dict):
        return {key: substituted(entry, around) for key, entry in value.items()}
    if isinstance(value, list):
        return [substituted(entry, around) for entry in value]
    if isinstance(value, str) and "{{" in value:
        try:
            constant = parse(value, around).constant
        except TemplateInvalid:
            return value
        return value if constant is None else constant
    return value


def read_target(place: Place) -> tuple[str, Origin, str]:
    """The target as it is shown, where connections lead, and the path that stands before each path."""
    target = place.text().rstrip("/")
    nowhere = (target, origin_of("http", "localhost", 80), "")
    if not target:
        place.problem("there is no target", "target: http://127.0.0.1:8000, or -t URL")
        return nowhere
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        place.problem("is not an address", "http://127.0.0.1:8000")
        return nowhere
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        place.problem("is not an http address", "http://127.0.0.1:8000")
        return nowhere
    if parts.username or parts.password or parts.query or parts.fragment:
        place.problem("holds more than scheme, host, port and path", "give a password in a step's `auth`")
        return nowhere
    port = port or {"http": 80, "https": 443}[parts.scheme]
    return target, origin_of(parts.scheme, parts.hostname, port), parts.path


def read_phases(place: Place) -> tuple[Phase, ...]:
    """No phases: one virtual user."""
    if not place.there:
        return (Phase("phase 1", 1, count=1),)
    if not isinstance(place.value, list) or not place.value:
        place.problem("must be a list of phases", "- {duration: 60, arrivalRate: 5}")
        return ()
    phases = tuple(_phase(entry, index) for index, entry in enumerate(place.items()))
    expected = sum(
        phase.count if phase.count is not None else max(phase.rate, phase.ramp_to or 0) * phase.duration_s
        for phase in phases
    )
    if expected > _MOST_ARRIVALS:
        place.problem("more than 100 million virtual users in all", "shorten the phases or lower the rates")
    return phases


def _phase(place: Place, index: int) -> Phase:
    place.mapping(("name", "duration", "arrivalRate", "rampTo", "arrivalCount", "pause", "maxVusers", "mode"))
    name = place.at("name").text() or f"phase {index + 1}"
    pause, duration = place.at("pause"), place.at("duration")
    if pause.there:
        return Phase(name, pause.seconds(1))
    rate, ramp, count = place.at("arrivalRate"), place.at("rampTo"), place.at("arrivalCount")
    if not (rate.there or ramp.there or count.there):
        place.problem("says nothing about arrivals", "arrivalRate, arrivalCount or pause")
    if count.there and (rate.there or ramp.there):
        place.problem("has both arrivalCount and a rate", "keep one of them")
    if not duration.there:
        place.problem("has no duration", "duration: 60")
    mode = place.at("mode").text("uniform")
    if mode not in {"uniform", "poisson"}:
        place.at("mode").problem("is not a mode", "uniform or poisson")
    most = place.at("maxVusers")
    return Phase(
        name=name,
        duration_s=duration.seconds(1, least=0),
        rate=rate.number(0, most=1e7),
        ramp_to=ramp.number(0, most=1e7) if ramp.there else None,
        count=count.whole(0) if count.there else None,
        max_users=most.whole(0) if most.there else None,
        poisson=mode == "poisson",
    )


def read_http(reader: Reader, config: Place, warnings: list[str]) -> Http:
    """`config.http`; `config.defaults` and `config.timeout` are older places for the same."""
    http, tls = config.at("http"), config.at("tls")
    refused = dict.fromkeys(("extendedMetrics", "cookieJarOptions", "distributedTracing"), "leave it out")
    http.mapping(("timeout", "pool", "defaults", "maxSockets"), refused)
    tls.mapping(("rejectUnauthorized",), dict.fromkeys(("ca", "cert", "key", "pfx", "passphrase"), "leave it out"))
    if http.at("maxSockets").there:
        warnings.append(f"{http.at('maxSockets').line}: maxSockets does nothing, as in Artillery; http.pool does")
    timeout = config.at("timeout") if config.at("timeout").there else http.at("timeout")
    pool = http.at("pool")
    defaults = http.at("defaults") if http.at("defaults").there else config.at("defaults")
    defaults.mapping(("headers", "cookie", "strictCapture", "think"))
    jitter = defaults.at("think").at("jitter")
    return Http(
        timeout_s=timeout.seconds(10) or 10,
        pool=pool.whole(1, least=1, most=100_000) if pool.there else None,
        verify=tls.at("rejectUnauthorized").flag(True),
        headers=reader.named(defaults.at("headers")),
        cookies=reader.named(defaults.at("cookie")),
        strict_capture=defaults.at("strictCapture").flag(True),
        think_jitter=read_jitter(jitter) if jitter.there else None,
    )


def read_rules(config: Place, warnings: list[str]) -> Rules:
    """Expectations' rules, and `config.hafen`, which Artillery does not know."""
    plugins, hafen = config.at("plugins"), config.at("hafen")
    plugins.mapping(_PLUGINS, _REFUSED_PLUGINS)
    expect = plugins.at("expect")
    printing = ("outputFormat", "formatter", "useOnlyRequestNames")
    expect.mapping(("reportFailuresAsErrors", "expectDefault200", *printing))
    plugins.at("metrics-by-endpoint").mapping(("useOnlyRequestNames", "stripQueryString", "groupDynamicURLs"))
    if expect.at("outputFormat").there and expect.at("outputFormat").value != "silent":
        warnings.append(f"{expect.at('outputFormat').line}: single expectations are counted, not printed")
    hafen.mapping(("implicitErrors", "slowMs"))
    rules: list[tuple[str, Find]] = []
    for entry in hafen.at("implicitErrors").one_or_many():
        find = find_by(entry)
        rules += [(entry.text(), find)] if find else []
    return Rules(
        implicit=tuple(rules),
        policy_limit_s=hafen.at("slowMs").number(1000, least=1) / 1000,
        failed_expectation_ends=expect.at("reportFailuresAsErrors").flag(False),
        default_200=expect.at("expectDefault200").flag(False),
    )


_LEGACY = ("min", "max", "median", "p95", "p99")


def read_ensure(config: Place) -> tuple[Threshold, ...]:
    made: list[Threshold] = []
    for place in (config.at("ensure"), config.at("plugins").at("ensure")):
        place.mapping(("thresholds", "conditions", "maxErrorRate", *_LEGACY))
        for entry in place.at("thresholds").one_or_many():
            for metric, limit in entry.mapping().items():
                most = _number(limit)
                made += _threshold(limit, f"'{metric}' < {most}", f"{metric} < {most}")
        for entry in place.at("conditions").one_or_many():
            entry.mapping(("expression", "strict"))
            expression = entry.at("expression")
            made += _threshold(expression, expression.text(), expression.text(), entry.at("strict").flag(True))
        for key in _LEGACY:
            limit = place.at(key)
            if limit.there:
                most = _number(limit)
                made += _threshold(limit, f"http.response_time.{key} < {most}", f"{key} < {most}")
        rate = place.at("maxErrorRate")
        if rate.there:
            share = "(vusers.created - vusers.completed) / vusers.created * 100"
            most = _number(rate)
            made += _threshold(rate, f"{share} <= {most}", f"maxErrorRate < {most}")
    return tuple(made)


def _number(place: Place) -> str:
    place.number(0)
    return f"{as_number(place.value) or 0:.12g}"


def _threshold(place: Place, expression: str, text: str, strict: bool = True) -> list[Threshold]:
    try:
        return [Threshold(text, parse_expression(expression), strict)]
    except ExpressionInvalid as error:
        place.problem(f"is not a condition that Hafen understands: {error}", "http.response_time.p95 < 250")
        return []
