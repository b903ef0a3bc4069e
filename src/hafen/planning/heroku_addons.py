"""What takes the place of an add-on: one line each for those that apps use most.

Services by their slug at elements.heroku.com/addons. `state`: it holds data that must be moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["here", "hosted", "same", "none"]


@dataclass(frozen=True)
class Replacement:
    """kind: here, it runs in the cluster; hosted, another company's service; same, the vendor sells it without Heroku
    too; none, nothing is needed or nothing does it. what: its name. move: what to do. config: vars that it sets."""

    kind: Kind
    what: str
    move: str
    config: tuple[str, ...] = ()
    state: bool = False
    schedules: bool = False


def _same(vendor: str, *config: str, state: bool = False) -> Replacement:
    return Replacement(
        "same",
        f"{vendor}, from the vendor",
        f"open an account at {vendor} itself and set {' and '.join(config) or 'its config vars'} to what it gives",
        config,
        state,
    )


_POSTGRES = Replacement(
    "here",
    "PostgreSQL in the cluster (CloudNativePG), or a managed one",
    "first the extensions: Heroku keeps them in the schema heroku_ext, where a plain restore fails on them; then "
    "`pg_dump -Fc --no-owner` and `pg_restore` while the app is in maintenance mode, and set DATABASE_URL",
    ("DATABASE_URL",),
    state=True,
)
_REDIS = Replacement(
    "here",
    "Valkey in the cluster",
    "a cache may start empty; queues must run dry or be copied; set REDIS_URL. Heroku's certificate cannot be checked: "
    "take the exception for it out of the code",
    ("REDIS_URL",),
    state=True,
)
_MYSQL = Replacement(
    "here", "MariaDB or MySQL in the cluster", "`mysqldump --single-transaction`, restore, set the address", state=True
)
_MONGODB = Replacement(
    "hosted", "MongoDB Atlas, or a replica set of your own", "mongodump, mongorestore, set the address", state=True
)
_KAFKA = Replacement(
    "hosted", "a managed Kafka, or Strimzi in the cluster", "mirror the topics, then set KAFKA_URL", state=True
)
_RABBITMQ = Replacement(
    "here",
    "RabbitMQ in the cluster, or CloudAMQP from the vendor",
    "let the queues run dry, then set CLOUDAMQP_URL",
    ("CLOUDAMQP_URL",),
    state=True,
)
_SEARCH = Replacement("here", "OpenSearch in the cluster", "index again from the database, set the address", state=True)
_MEMCACHED = Replacement("here", "Memcached in the cluster", "starts empty; set the address; inside it has no password")
_BUCKET = Replacement(
    "hosted",
    "Hetzner Object Storage, which speaks S3",
    "copy the bucket (`rclone sync`), set endpoint and keys",
    state=True,
)
_LOGS = Replacement("here", "Loki and Grafana in the cluster; `hafen logs`", "download archives that must be kept")
_METRICS = Replacement("here", "Prometheus and Grafana in the cluster", "rebuild alerts that matter")
_AUTOSCALER = Replacement(
    "here", "`hafen scale`, or the cluster's autoscaler", "note its limits and schedule: it cannot act outside Heroku"
)
_CERTIFICATES = Replacement("here", "certificates by cert-manager", "nothing to move")
_CDN = Replacement("hosted", "any CDN in front of the load balancer", "point the CDN at the new address")
_HOOKS = Replacement("here", "a step in the deployment workflow", "write the call into the workflow")
_SCHEDULER = Replacement(
    "here",
    "`schedules:` in hafen.yaml",
    "open its dashboard and write each job, command and cron, under schedules: (an example stands in hafen.yaml)",
    schedules=True,
)
_STATIC_IP = Replacement(
    "none",
    "the cluster's own addresses, which stay the same",
    "tell partners the new addresses for their allow-lists, then take the proxy out of the code",
)


def _mail(vendor: str) -> Replacement:
    move = "open an account of your own and verify the sender domain again; SMTP and API keys work from anywhere"
    return Replacement("same", f"{vendor}, from the vendor", move)


REPLACEMENTS: dict[str, Replacement] = {
    "ably": _same("Ably", "ABLY_API_KEY"),
    "advanced-scheduler": _SCHEDULER,
    "airbrake": _same("Airbrake", "AIRBRAKE_API_KEY"),
    "algoliasearch": _same("Algolia"),
    "appsignal": _same("AppSignal", "APPSIGNAL_PUSH_API_KEY"),
    "bonsai": _same("Bonsai", "BONSAI_URL", state=True),
    "bucketeer": _BUCKET,
    "bugsnag": _same("Bugsnag", "BUGSNAG_API_KEY"),
    "cleardb": _MYSQL,
    "cloudamqp": _RABBITMQ,
    "cloudcube": _BUCKET,
    "cloudinary": _same("Cloudinary", "CLOUDINARY_URL", state=True),
    "coralogix": _LOGS,
    "crontogo": _SCHEDULER,
    "deployhooks": _HOOKS,
    "edge": _CDN,
    "expeditedssl": _CERTIFICATES,
    "fixie": _STATIC_IP,
    "fixie-socks": _STATIC_IP,
    "foundelasticsearch": _same("Elastic Cloud", "FOUNDELASTICSEARCH_URL", state=True),
    "heroku-kafka": _KAFKA,
    "heroku-postgresql": _POSTGRES,
    "heroku-redis": _REDIS,
    "honeybadger": _same("Honeybadger", "HONEYBADGER_API_KEY"),
    "hostedgraphite": _METRICS,
    "jawsdb": _MYSQL,
    "jawsdb-maria": _MYSQL,
    "judoscale": _AUTOSCALER,
    "librato": _METRICS,
    "logdna": _LOGS,
    "logentries": _LOGS,
    "logtail": _same("Better Stack", "LOGTAIL_SOURCE_TOKEN"),
    "mailgun": _mail("Mailgun"),
    "mailtrap": _mail("Mailtrap"),
    "memcachedcloud": _MEMCACHED,
    "memcachier": _MEMCACHED,
    "mongolab": _MONGODB,
    "newrelic": _same("New Relic", "NEW_RELIC_LICENSE_KEY"),
    "openredis": _REDIS,
    "ormongo": _MONGODB,
    "papertrail": _LOGS,
    "postmark": _mail("Postmark"),
    "process-scheduler": _SCHEDULER,
    "pusher": _same("Pusher", "PUSHER_URL"),
    "quotaguard": _STATIC_IP,
    "quotaguardshield": _STATIC_IP,
    "quotaguardstatic": _STATIC_IP,
    "rails-autoscale": _AUTOSCALER,
    "raygun": _same("Raygun", "RAYGUN_APIKEY"),
    "rediscloud": _same("Redis Cloud", "REDISCLOUD_URL", state=True),
    "rollbar": _same("Rollbar", "ROLLBAR_ACCESS_TOKEN"),
    "scheduler": _SCHEDULER,
    "scout": _same("Scout APM", "SCOUT_KEY"),
    "searchbox": _SEARCH,
    "sendgrid": _mail("SendGrid"),
    "sentry": _same("Sentry", "SENTRY_DSN"),
    "sparkpost": _mail("SparkPost"),
    "ssl": _CERTIFICATES,
    "sumologic": _same("Sumo Logic"),
    "timber-logging": _LOGS,
}
UNKNOWN = Replacement("none", "", "look whether the vendor sells it without Heroku, or what the code does without it")


def replacement(service: str) -> Replacement:
    return REPLACEMENTS.get(service, UNKNOWN)
