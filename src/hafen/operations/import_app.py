"""Import: an app at Heroku, or a checkout, becomes hafen.yaml, config values and a preflight report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from hafen.errors import AlreadyThere, UserError
from hafen.files import unwritable, write_atomically
from hafen.model.app import App, EnvironmentName
from hafen.model.heroku import Checkout, HerokuApp
from hafen.model.preflight import Preflight
from hafen.model.reporter import Reporter
from hafen.planning.heroku_import import Imported, completed, facts_of, plan_import
from hafen.planning.preflight import Subject, preflight
from hafen.providers.config_store import ConfigStore
from hafen.providers.heroku.checkout import is_checkout, read_checkout
from hafen.spec.write import write_app

SPEC = "hafen.yaml"
LONGEST_COMMAND = 4096


@dataclass(frozen=True)
class ImportResult:
    """spec: the file that was written. backup: the former one, or None. keys: config keys by environment.

    kept: by environment, keys whose value was there already and differs from what was read; it was not replaced.
    """

    spec: Path
    app: App
    backup: Path | None
    keys: Mapping[EnvironmentName, Sequence[str]]
    kept: Mapping[EnvironmentName, Sequence[str]]
    preflight: Preflight

    @property
    def summary(self) -> str:
        """One line: "2 processes, 9 config vars, 3 add-ons; 4 things to do before the move"."""
        app, to_do = self.app, len(self.preflight.of("action"))
        counts = ((len(app.processes), "process"), (len(app.config), "config var"), (len(app.addons), "add-on"))
        return f"{', '.join(_counted(*count) for count in counts)}; {_counted(to_do, 'thing')} to do before the move"


def import_app(
    name: str,
    folder: Path,
    *,
    api_key: str,
    api_url: str,
    say: Reporter,
    source: Path | None = None,
    force: bool = False,
    allow_no_web: bool = False,
) -> ImportResult:
    """From Heroku's API. source: the app's checkout, or None to look in `folder` and in the present folder.

    Raises AlreadyThere before any call, UnknownName for the app, ProviderError; then nothing was written.
    """
    _refuse_overwrite(folder, force=force)
    checkout = _checkout(source, folder, say)
    facts, development = _read(api_url, api_key, name, checkout, say)
    return _write(facts, development, checkout, folder, say, allow_no_web=allow_no_web)


def import_from_folder(source: Path, folder: Path, say: Reporter, *, force: bool, allow_no_web: bool) -> ImportResult:
    """What the files of a checkout tell, without Heroku."""
    _refuse_overwrite(folder, force=force)
    checkout = read_checkout(source)
    if not checkout.formation:
        raise UserError(
            "holds no Procfile, heroku.yml or npm start script", where=str(source), hint="echo 'web: …' > Procfile"
        )
    say.step(f"read {', '.join(checkout.files) or 'package.json'} in {source}")
    return _write(facts_of(checkout), None, checkout, folder, say, allow_no_web=allow_no_web)


def _refuse_overwrite(folder: Path, *, force: bool) -> None:
    if not folder.is_dir():
        raise UserError("there is no such folder", where=str(folder), hint=f"mkdir {folder}")
    if (folder / SPEC).exists() and not force:
        raise AlreadyThere(
            "is there already and was left as it is",
            where=str(folder / SPEC),
            hint="-o OTHER, or --force to replace it",
        )


def _checkout(source: Path | None, folder: Path, say: Reporter) -> Checkout | None:
    """What completes the API: the folder that was named, else the one that hafen.yaml goes to, else the present one."""
    place = source or next((place for place in (folder, Path()) if is_checkout(place)), None)
    if place is None:
        return None
    say.step(f"reading {place.resolve()}, the app's checkout")
    return read_checkout(place)


def _read(
    url: str, key: str, name: str, checkout: Checkout | None, say: Reporter
) -> tuple[HerokuApp, HerokuApp | None]:
    """The app, and its pipeline's development app where there is one."""
    from hafen.providers.heroku.client import HerokuApi
    from hafen.providers.heroku.reader import read_app

    with HerokuApi(key, url, on_wait=say.warn) as api:
        say.step(f"reading {name} from {api.url}")
        facts = completed(read_app(api, name), checkout)
        sibling = _development_of(facts)
        if sibling is None:
            return facts, None
        say.step(f"reading {sibling}, the pipeline's app for development")
        return facts, completed(read_app(api, sibling), checkout)


def _development_of(facts: HerokuApp) -> str | None:
    """The sibling at stage development, else staging; none for an app that is one of those itself."""
    if facts.pipeline_stage not in ("production", ""):
        return None
    stages = ("development", "staging")
    return next((one.name for stage in stages for one in facts.siblings if one.stage == stage), None)


def _write(
    facts: HerokuApp,
    development: HerokuApp | None,
    checkout: Checkout | None,
    folder: Path,
    say: Reporter,
    *,
    allow_no_web: bool,
) -> ImportResult:
    """Config values first, hafen.yaml last: who finds a hafen.yaml finds its values too."""
    _check_processes(facts, allow_no_web=allow_no_web)
    imported = plan_import(facts, development, checkout)
    today = datetime.now(UTC).date().isoformat()
    report = preflight(Subject(facts, imported, checkout, development, today))
    kept = {environment: _keep_values(folder, environment, values) for environment, values in imported.values.items()}
    backup = _write_spec(folder / SPEC, _text(imported, facts, today))
    keys = {environment: sorted(values) for environment, values in imported.values.items()}
    say.step(f"wrote {folder / SPEC}" + (f"; the former one is {backup.name}" if backup else ""))
    for environment, differing in kept.items():
        if differing:
            say.warn(f"{environment}: {', '.join(differing)} had another value here, which was kept")
    return ImportResult(folder / SPEC, imported.app, backup, keys, kept, report)


def _check_processes(facts: HerokuApp, *, allow_no_web: bool) -> None:
    """Raises UserError for an app that cannot run as it was read."""
    where = f"{facts.name}, read from {facts.origin}"
    unread = next((f" ({reason})" for reason in facts.unread if reason.startswith(("formation", "releases"))), "")
    if not facts.formation:
        hint = "was it deployed? `--from DIR` reads its Procfile"
        raise UserError(f"no processes are known{unread}", where=where, hint=hint)
    unknown = [one.process for one in facts.formation if not one.command]
    if unknown:
        what = f"no command is known for {', '.join(unknown)}{unread}"
        hint = "--source DIR with a Procfile that names it" if facts.from_api else "name it in the Procfile"
        raise UserError(what, where=where, hint=hint)
    commands = [*(one.command for one in facts.formation), facts.release_command or "", facts.postdeploy or ""]
    if max(map(len, commands)) > LONGEST_COMMAND:
        what = f"a command is longer than {LONGEST_COMMAND} characters"
        raise UserError(what, where=where, hint="put it into a script and name that")
    if not allow_no_web and all(one.process != "web" for one in facts.formation):
        names = ", ".join(one.process for one in facts.formation)
        what = f"there is no process web beside {names}, so nothing would answer requests"
        hint = "add `web: COMMAND` to the Procfile; for an app that serves no requests, --no-web"
        raise UserError(what, where=where, hint=hint)


def _keep_values(folder: Path, environment: str, values: Mapping[str, str]) -> list[str]:
    """Adds what is missing; a value that is there already stays. Answers the keys where it differs."""
    store = ConfigStore(folder, environment)
    present = store.read()
    if values.keys() - present.keys() or not store.path.exists():
        try:
            store.replace({**values, **present})
        except OSError as error:
            raise unwritable(store.path, error) from None
    return sorted(key for key in values if key in present and present[key] != values[key])


def _text(imported: Imported, facts: HerokuApp, today: str) -> str:
    notes = {f"volumes.{name}": _VOLUME_NOTE for name in imported.app.volumes}
    if imported.not_local:
        kept_away = (f"  {key}: {why}" for key, why in imported.not_local.items())
        notes["environments.local"] = "\n".join([_LOCAL_NOTE, *kept_away])
    head = f"{imported.app.app}, imported {today} from {facts.origin}. Every key: docs/hafen-yaml.md"
    return write_app(imported.app, head=head, notes=notes, ask_schedules=True)


_LOCAL_NOTE = "Values that production has and local runs were not given:"
_VOLUME_NOTE = "Heroku empties its disk at every restart; this folder stays"


def _write_spec(path: Path, text: str) -> Path | None:
    """In one step, the former file kept beside it. Raises UserError; the former file is then as it was."""
    former = path.read_bytes() if path.exists() else text.encode()
    backup = None if former == text.encode() else _free_name(path)
    if backup:
        write_atomically(backup, former)
    write_atomically(path, text)
    return backup


def _free_name(path: Path) -> Path:
    """hafen.yaml.bak, hafen.yaml.bak2, …: a former copy is not lost either."""
    names = (path.with_name(f"{path.name}.bak{number}") for number in count(2))
    return next(name for name in chain([path.with_name(f"{path.name}.bak")], names) if not name.exists())


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
