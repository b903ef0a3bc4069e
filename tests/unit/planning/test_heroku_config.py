"""What becomes of a config var."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.model.heroku import ConfigHint
from hafen.planning.heroku_config import decide, looks_random, why_not_local, why_secret
from hafen.planning.heroku_hosts import service_of

NOTHING = ConfigHint()


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("HEROKU_APP_NAME", "set by Heroku"),
        ("PORT", "free port"),
        ("DYNO", "no dynos"),
        ("a.b", "not a name"),
        ("1A", "not a name"),
        ("", "not a name"),
    ],
)
def test_dropped(key: str, word: str) -> None:
    decision = decide(key, "x", None, "")
    assert decision.fate == "drop"
    assert word in decision.reason


def test_a_second_name_of_a_database_is_dropped_as_such() -> None:
    assert "postgresql-1" in decide("HEROKU_POSTGRESQL_PINK_URL", "postgres://x", None, "postgresql-1").reason


@pytest.mark.parametrize("key", ["PORTAL", "IMPORT", "DYNOS", "MY_HEROKU_KEY", "SMTP_PORT"])
def test_names_that_only_look_like_it_are_kept(key: str) -> None:
    assert decide(key, "x", None, "").fate == "keep"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SECRET_KEY", "x"),
        ("SECRET_KEY_BASE", "x"),
        ("DB_PASSWORD", "x"),
        ("DB_PASSWORD", "1234"),
        ("API_TOKEN", "x"),
        ("STRIPE_KEY", "sk"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("GOOGLE_CREDENTIALS", "{}"),
        ("DATABASE_URL", "postgres://u:p@db.example/x"),
        ("MONGODB_URI", "mongodb://u:p@a.example:1,b.example:2/x?replicaSet=r"),
        ("MONGODB_URI", "mongodb+srv://u:p@a.example/x"),
        ("SENTRY_DSN", "https://abc@sentry.example/1"),
        ("HOOK", "https://x.example/?token=abc"),
        ("DB", "host=db.example user=u password=p"),
        ("SIGNATURE", "8f14e45fceea167a5a36dedd4bea2543"),
        ("THING", "AKIAIOSFODNN7EXAMPLE"),
        ("THING", "01234567-89ab-cdef-0123-456789abcdef"),
        ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nx"),
        ("slack_webhook", "https://hooks.example/x"),
        ("SITE_SECRET", "x"),
        ("DATABASE", "postgres://user:pa/ss@db.example/x"),
    ],
)
def test_secret(key: str, value: str) -> None:
    assert why_secret(key, value, NOTHING)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("LOG_LEVEL", "INFO"),
        ("PARTS", "api,admin"),
        ("NODE_ENV", "production"),
        ("TZ", "Europe/Berlin"),
        ("LANG", "en_US.UTF-8"),
        ("ADMIN_EMAIL", "admin@inspirenow.example"),
        ("BASE_URL", "https://inspirenow.example/some/long/path/2021"),
        ("TOKEN_TTL", "3600"),
        ("SITE_KEY", "abc"),
        ("USE_AUTH", "true"),
        ("KEYBOARD", "de"),
        ("MONKEY", "x"),
        ("DJANGO_SETTINGS_MODULE", "shop.settings.production2021"),
        ("COMMIT_MESSAGE", "a long text with many words 2021"),
    ],
)
def test_not_secret(key: str, value: str) -> None:
    assert why_secret(key, value, NOTHING) == ""


@pytest.mark.parametrize(
    ("key", "value", "host"),
    [
        ("MONGODB_URI", "mongodb://u:p@localhost:1,mongo-2.example:2/x", "mongo-2.example"),
        ("MONGODB_URI", "mongodb://u:p@mongo-1.example:1,mongo-2.example/x", "mongo-1.example"),
        ("DATABASE_URL", "postgres://u:p%40@db.example:5432/x", "db.example"),
        ("DATABASE_URL", "jdbc:postgresql://db.example/x", "db.example"),
        ("REDIS_URL", "redis://[2001:db8::1]:6379", "2001:db8::1"),
        ("BASE_URL", "https://www.example", "www.example"),
        ("KAFKA_BROKERS", "kafka-1.example:9096,kafka-2.example:9096", "kafka-1.example"),
        ("SMTP_HOST", "smtp.example", "smtp.example"),
        ("DB", "host=db.example user=u", "db.example"),
        ("DATABASE_URL", "postgres://localhost:5432/x", ""),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/x", ""),
        ("REDIS_URL", "redis://[::1]:6379", ""),
        ("FILE", "file:///data/x", ""),
        ("ALLOWED_HOSTS", "www.example", ""),
        ("SMTP_HOST", "localhost", ""),
        ("VERSION", "1.2.3", ""),
        ("MAIL", "a@b.example", ""),
    ],
)
def test_where_a_value_points(key: str, value: str, host: str) -> None:
    assert service_of(key, value) == host


@pytest.mark.parametrize(
    "value", ["postgres://user:pa/ss@db.example/x", "https://to#ken@x.example", "redis://u:p?w@h.example"]
)
def test_a_login_that_breaks_the_address_shows_nowhere(value: str) -> None:
    assert service_of("URL", value) == "another machine"
    assert "pa" not in why_not_local(decide("URL", value, None, "")).partition("another machine")[0]


@given(st.text(min_size=1, max_size=20), st.text(max_size=60))
def test_any_key_and_value_is_decided(key: str, value: str) -> None:
    decision = decide(key, value, None, "")
    assert decision.fate in ("keep", "drop", "volume")
    assert decision.reason or decision.fate == "keep"


@given(
    st.text(alphabet=st.characters(categories=("L", "N", "P"), exclude_characters="@/?#:[]"), min_size=12, max_size=30)
)
def test_a_password_in_an_address_is_never_in_a_reason(password: str) -> None:
    decision = decide("THE_DB", f"postgres://user:{password}@db.example:5432/app", None, "")
    assert decision.secret
    assert password not in decision.secret + decision.service + why_not_local(decision)


@pytest.mark.parametrize(
    "value", ["", "short1", "onlyletterswithoutanydigit", "12345678901234567890123", "aaaaaaaaaaaaaaaaaaaaaaa1"]
)
def test_what_does_not_look_random(value: str) -> None:
    assert not looks_random(value)


@pytest.mark.parametrize(
    "key", ["DATA_DIR", "STORAGE_PATH", "UPLOADS_FOLDER", "MEDIA_ROOT", "SQLITE_PATH", "EXPORTS_DIR"]
)
def test_folders_for_files_become_volumes(key: str) -> None:
    assert decide(key, "./var", None, "").fate == "volume"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TMP_DIR", "/tmp"),
        ("STATIC_ROOT", "static"),
        ("TEMPLATES_DIR", "templates"),
        ("PYTHON_PATH", "/app"),
        ("API_PATH", "/api/v1"),
        ("DATA_DIR", ""),
        ("DATA_DIR", "s3://bucket"),
        ("DATA_DIRECTION", "up"),
        ("CONFIG_DIR", "config"),
    ],
)
def test_other_folders_do_not(key: str, value: str) -> None:
    assert decide(key, value, None, "").fate == "keep"


@pytest.mark.parametrize(
    ("key", "value", "hint", "addon", "word"),
    [
        ("SECRET_KEY", "x", ConfigHint(generate=True), "", "made anew"),
        ("REDIS_URL", "redis://r.example", NOTHING, "redis-1", "add-on"),
        ("BASE_URL", "https://www.example", NOTHING, "", "www.example"),
        ("STRIPE_KEY", "sk", NOTHING, "", "a secret of production"),
        ("LOG_LEVEL", "INFO", NOTHING, "", ""),
        ("DATABASE_URL", "postgres://localhost/x", NOTHING, "", ""),
    ],
)
def test_what_a_run_on_this_machine_gets(key: str, value: str, hint: ConfigHint, addon: str, word: str) -> None:
    reason = why_not_local(decide(key, value, hint, addon))
    assert (word in reason) if word else reason == ""
