"""How a colleague looks in a deck."""

from __future__ import annotations

import json

from ..model import Profile


def card(person_id: int, profile: Profile) -> bytes:
    """One person as JSON."""
    return json.dumps(
        {
            "id": person_id,
            "name": profile.name,
            "department": profile.department,
            "skills": profile.skills,
            "wants_to_learn": profile.wants_to_learn,
            "interests": profile.interests,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
