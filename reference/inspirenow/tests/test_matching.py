"""The quick index says what the plain rule says, whatever happens to the people in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inspirenow.matching.organisation import OrganisationIndex
from inspirenow.matching.people import PeopleIndex
from inspirenow.matching.score import SHOWN_MAX, tie_break
from inspirenow.model import Changes, Cursor, IndexedPerson, Profile

from . import reference_matching

WORDS = [f"word {number}" for number in range(8)]
tags = st.lists(st.sampled_from(WORDS), unique=True, max_size=6).map(tuple)
profiles = st.builds(Profile, st.just("Name"), st.sampled_from(["", "Sales", "Legal"]), tags, tags, tags)
ids = st.integers(1, 40)
people = st.builds(IndexedPerson, ids, st.just(1), profiles, st.integers(0, 3))
populations = st.lists(people, min_size=1, max_size=40, unique_by=lambda person: person.id)


@given(populations, st.sets(ids), st.integers(1, 45))
@settings(max_examples=200, deadline=None)
def test_the_deck_is_the_one_of_the_plain_rule(population: list[IndexedPerson], seen: set[int], limit: int) -> None:
    index = OrganisationIndex()
    for person in population:
        index.put(person)
    for me in population[:3]:
        expected = reference_matching.deck(population, me, sorted(seen), limit)
        assert index.deck_ids(me.id, seen, limit) == expected


class Changing(RuleBasedStateMachine):
    """People come, change, are swiped and leave, in any order; decks stay right."""

    def __init__(self) -> None:
        super().__init__()
        self.index = PeopleIndex()
        self.people: dict[int, IndexedPerson] = {}

    def apply(self, people: list[IndexedPerson], gone: list[int], shown_more: dict[int, int]) -> None:
        self.index.apply(Changes(people, gone, shown_more, {}, Cursor()))

    @rule(person=people)
    def put(self, person: IndexedPerson) -> None:
        self.people[person.id] = person
        self.apply([person], [], {})

    @rule(person_id=ids)
    def remove(self, person_id: int) -> None:
        self.people.pop(person_id, None)
        self.apply([], [person_id], {})

    @rule(person_id=ids, times=st.integers(1, 3))
    def show_more(self, person_id: int, times: int) -> None:
        if person := self.people.get(person_id):
            self.people[person_id] = IndexedPerson(person.id, 1, person.profile, person.shown + times)
        self.apply([], [], {person_id: times})

    @invariant()
    def decks_are_right(self) -> None:
        population = list(self.people.values())
        assert len(self.index) == len(population)
        for me in population[:2]:
            expected = reference_matching.deck(population, me, [3, 5], 5)
            assert self.index.deck_ids(me.id, [3, 5], 5) == expected


TestChanging: Any = Changing.TestCase
TestChanging.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_a_large_organisation_keeps_the_rule_across_growth() -> None:
    population = [
        IndexedPerson(
            number, 1, Profile("Name", WORDS[number % 3], (WORDS[number % 7],), (WORDS[number % 5],)), number % 4
        )
        for number in range(1, 1000)
    ]
    index = OrganisationIndex()
    for person in population:
        index.put(person)
    expected = reference_matching.deck(population, population[0], [7], 45)
    assert index.deck_ids(1, [7], 45) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [((5, 0), (4, 1)), ((4, 3), (5, 3)), ((2**31 - 1, 0), (1, 1)), ((1, SHOWN_MAX), (2, SHOWN_MAX + 5))],
    ids=["fewer times shown", "lower id", "fewer times shown, largest id", "beyond the maximum only ids count"],
)
def test_ties_are_broken_by_how_often_shown_and_then_by_id(first: tuple[int, int], second: tuple[int, int]) -> None:
    assert tie_break(*first) > tie_break(*second) >= 0


def test_a_person_is_known_in_their_own_organisation_only() -> None:
    index = PeopleIndex()
    index.apply(Changes([IndexedPerson(1, 1, Profile("Name", ""), 0)], [], {}, {}, Cursor()))
    assert index.knows(1, organisation_id=1)
    assert not index.knows(1, organisation_id=2)
    assert not index.knows(2, organisation_id=1)
    assert index.deck(1, [], 5) == []
