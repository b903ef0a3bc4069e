"""The rule of the deck. `tests/reference_matching.py` says the same slowly, and a test holds the two together.

A colleague's score is the sum of these points. Ties: who was shown to fewer colleagues comes first, then the lower id.
"""

from __future__ import annotations

POINTS_SHARED_SKILL = 1
POINTS_SHARED_INTEREST = 2
# Counted once for each skill that one wants to learn and the other has, in either direction.
POINTS_COMPLEMENTARY_SKILL = 3
POINTS_OTHER_DEPARTMENT = 1

# Sizes of the three fields of a sort key, in bits. The score of two people with 40 tags each stays below 2**9.
ID_BITS = 32
SHOWN_BITS = 20
# Being shown more often than this makes no further difference.
SHOWN_MAX = (1 << SHOWN_BITS) - 1
ID_MAX = (1 << ID_BITS) - 1
SCORE_SHIFT = ID_BITS + SHOWN_BITS


def tie_break(person_id: int, shown: int) -> int:
    """The lower fields of the sort key: larger comes first."""
    return (SHOWN_MAX - min(shown, SHOWN_MAX)) << ID_BITS | (ID_MAX - person_id)
