"""Returns to an earlier release: a new one is made of its source, config and commands."""

from __future__ import annotations

from hafen.errors import UnknownName, UserError
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.model.target import Change, Target


def rollback(target: Target, version: int | None, say: Reporter) -> Release:
    """version: None, the last one that served before the current. Raises UnknownName, UserError.

    Present values become those of that release: only a rollback takes values back, no other change does.
    """
    with target.deploy_lock("rollback"):
        current = target.current_release()
        if current is None:
            raise UserError("nothing was released yet", hint="`hafen up`")
        to = _release_before(target, current) if version is None else _release(target, version)
        release = target.prepare(Change(f"Rollback to v{to.version}", base=to), say)
        if release.version == current.version:
            target.restore_config(current)  # one that was killed may have come as far as this
            say.done(f"nothing to do: v{current.version} has the same source, config and commands as v{to.version}")
            return current
        target.run_release_phase(release, say)
        target.roll_out(release, say)
        target.restore_config(release)
    say.done(f"v{release.version} is v{to.version} again")
    return release


def _release(target: Target, version: int) -> Release:
    known = {release.version: release for release in target.releases()}
    if version not in known:
        last = ", ".join(f"v{number}" for number in list(known)[-5:])
        raise UnknownName(f"there is no release v{version}", hint=f"the last are {last}")
    if known[version].status == "failed":
        raise UserError(f"v{version} failed and never served", hint="`hafen releases` shows which did")
    return known[version]


def _release_before(target: Target, current: Release) -> Release:
    served = [one for one in target.releases() if one.version < current.version and one.status == "succeeded"]
    if not served:
        raise UserError(f"no release before v{current.version} ever served", hint="`hafen releases` shows them")
    return served[-1]
