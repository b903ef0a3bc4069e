"""What hafen.yaml says about an app. These models are the only source: the loader, the JSON Schema
for editors and the reference page are all made from them.

Field descriptions are the reference page's text. Values of config vars never stand here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$"
CONFIG_KEY = r"^[A-Za-z_][A-Za-z0-9_]*$"
DOMAIN = r"^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$"

Name = Annotated[str, Field(pattern=NAME, examples=["web"])]
ConfigKeyName = Annotated[str, Field(pattern=CONFIG_KEY, max_length=256)]
Replicas = Annotated[int, Field(ge=0, le=100, strict=True)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Command = Annotated[str, Field(min_length=1, max_length=4096)]
Target = Literal["local", "kubernetes"]
EnvironmentName = Literal["production", "development", "local"]
SizeName = Literal[
    "eco",
    "basic",
    "standard-1x",
    "standard-2x",
    "performance-m",
    "performance-l",
    "performance-l-ram",
    "performance-xl",
    "performance-2xl",
]


class Value(BaseModel):
    """Frozen; a key that is not known is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Health(Value):
    """How a replica shows that it may receive requests."""

    path: Annotated[str, Field(pattern=r"^/\S*$")] = Field("/", description="Path that answers 2xx or 3xx when ready.")
    interval_s: Seconds = Field(2, description="Pause between two checks, seconds.")
    timeout_s: Seconds = Field(5, description="A check that takes longer has failed, seconds.")
    grace_s: Seconds = Field(60, description="How long a new replica may take until its first good check, seconds.")


class Process(Value):
    """One line of a Procfile: a command and how often it runs."""

    command: Command = Field(description="Shell command. It finds its port in the variable PORT.")
    replicas: Replicas = Field(1, description="How many run at first; `hafen scale` changes what runs.")
    size: SizeName = Field("standard-1x", description="Dyno size that a replica is like: memory and share of CPU.")
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = Field(
        None, description="Port that the command always listens on, if it does not read PORT."
    )
    health: Health | None = Field(
        None, description="Health check. `web` has one on `/` when none is given; others none."
    )
    stop_s: Seconds = Field(30, description="Time between SIGTERM and SIGKILL, seconds; Heroku gives 30.")


class ConfigVar(Value):
    """What is known about a config var. Its value is kept elsewhere."""

    secret: bool = Field(False, description="Never shown: prints as •••.")
    required: bool = Field(True, description="A deploy without a value is refused.")
    generate: bool = Field(False, description="Made at random, once an environment, when there is no value.")
    description: str = Field("", description="What it is for.")


class AddOn(Value):
    """A service that came with Heroku and what stands in its place."""

    was: str = Field("", description="Service and plan at Heroku, as `heroku-redis:mini`.")
    replacement: str = Field("", description="What takes its place; empty: nothing does.")
    config: tuple[ConfigKeyName, ...] = Field((), description="Config vars that it sets.")


class Volume(Value):
    """A folder that outlives releases. Heroku has none: there every file is lost with its dyno."""

    variable: ConfigKeyName = Field(description="Config var that tells the app the folder's path.")


class Schedule(Value):
    """A job by the clock, as Heroku Scheduler runs them."""

    command: Command = Field(description="Shell command.")
    cron: Annotated[str, Field(pattern=r"^\S+ \S+ \S+ \S+ \S+$")] = Field(
        description="Minute, hour, day, month, weekday; UTC."
    )


class ProcessOverride(Value):
    """What an environment changes on a process; all else stays."""

    command: Command | None = Field(None, description="Instead of the process's.")
    replicas: Replicas | None = Field(None, description="Instead of the process's.")
    size: SizeName | None = Field(None, description="Instead of the process's.")
    health: Health | None = Field(None, description="Instead of the process's.")
    stop_s: Seconds | None = Field(None, description="Instead of the process's.")


class Environment(Value):
    """A place where the app runs, and what is different there."""

    target: Target = Field("kubernetes", description="`local`: this machine; `kubernetes`: a cluster.")
    processes: dict[Name, ProcessOverride] = Field({}, description="Overrides by process name.")
    config: dict[ConfigKeyName, ConfigVar] = Field({}, description="Config vars only here, or other rules for one.")
    addons: dict[Name, AddOn] = Field({}, description="Add-ons only here, or another replacement for one.")
    domains: tuple[Annotated[str, Field(pattern=DOMAIN)], ...] | None = Field(None, description="Instead of the app's.")
    image: str | None = Field(None, description="Instead of the app's.")


class App(Value):
    """The whole of hafen.yaml."""

    app: Name = Field(description="The app's name: lower-case letters, digits, hyphens.")
    image: str | None = Field(None, description="Image name without a tag, as `registry.example/team/app`.")
    processes: dict[Name, Process] = Field(min_length=1, description="Processes by name, as in a Procfile.")
    release: Command | None = Field(None, description="Release phase: runs before each rollout and can stop it.")
    postdeploy: Command | None = Field(None, description="Runs once, after an environment's first release.")
    config: dict[ConfigKeyName, ConfigVar] = Field({}, description="Config vars by name; never their values.")
    addons: dict[Name, AddOn] = Field({}, description="Add-ons by name.")
    domains: tuple[Annotated[str, Field(pattern=DOMAIN)], ...] = Field((), description="Host names that are served.")
    volumes: dict[Name, Volume] = Field({}, description="Folders that outlive releases.")
    schedules: dict[Name, Schedule] = Field({}, description="Jobs by the clock.")
    environments: dict[EnvironmentName, Environment] = Field(
        {}, description="`production`, `development`, `local`: what is different there."
    )
