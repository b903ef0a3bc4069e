from __future__ import annotations

from hafen.providers.traefik import binary, config


def test_the_binary_is_found_without_path() -> None:
    assert binary.find().name == "traefik"


def test_a_single_server_is_not_health_checked() -> None:
    """There is nowhere else to go: a check could only turn slow answers into refused ones."""
    check = config.HealthCheck("/up", 2, 5)
    one = config.dynamic(["http://127.0.0.1:1"], check)["http"]["services"]["app"]["loadBalancer"]
    two = config.dynamic(["http://127.0.0.1:2", "http://127.0.0.1:1"], check)["http"]["services"]["app"]["loadBalancer"]
    assert "healthCheck" not in one
    assert two["healthCheck"] == {"path": "/up", "interval": "2s", "timeout": "5s"}
    assert two["servers"] == [{"url": "http://127.0.0.1:1"}, {"url": "http://127.0.0.1:2"}]


def test_servers_of_reads_what_dynamic_wrote() -> None:
    urls = {"http://127.0.0.1:1", "http://127.0.0.1:2"}
    assert config.servers_of(config.dynamic(sorted(urls), None)) == urls


def test_it_listens_on_loopback_only_and_tells_nobody() -> None:
    from pathlib import Path

    static = config.static(Path("/x/routes.yml"), port=5000, api_port=5001)
    assert [point["address"] for point in static["entryPoints"].values()] == ["127.0.0.1:5000", "127.0.0.1:5001"]
    assert static["global"] == {"checkNewVersion": False, "sendAnonymousUsage": False}
