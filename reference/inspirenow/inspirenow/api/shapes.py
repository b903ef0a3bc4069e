"""Bodies of requests and answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ..model import Match, Person, Profile

MAX_TAGS = 20
ID_MAX = 2**31 - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMAIL = re.compile(r"[^@\s\"<>(),:;]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must not hold control characters")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("must be an e-mail address")
    return text.lower()


def _distinct(tags: list[str]) -> list[str]:
    """The first spelling of each tag stays; tags differ by more than case."""
    return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


def _text(minimum: int, maximum: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=minimum, max_length=maximum)


Email = Annotated[str, _text(3, 254), AfterValidator(_one_line), AfterValidator(_email)]
Password = Annotated[str, StringConstraints(min_length=10, max_length=200)]
Name = Annotated[str, _text(1, 120), AfterValidator(_one_line)]
Department = Annotated[str, _text(0, 80), AfterValidator(_one_line)]
Tag = Annotated[str, _text(1, 60), AfterValidator(_one_line)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_distinct)]
ChoiceName = Literal["like", "pass"]
PersonId = Annotated[int, Field(ge=1, le=ID_MAX)]
SignedToken = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Request(BaseModel):
    """A body that must hold what it says and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Registration(Request):
    """Someone joins the organisation that the invite code opens."""

    email: Email
    password: Password
    invite_code: Annotated[str, _text(1, 64)]
    name: Name
    department: Department = ""
    skills: Tags = []
    wants_to_learn: Tags = []
    interests: Tags = []

    def profile(self) -> Profile:
        """What colleagues will see."""
        tags = (tuple(self.skills), tuple(self.wants_to_learn), tuple(self.interests))
        return Profile(self.name, self.department, *tags)


class Registered(BaseModel):
    """Sent whether or not the address was known, so that nobody learns who has an account."""

    status: Literal["verification sent"] = "verification sent"
    email: str


class VerificationRequest(Request):
    """The token from the mail."""

    token: SignedToken


class Verified(BaseModel):
    """The account can log in now."""

    status: Literal["verified"] = "verified"


class Login(Request):
    """E-mail and password."""

    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LoggedIn(BaseModel):
    """Send the access token as `Authorization: Bearer …`."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the name of a scheme
    expires_in_s: int


class RefreshRequest(Request):
    """The refresh token of the last pair."""

    refresh_token: SignedToken


class ProfileChange(Request):
    """Fields left out stay as they are."""

    name: Name | None = None
    department: Department | None = None
    skills: Tags | None = None
    wants_to_learn: Tags | None = None
    interests: Tags | None = None

    def applied_to(self, profile: Profile) -> Profile:
        """The profile with the given fields replaced."""
        return Profile(
            self.name if self.name is not None else profile.name,
            self.department if self.department is not None else profile.department,
            tuple(self.skills) if self.skills is not None else profile.skills,
            tuple(self.wants_to_learn) if self.wants_to_learn is not None else profile.wants_to_learn,
            tuple(self.interests) if self.interests is not None else profile.interests,
        )


class Colleague(BaseModel):
    """A person as others see them."""

    id: int
    name: str
    department: str
    skills: list[str]
    wants_to_learn: list[str]
    interests: list[str]

    @classmethod
    def of(cls, person_id: int, profile: Profile) -> Colleague:
        """From a profile."""
        tags = {"skills": profile.skills, "wants_to_learn": profile.wants_to_learn, "interests": profile.interests}
        lists = {name: list(values) for name, values in tags.items()}
        return cls(id=person_id, name=profile.name, department=profile.department, **lists)


class Me(BaseModel):
    """A person as they see themselves."""

    email: str
    profile: Colleague
    created_at: datetime

    @classmethod
    def of(cls, person: Person) -> Me:
        """From what the store knows."""
        profile = Colleague.of(person.id, person.profile)
        return cls(email=person.email, profile=profile, created_at=moment(person.created_at))


class Catalogue(BaseModel):
    """Words that are offered; others may be used too."""

    skills: list[str]
    interests: list[str]


class Deck(BaseModel):
    """Colleagues not decided about yet, best first."""

    people: list[Colleague]


class SwipeRequest(Request):
    """One decision."""

    person_id: PersonId
    choice: ChoiceName


class Swiped(BaseModel):
    """The choice that stands: a pair's first one."""

    person_id: int
    choice: ChoiceName
    match: bool
    match_id: int | None


class MatchWith(BaseModel):
    """Someone who likes you as you like them."""

    id: int
    person: Colleague
    matched_at: datetime

    @classmethod
    def of(cls, match: Match) -> MatchWith:
        """From what the store knows."""
        person = Colleague.of(match.person_id, match.profile)
        return cls(id=match.id, person=person, matched_at=moment(match.matched_at))


class Matches(BaseModel):
    """Newest first."""

    matches: list[MatchWith]


class OutboxMail(BaseModel):
    """A mail that would have been sent."""

    to: str
    subject: str
    text: str
    token: str | None
    sent_at: datetime


class Outbox(BaseModel):
    """Newest first."""

    mails: list[OutboxMail]


def moment(epoch_s: int) -> datetime:
    """Epoch seconds as a date, UTC."""
    return datetime.fromtimestamp(epoch_s, UTC)
