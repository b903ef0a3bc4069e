"""What the app asks of its store. `tests/store_contract.py` says how each call must behave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..model import (
    Account,
    Changes,
    Cursor,
    Day,
    ListedMatch,
    ListedPerson,
    Mail,
    Match,
    NewPerson,
    Numbers,
    Organisation,
    OrganisationNumbers,
    Person,
    Profile,
    Refresh,
    Swipe,
    SwipeOutcome,
    TagNumbers,
)


class StoreUnavailable(Exception):
    """The database cannot be reached or is not ready now; trying again makes sense."""


class NotMigrated(Exception):
    """The release phase has not run on this database."""


class EmailTaken(Exception):
    """A verified account with this e-mail exists."""


class UnknownPerson(Exception):
    """No verified person with this id in this organisation."""


class Organisations(Protocol):
    """Customers and their invite codes."""

    async def by_invite_code(self, invite_code: str) -> Organisation | None:
        """The organisation that the code opens."""

    async def add_all(self, organisations: Sequence[tuple[str, str]]) -> dict[str, int]:
        """Add (name, invite code) pairs that are not there yet; answers the id of each name given."""

    async def change_invite_code(self, organisation_id: int, invite_code: str) -> bool:
        """The old code opens nothing any more. False when there is no such organisation."""


class People(Protocol):
    """Accounts and profiles."""

    async def register(self, new: NewPerson) -> int:
        """Add an account and answer its id. Replaces an unverified one with the same e-mail; else raises EmailTaken."""

    async def add_all(self, people: Sequence[NewPerson]) -> int:
        """Add those whose e-mail is not there yet; answers how many."""

    async def account(self, email: str) -> Account | None:
        """What login needs, by e-mail."""

    async def account_of(self, person_id: int) -> Account | None:
        """What verification needs, by id."""

    async def verify(self, person_id: int, password_hash: str, at: int) -> bool:
        """Mark verified if the hash is still the one given; False when there is nothing (more) to verify."""

    async def person(self, person_id: int) -> Person | None:
        """One person, verified or not."""

    async def change_profile(self, person_id: int, profile: Profile) -> None:
        """Replace the profile; followers hear of it."""

    async def delete(self, person_id: int, at: int) -> None:
        """Forget a person and all that hangs on them. Their swipes stay as anonymous counts; followers hear of it."""


class Sessions(Protocol):
    """Logins. A session goes on by refreshing it, which makes the next generation of its token."""

    async def start(self, person_id: int, at: int, expires_at: int) -> int:
        """A new session at generation 0; answers its id. The person counts as active on that day."""

    async def refresh(self, session_id: int, generation: int, at: int, expires_at: int) -> Refresh:
        """Go on from this generation to the next. An older one than the last ends the session, for its token leaked."""

    async def end(self, session_id: int, at: int) -> None:
        """Followers hear of it. Nothing happens when it is over already."""


class FailedLogins(Protocol):
    """Counters against guessing."""

    async def add(self, keys: Sequence[str], at: int, keep_s: int) -> None:
        """Count one failure for each key; forget those older than `keep_s`."""

    async def count(self, key: str, since: int) -> int:
        """Failures since then, as exactly as to the minute."""


class Tags(Protocol):
    """The words for skills and interests."""

    async def add_catalogue(self, kind: str, names: Sequence[str]) -> None:
        """Offer these names; those already there stay."""

    async def catalogue(self, kind: str) -> list[str]:
        """The names offered, in alphabetical order."""


class Swipes(Protocol):
    """Decisions and the matches that follow from them."""

    async def add(self, swipe: Swipe) -> SwipeOutcome:
        """Record the first decision on a pair; a later one changes nothing. Raises UnknownPerson."""

    async def take_back(self, swiper: int, swiped: int) -> bool:
        """Undo a decision and the match that came of it. False when there is none. It still counts as shown."""

    async def seen_by(self, person_id: int) -> Sequence[int]:
        """Ids this person has decided about."""

    async def matches_of(self, person_id: int, limit: int) -> list[Match]:
        """Newest first."""


class Mails(Protocol):
    """The outbox."""

    async def add(self, mail: Mail) -> None:
        """Put one mail into the outbox."""

    async def to(self, email: str, limit: int) -> list[Mail]:
        """Newest first."""


class Feed(Protocol):
    """What matching follows, so that every replica's index says the same within a second or two."""

    async def changes(self, after: Cursor) -> Changes:
        """What comes after the cursor, in parts that are quick to apply; `Cursor()` asks for all people there are."""


class Statistics(Protocol):
    """Numbers and lists for the dashboard."""

    async def numbers(self, at: int) -> Numbers:
        """Totals over all organisations, as of now."""

    async def days(self, first: int, last: int) -> list[Day]:
        """Every day from first to last, quiet ones too."""

    async def organisations(self) -> list[OrganisationNumbers]:
        """All, the largest first."""

    async def people(self, words: str, after_id: int, limit: int) -> list[ListedPerson]:
        """People whose name or e-mail holds `words`, by id, from after `after_id` on."""

    async def skills(self, limit: int) -> list[TagNumbers]:
        """Skills that most people can or want to learn."""

    async def matches(self, limit: int) -> list[ListedMatch]:
        """Newest first."""


class Store(Protocol):
    """One database, opened once per process."""

    @property
    def organisations(self) -> Organisations:
        """Customers."""

    @property
    def people(self) -> People:
        """Accounts and profiles."""

    @property
    def sessions(self) -> Sessions:
        """Logins."""

    @property
    def failed_logins(self) -> FailedLogins:
        """Counters against guessing."""

    @property
    def tags(self) -> Tags:
        """Words."""

    @property
    def swipes(self) -> Swipes:
        """Decisions and matches."""

    @property
    def mails(self) -> Mails:
        """The outbox."""

    @property
    def feed(self) -> Feed:
        """What matching follows."""

    @property
    def statistics(self) -> Statistics:
        """Numbers."""

    async def open(self) -> None:
        """Connect. Raises StoreUnavailable or NotMigrated."""

    async def close(self) -> None:
        """Finish what was begun, then disconnect."""

    async def migrate(self) -> list[str]:
        """Bring the schema up to date; answers the names of the migrations that ran."""

    async def check(self) -> None:
        """Raises StoreUnavailable when the database does not answer."""
