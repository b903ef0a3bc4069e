"""Small frozen values shared by all parts. Times are epoch seconds, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from sys import intern


class Choice(IntEnum):
    """What a person decided about another."""

    PASS = 0
    LIKE = 1


@dataclass(frozen=True, slots=True)
class Organisation:
    """A customer. Whoever holds the invite code may join."""

    id: int
    name: str
    invite_code: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What colleagues see. Tags are unique within each tuple."""

    name: str
    department: str
    skills: tuple[str, ...] = ()
    wants_to_learn: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()

    @classmethod
    def of_stored(cls, name: str, department: str, tags: tuple[list[str], list[str], list[str]]) -> Profile:
        """Many people share few words: one copy of each saves most of an index's memory."""
        skills, wants_to_learn, interests = (tuple(map(intern, words)) for words in tags)
        return cls(name, intern(department), skills, wants_to_learn, interests)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of one organisation for good."""

    id: int
    organisation_id: int
    email: str
    profile: Profile
    verified: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Account:
    """What login needs to know."""

    person_id: int
    organisation_id: int
    password_hash: str
    verified: bool


class Refresh(Enum):
    """What became of a request to go on with a session."""

    DONE = "done"
    # The same token a moment ago: a double submit, not a thief.
    DONE_ALREADY = "done already"
    # Over, unknown, or ended now because an old token came back.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Someone who registers, or is seeded. `verified_at` None: not verified yet."""

    organisation_id: int
    email: str
    password_hash: str
    profile: Profile
    verified_at: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that would have been sent. `token` repeats what the text holds, for machines."""

    to: str
    subject: str
    text: str
    token: str | None
    sent_at: int


@dataclass(frozen=True, slots=True)
class Swipe:
    """One decision of `swiper` about `swiped`, both of the same organisation."""

    swiper: int
    swiped: int
    organisation_id: int
    choice: Choice
    at: int


@dataclass(frozen=True, slots=True)
class SwipeOutcome:
    """The choice that stands (the first one made) and the match, if the two like each other."""

    choice: Choice
    match_id: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """Two people who like each other, seen from one of them."""

    id: int
    person_id: int
    profile: Profile
    matched_at: int


@dataclass(frozen=True, slots=True)
class IndexedPerson:
    """A verified person as the matching index needs it. `shown`: by how many colleagues they were swiped so far."""

    id: int
    organisation_id: int
    profile: Profile
    shown: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a follower of the store has read. Opaque to everything but the store that made it."""

    revision: int = 0
    swipe: int = 0
    ended_session: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened after a cursor: apply `shown_more`, then `gone`, then `people`, in that order.

    `shown_more`: by how many more colleagues a person was swiped. `ended_sessions`: when each ended.
    `more`: this is a part; ask again from `cursor` at once.
    """

    people: list[IndexedPerson]
    gone: list[int]
    shown_more: dict[int, int]
    ended_sessions: dict[int, int]
    cursor: Cursor
    more: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Totals for the dashboard. `weekly_active`: people who logged in within the last seven days."""

    organisations: int
    people: int
    unverified: int
    weekly_active: int
    swipes: int
    likes: int
    matches: int


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, UTC. `number` counts days since 1970."""

    number: int
    joined: int = 0
    active: int = 0
    swipes: int = 0
    matches: int = 0


@dataclass(frozen=True, slots=True)
class OrganisationNumbers:
    """One customer in the dashboard's list."""

    id: int
    name: str
    invite_code: str
    people: int
    swipes: int
    matches: int


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person in the dashboard's list. `verified_at` None: not yet."""

    id: int
    organisation: str
    name: str
    email: str
    department: str
    verified_at: int | None


@dataclass(frozen=True, slots=True)
class TagNumbers:
    """How many people carry a word."""

    name: str
    can: int
    want: int


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """Two people who like each other, as the dashboard lists them."""

    id: int
    organisation: str
    names: tuple[str, str]
    matched_at: int
