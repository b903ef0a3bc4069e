"""Draws what a person can, wants and likes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .catalogue import DEPARTMENTS, INTERESTS, SKILLS


@dataclass(frozen=True, slots=True)
class Traits:
    """A profile without its name."""

    department: str
    skills: tuple[str, ...]
    wants_to_learn: tuple[str, ...]
    interests: tuple[str, ...]


def draw_traits(random: Random) -> Traits:
    """Nobody wants to learn what they can already."""
    words = random.sample(SKILLS, random.randint(4, 9))
    skills = random.randint(2, len(words) - 2)
    interests = random.sample(INTERESTS, random.randint(2, 6))
    return Traits(random.choice(DEPARTMENTS), tuple(words[:skills]), tuple(words[skills:]), tuple(interests))
