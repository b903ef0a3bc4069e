"""The deck's rule, said slowly and plainly, to hold the quick one against."""

from __future__ import annotations

from collections.abc import Sequence

from inspirenow.model import IndexedPerson, Profile


def deck(people: Sequence[IndexedPerson], me: IndexedPerson, seen: Sequence[int], limit: int) -> list[int]:
    """Ids, best first."""
    candidates = [one for one in people if may_be_shown(one, me, seen)]
    ranked = sorted(candidates, key=lambda one: (-score(me.profile, one.profile), one.shown, one.id))
    return [one.id for one in ranked[:limit]]


def may_be_shown(one: IndexedPerson, me: IndexedPerson, seen: Sequence[int]) -> bool:
    return one.organisation_id == me.organisation_id and one.id != me.id and one.id not in seen


def score(mine: Profile, theirs: Profile) -> int:
    points = 0
    for skill in mine.skills:
        points += 1 if skill in theirs.skills else 0
        points += 3 if skill in theirs.wants_to_learn else 0
    for skill in mine.wants_to_learn:
        points += 3 if skill in theirs.skills else 0
    for interest in mine.interests:
        points += 2 if interest in theirs.interests else 0
    return points + (1 if mine.department != theirs.department else 0)
