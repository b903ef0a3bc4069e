"""How every store must behave. A store's own test module subclasses this and brings the fixture `stores`.

`stores` are two of them on the same data, as two processes have it; `store` is the first.
"""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from inspirenow.model import Choice, Cursor, Day, Mail, NewPerson, Profile, Refresh, Swipe, SwipeOutcome, TagNumbers
from inspirenow.stores.protocol import EmailTaken, Store, UnknownPerson

from .people import ALSTER, NOW, VERIFIED_AT, address, colleague

Stores = tuple[Store, Store]
LATER = NOW + 1_000_000
DAY_S = 86_400
JOINED_ON = VERIFIED_AT // DAY_S


def registration(organisation_id: int, name: str, password_hash: str = "a hash") -> NewPerson:
    return NewPerson(organisation_id, address(name), password_hash, Profile(name, "", ("Git",)))


async def organisation(store: Store, name: str = "Alster") -> int:
    return (await store.organisations.add_all([(name, f"CODE-{name}")]))[name]


async def people(store: Store, organisation_id: int) -> dict[str, int]:
    await store.people.add_all([colleague(organisation_id, name) for name in ALSTER])
    accounts = {name: await store.people.account(address(name)) for name in ALSTER}
    return {name: account.person_id for name, account in accounts.items() if account}


class StoreContract:
    """The contract."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def store(self, stores: Stores) -> Store:
        return stores[0]

    async def test_migrating_again_changes_nothing(self, store: Store) -> None:
        assert await store.migrate() == []

    async def test_it_says_that_it_answers(self, store: Store) -> None:
        await store.check()

    async def test_organisations_are_found_by_their_code_and_added_once(self, store: Store) -> None:
        first = await organisation(store)
        assert await organisation(store) == first
        found = await store.organisations.by_invite_code("CODE-Alster")
        assert found is not None
        assert (found.id, found.name) == (first, "Alster")
        assert await store.organisations.by_invite_code("code-alster") is None

    async def test_a_registration_is_an_account_that_is_not_verified(self, store: Store) -> None:
        organisation_id = await organisation(store)
        person_id = await store.people.register(registration(organisation_id, "ada"))
        account = await store.people.account(address("ada"))
        assert account == await store.people.account_of(person_id)
        assert account is not None
        assert (account.person_id, account.organisation_id) == (person_id, organisation_id)
        assert (account.password_hash, account.verified) == ("a hash", False)
        assert await store.people.account("nobody@mail.example") is None

    async def test_an_unverified_registration_is_replaced(self, store: Store) -> None:
        organisation_id = await organisation(store)
        first = await store.people.register(registration(organisation_id, "ada"))
        assert await store.people.register(registration(organisation_id, "ada", "newer hash")) == first
        account = await store.people.account(address("ada"))
        assert account is not None
        assert account.password_hash == "newer hash"

    async def test_a_verified_registration_is_not_replaced(self, store: Store) -> None:
        organisation_id = await organisation(store)
        person_id = await store.people.register(registration(organisation_id, "ada"))
        assert await store.people.verify(person_id, "a hash", NOW)
        with pytest.raises(EmailTaken):
            await store.people.register(registration(organisation_id, "ada", "newer hash"))
        account = await store.people.account(address("ada"))
        assert account is not None
        assert (account.password_hash, account.verified) == ("a hash", True)

    async def test_verifying_works_once_and_only_for_the_password_it_was_asked_for(self, store: Store) -> None:
        person_id = await store.people.register(registration(await organisation(store), "ada"))
        assert not await store.people.verify(person_id, "another hash", NOW)
        assert await store.people.verify(person_id, "a hash", NOW)
        assert not await store.people.verify(person_id, "a hash", NOW)

    async def test_one_registration_that_fails_leaves_others_at_the_same_time_alone(self, store: Store) -> None:
        organisation_id = await organisation(store)
        await people(store, organisation_id)
        names = ["nora", "ada", "olga"]
        results = await asyncio.gather(
            *(store.people.register(registration(organisation_id, name)) for name in names), return_exceptions=True
        )
        assert [isinstance(result, EmailTaken) for result in results] == [False, True, False]
        assert await store.people.account(address("olga"))

    async def test_adding_people_again_adds_nobody(self, store: Store) -> None:
        organisation_id = await organisation(store)
        new = [colleague(organisation_id, name) for name in ALSTER]
        assert await store.people.add_all(new) == len(new)
        assert await store.people.add_all(new) == 0

    async def test_a_profile_is_kept_as_given(self, store: Store) -> None:
        person_id = (await people(store, await organisation(store)))["ada"]
        profile = Profile('Ada Çelik-O\'Neill "x" 🦉', "R&D", ("C++", "Öl"), (), ("Schach",))
        await store.people.change_profile(person_id, profile)
        person = await store.people.person(person_id)
        assert person is not None
        assert (person.profile, person.email, person.verified) == (profile, address("ada"), True)
        assert await store.people.person(2**31 - 1) is None

    async def test_the_catalogue_is_sorted_and_holds_each_word_once(self, store: Store) -> None:
        await store.tags.add_catalogue("skill", ["SQL", "Git"])
        await store.tags.add_catalogue("skill", ["Git", "Go"])
        await store.tags.add_catalogue("interest", ["Chess"])
        assert await store.tags.catalogue("skill") == ["Git", "Go", "SQL"]

    async def test_mails_come_newest_first_and_only_ones_own(self, store: Store) -> None:
        mails = [Mail(address("ada"), f"Mail {number}", "text", None, NOW + number) for number in range(3)]
        for mail in [*mails, Mail(address("ben"), "Other", "text", "a token", NOW)]:
            await store.mails.add(mail)
        assert await store.mails.to(address("ada"), 2) == [mails[2], mails[1]]
        assert [mail.token for mail in await store.mails.to(address("ben"), 2)] == ["a token"]

    async def test_the_first_swipe_on_a_pair_stands(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        outcome = SwipeOutcome(Choice.LIKE, None)
        for choice in (Choice.LIKE, Choice.PASS, Choice.LIKE):
            assert await store.swipes.add(Swipe(ids["ada"], ids["ben"], organisation_id, choice, NOW)) == outcome
        assert list(await store.swipes.seen_by(ids["ada"])) == [ids["ben"]]
        assert list(await store.swipes.seen_by(ids["ben"])) == []

    async def test_two_likes_match_and_both_see_it(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        pairs = [("ada", "ben"), ("ben", "ada"), ("clara", "ada"), ("ada", "clara")]
        outcomes = [
            await store.swipes.add(Swipe(ids[one], ids[other], organisation_id, Choice.LIKE, NOW + number))
            for number, (one, other) in enumerate(pairs)
        ]
        assert [outcome.match_id is not None for outcome in outcomes] == [False, True, False, True]
        matches = await store.swipes.matches_of(ids["ada"], 10)
        assert [match.person_id for match in matches] == [ids["clara"], ids["ben"]]
        assert (matches[0].id, matches[0].matched_at) == (outcomes[3].match_id, NOW + 3)
        assert matches[0].profile.name == "Clara"
        assert len(await store.swipes.matches_of(ids["ada"], 1)) == 1

    async def test_a_swipe_taken_back_frees_the_pair_and_ends_the_match(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        ada, ben = ids["ada"], ids["ben"]
        for pair in ((ada, ben), (ben, ada)):
            await store.swipes.add(Swipe(*pair, organisation_id, Choice.LIKE, NOW))
        assert await store.swipes.take_back(ada, ben)
        assert not await store.swipes.take_back(ada, ben)
        assert list(await store.swipes.seen_by(ada)) == []
        assert await store.swipes.matches_of(ben, 9) == []
        again = await store.swipes.add(Swipe(ada, ben, organisation_id, Choice.PASS, NOW))
        assert again == SwipeOutcome(Choice.PASS, None)

    async def test_a_swipe_taken_back_at_once_still_counts_as_shown_for_everybody(self, stores: Stores) -> None:
        store, other_process = stores
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        cursor = (await other_process.feed.changes(Cursor())).cursor
        await store.swipes.add(Swipe(ids["ada"], ids["ben"], organisation_id, Choice.PASS, NOW))
        await store.swipes.take_back(ids["ada"], ids["ben"])
        assert (await other_process.feed.changes(cursor)).shown_more == {ids["ben"]: 1}
        shown = {person.id: person.shown for person in (await store.feed.changes(Cursor())).people}
        assert shown[ids["ben"]] == 1

    async def test_a_deleted_person_leaves_nothing_but_anonymous_counts(self, stores: Stores) -> None:
        store, other_process = stores
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        ada, ben, clara = ids["ada"], ids["ben"], ids["clara"]
        session = await store.sessions.start(ada, NOW, LATER)
        await store.mails.add(Mail(address("ada"), "Hello", "text", None, NOW))
        cursor = (await other_process.feed.changes(Cursor())).cursor
        for pair in ((ada, ben), (ben, ada), (ada, clara)):
            await store.swipes.add(Swipe(*pair, organisation_id, Choice.LIKE, NOW))
        await store.people.delete(ada, NOW)
        changes = await other_process.feed.changes(cursor)
        assert (changes.gone, changes.people) == ([ada], [])
        assert (changes.shown_more[ben], changes.shown_more[clara]) == (1, 1)
        assert changes.ended_sessions == {session: NOW}
        assert ada not in {person.id for person in (await store.feed.changes(Cursor())).people}
        assert (await store.people.account(address("ada")), await store.people.person(ada)) == (None, None)
        assert list(await store.swipes.seen_by(ben)) == []
        assert await store.swipes.matches_of(ben, 9) == []
        assert await store.mails.to(address("ada"), 9) == []
        assert await store.sessions.refresh(session, 0, NOW, LATER) is Refresh.ENDED
        assert ada not in {person.id for person in await store.statistics.people("", 0, 99)}
        numbers = await store.statistics.numbers(NOW)
        assert (numbers.people, numbers.unverified, numbers.weekly_active) == (5, 0, 0)
        with pytest.raises(UnknownPerson):
            await store.swipes.add(Swipe(ben, ada, organisation_id, Choice.LIKE, NOW))

    async def test_an_address_is_free_again_once_its_person_is_deleted(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        await store.people.delete(ids["ada"], NOW)
        await store.people.delete(ids["ada"], NOW)
        await store.people.change_profile(ids["ada"], Profile("A ghost", ""))
        assert await store.people.register(registration(organisation_id, "ada")) not in ids.values()
        assert (await store.feed.changes(Cursor())).gone == [ids["ada"]]

    async def test_everybody_likes_everybody_through_two_processes_at_once(self, stores: Stores) -> None:
        organisation_id = await organisation(stores[0])
        ids = list((await people(stores[0], organisation_id)).values())
        swipes = [Swipe(one, other, organisation_id, Choice.LIKE, NOW) for one, other in permutations(ids, 2)]
        await asyncio.gather(*(stores[number % 2].swipes.add(swipe) for number, swipe in enumerate(swipes * 2)))
        matches = [match for one in ids for match in await stores[1].swipes.matches_of(one, 100)]
        pairs = len(ids) * (len(ids) - 1) // 2
        assert (len(matches), len({match.id for match in matches})) == (2 * pairs, pairs)
        assert (await stores[0].statistics.numbers(NOW)).swipes == 2 * pairs

    async def test_a_swipe_needs_two_verified_people_of_one_organisation(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        await store.people.add_all([colleague(await organisation(store, "Bodensee"), "otto")])
        otto = await store.people.account(address("otto"))
        unverified = await store.people.register(registration(organisation_id, "nora"))
        assert otto is not None
        for swiped in (otto.person_id, unverified, ids["ada"], 2**31 - 1):
            with pytest.raises(UnknownPerson):
                await store.swipes.add(Swipe(ids["ada"], swiped, organisation_id, Choice.LIKE, NOW))

    async def test_an_impossible_swipe_leaves_others_at_the_same_time_alone(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        targets = [ids["ben"], 2**31 - 1, ids["clara"]]
        swipes = [Swipe(ids["ada"], target, organisation_id, Choice.LIKE, NOW) for target in targets]
        results = await asyncio.gather(*map(store.swipes.add, swipes), return_exceptions=True)
        assert [isinstance(result, UnknownPerson) for result in results] == [False, True, False]
        assert set(await store.swipes.seen_by(ids["ada"])) == {ids["ben"], ids["clara"]}

    async def test_the_feed_begins_with_all_verified_people(self, store: Store) -> None:
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        await store.people.register(registration(organisation_id, "nora"))
        await store.swipes.add(Swipe(ids["ada"], ids["ben"], organisation_id, Choice.PASS, NOW))
        changes = await store.feed.changes(Cursor())
        assert {person.id: person.shown for person in changes.people} == {
            person_id: int(name == "ben") for name, person_id in ids.items()
        }
        assert (changes.gone, changes.shown_more, changes.ended_sessions) == ([], {}, {})

    async def test_the_feed_goes_on_where_its_reader_stopped(self, stores: Stores) -> None:
        store, other_process = stores
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        cursor = (await store.feed.changes(Cursor())).cursor
        nora = await store.people.register(registration(organisation_id, "nora"))
        await store.people.verify(nora, "a hash", NOW)
        await store.people.change_profile(ids["ada"], Profile("Ada", "Legal"))
        for one in ("ada", "clara"):
            await store.swipes.add(Swipe(ids[one], ids["ben"], organisation_id, Choice.PASS, NOW))
        changes = await other_process.feed.changes(cursor)
        assert {person.id: person.profile.department for person in changes.people} == {nora: "", ids["ada"]: "Legal"}
        assert changes.shown_more == {ids["ben"]: 2}
        after = await other_process.feed.changes(changes.cursor)
        assert (after.people, after.gone, after.shown_more) == ([], [], {})

    async def test_the_feed_comes_in_parts_that_together_hold_everybody_once(self, store: Store) -> None:
        organisation_id = await organisation(store)
        await store.people.add_all([colleague(organisation_id, f"person-{number}") for number in range(2_500)])
        cursor, seen, parts = Cursor(), [], 0
        while True:
            changes = await store.feed.changes(cursor)
            seen += [person.id for person in changes.people]
            cursor, parts = changes.cursor, parts + 1
            if not changes.more:
                break
        assert (len(seen), len(set(seen))) == (2_500, 2_500)
        assert parts > 1

    async def test_a_session_goes_on_generation_by_generation(self, store: Store) -> None:
        session = await self.started(store)
        for generation in range(3):
            at = NOW + 100 * generation
            assert await store.sessions.refresh(session, generation, at, LATER) is Refresh.DONE

    async def test_refreshing_twice_in_a_moment_is_a_double_submit(self, store: Store) -> None:
        session = await self.started(store)
        outcomes = await asyncio.gather(*(store.sessions.refresh(session, 0, NOW, LATER) for _ in range(3)))
        assert sorted(outcomes, key=str) == [Refresh.DONE, Refresh.DONE_ALREADY, Refresh.DONE_ALREADY]
        assert await store.sessions.refresh(session, 1, NOW + 100, LATER) is Refresh.DONE

    async def test_an_old_token_that_comes_back_ends_the_session(self, stores: Stores) -> None:
        store, other_process = stores
        session = await self.started(store)
        cursor = (await other_process.feed.changes(Cursor())).cursor
        await store.sessions.refresh(session, 0, NOW, LATER)
        assert await store.sessions.refresh(session, 0, NOW + 100, LATER) is Refresh.ENDED
        assert await store.sessions.refresh(session, 1, NOW + 101, LATER) is Refresh.ENDED
        assert (await other_process.feed.changes(cursor)).ended_sessions == {session: NOW + 100}

    async def test_an_expired_session_is_over(self, store: Store) -> None:
        session = await self.started(store, expires_at=NOW)
        assert await store.sessions.refresh(session, 0, NOW, LATER) is Refresh.ENDED

    async def test_an_ended_session_is_over_and_followers_hear_of_it(self, stores: Stores) -> None:
        store, other_process = stores
        session, another = await self.started(store), await self.started(store)
        await store.sessions.end(session, NOW)
        assert await store.sessions.refresh(session, 0, NOW, LATER) is Refresh.ENDED
        assert await store.sessions.refresh(another, 0, NOW, LATER) is Refresh.DONE
        assert (await other_process.feed.changes(Cursor())).ended_sessions == {session: NOW}

    async def started(self, store: Store, expires_at: int = LATER) -> int:
        ids = await people(store, await organisation(store))
        return await store.sessions.start(ids["ada"], NOW, expires_at)

    async def test_failures_are_counted_by_key_and_forgotten_in_time(self, stores: Stores) -> None:
        store, other_process = stores
        for at, keys in ((NOW, ["a"]), (NOW + 60, ["a", "b"]), (NOW + 120, ["b"])):
            await store.failed_logins.add(keys, at, keep_s=900)
        counts = [await other_process.failed_logins.count(key, NOW) for key in ("a", "b", "c")]
        assert counts == [2, 2, 0]
        assert await store.failed_logins.count("a", NOW + 60) == 1
        await store.failed_logins.add(["c"], NOW + 2_000, keep_s=900)
        assert await store.failed_logins.count("a", 0) == 0

    async def test_numbers_count_what_is_there(self, store: Store) -> None:
        await self.filled(store)
        numbers = await store.statistics.numbers(NOW)
        assert (numbers.organisations, numbers.people, numbers.unverified, numbers.weekly_active) == (2, 7, 1, 1)
        assert (numbers.swipes, numbers.likes, numbers.matches) == (4, 3, 1)
        assert (await store.statistics.numbers(NOW + 7 * DAY_S)).weekly_active == 0

    async def test_days_tell_what_happened_on_each(self, store: Store) -> None:
        await self.filled(store)
        today = NOW // DAY_S
        assert await store.statistics.days(today - 1, today + 1) == [
            Day(today - 1),
            Day(today, active=1, swipes=3, matches=1),
            Day(today + 1, swipes=1),
        ]
        assert await store.statistics.days(JOINED_ON, JOINED_ON) == [Day(JOINED_ON, joined=7)]

    async def test_organisations_are_listed_with_their_numbers_largest_first(self, store: Store) -> None:
        await self.filled(store)
        listed = await store.statistics.organisations()
        assert [(one.name, one.people, one.swipes, one.matches) for one in listed] == [
            ("Alster", 6, 4, 1),
            ("Bodensee", 1, 0, 0),
        ]
        assert listed[0].invite_code == "CODE-Alster"

    async def test_people_are_found_by_name_and_address_page_by_page(self, store: Store) -> None:
        await self.filled(store)
        everybody = await store.statistics.people("", 0, 100)
        assert [person.id for person in everybody] == sorted(person.id for person in everybody)
        assert len(everybody) == 8
        first = await store.statistics.people("", 0, 3)
        assert first + await store.statistics.people("", first[-1].id, 100) == everybody
        (ada,) = await store.statistics.people("ADA@", 0, 100)
        assert (ada.name, ada.organisation, ada.email, ada.verified_at) == (
            "Ada",
            "Alster",
            address("ada"),
            VERIFIED_AT,
        )
        assert [person.verified_at for person in await store.statistics.people("nora", 0, 100)] == [None]

    @pytest.mark.parametrize("words", ["%", "_", "\\", "' OR '1'='1", "nobody"])
    async def test_signs_that_mean_something_to_a_database_find_nobody(self, store: Store, words: str) -> None:
        await self.filled(store)
        assert await store.statistics.people(words, 0, 100) == []

    async def test_skills_are_counted_over_verified_people(self, store: Store) -> None:
        await self.filled(store)
        assert await store.statistics.skills(1) == [TagNumbers("Git", can=7, want=0)]
        assert await store.statistics.skills(9) == [TagNumbers("Git", 7, 0), TagNumbers("Go", 0, 7)]

    async def test_matches_are_listed_newest_first(self, store: Store) -> None:
        await self.filled(store)
        (match,) = await store.statistics.matches(9)
        assert (set(match.names), match.organisation, match.matched_at) == ({"Ada", "Ben"}, "Alster", NOW)

    async def test_a_new_invite_code_closes_the_old_one(self, store: Store) -> None:
        organisation_id = await organisation(store)
        assert await store.organisations.change_invite_code(organisation_id, "NEW")
        assert await store.organisations.by_invite_code("CODE-Alster") is None
        found = await store.organisations.by_invite_code("NEW")
        assert found is not None
        assert found.id == organisation_id
        assert not await store.organisations.change_invite_code(2**31 - 1, "NEWER")

    async def filled(self, store: Store) -> None:
        """Two organisations, seven people and one not verified, four swipes on two days, a match, a login."""
        organisation_id = await organisation(store)
        ids = await people(store, organisation_id)
        await store.people.add_all([colleague(await organisation(store, "Bodensee"), "otto")])
        await store.people.register(registration(organisation_id, "nora"))
        for swiper, swiped, choice, day in (
            ("ada", "ben", 1, 0),
            ("ben", "ada", 1, 0),
            ("ada", "clara", 0, 0),
            ("clara", "ben", 1, 1),
        ):
            at = NOW + day * DAY_S
            await store.swipes.add(Swipe(ids[swiper], ids[swiped], organisation_id, Choice(choice), at))
        await store.sessions.start(ids["ada"], NOW, LATER)
        await store.sessions.start(ids["ada"], NOW + 1, LATER)
