"""Log-linear histogram of durations: 128 sub-buckets an octave, 1 µs to 1 h, relative error below 0.8 %."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SUB_BUCKETS = 128
_SUB_BITS = 7
MAX_US = 3_600_000_000


def bucket_of(value_us: int) -> int:
    """Index of the bucket that holds a duration in whole microseconds."""
    shift = value_us.bit_length() - _SUB_BITS - 1
    return value_us if shift <= 0 else (shift << _SUB_BITS) + (value_us >> shift)


def bounds_us(index: int) -> tuple[int, int]:
    """Lowest and highest whole microsecond that share a bucket."""
    if index < 2 * SUB_BUCKETS:
        return index, index
    shift = (index >> _SUB_BITS) - 1
    low = (index - (shift << _SUB_BITS)) << shift
    return low, low + (1 << shift) - 1


BUCKETS = bucket_of(MAX_US) + 1


class Histogram:
    """Mergeable by addition. Durations above 1 h count as 1 h; the true maximum is kept beside the buckets."""

    __slots__ = ("counts", "max_us", "min_us", "sum_us")

    def __init__(self) -> None:
        self.counts = [0] * BUCKETS
        self.sum_us = 0
        self.min_us = MAX_US
        self.max_us = 0

    def record(self, seconds: float) -> None:
        """seconds: below 0 counts as 0."""
        value_us = int(seconds * 1e6)
        if value_us < 0:
            value_us = 0
        elif value_us > MAX_US:
            value_us = MAX_US
        shift = value_us.bit_length() - 8
        self.counts[value_us if shift <= 0 else (shift << 7) + (value_us >> shift)] += 1
        self.sum_us += value_us
        self.max_us = max(self.max_us, value_us)
        self.min_us = min(self.min_us, value_us)

    def merge(self, other: Histogram) -> None:
        self.counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]
        self.sum_us += other.sum_us
        self.min_us = min(self.min_us, other.min_us)
        self.max_us = max(self.max_us, other.max_us)

    def add(self, buckets: Iterable[tuple[int, int]], *, sum_us: int, min_us: int, max_us: int) -> None:
        """Adds what somebody else counted: (bucket, count) pairs and their exact sum, minimum and maximum."""
        for index, count in buckets:
            self.counts[index] += count
        self.sum_us += sum_us
        self.min_us = min(self.min_us, min_us)
        self.max_us = max(self.max_us, max_us)

    @property
    def count(self) -> int:
        return sum(self.counts)

    def percentile_ms(self, percent: float) -> float | None:
        """Nearest rank (Hyndman & Fan, type 1), in milliseconds; None when nothing was recorded.

        Answers the middle of the bucket, never above the maximum or below the minimum that was seen; the last rank is
        the maximum itself.
        """
        total = self.count
        if not total:
            return None
        rank = max(1, -(-total * percent // 100))
        if rank >= total:
            return self.max_us / 1e3
        seen = 0
        for index, count in enumerate(self.counts):
            seen += count
            if seen >= rank:
                low, high = bounds_us(index)
                return max(self.min_us, min(self.max_us, (low + high) / 2)) / 1e3
        raise AssertionError("a rank within the count is always reached")

    def mean_ms(self) -> float | None:
        total = self.count
        return self.sum_us / total / 1e3 if total else None

    def share_above(self, seconds: float) -> float:
        """Share of durations in buckets above that of `seconds`, 0 to 1; 0 when nothing was recorded."""
        total = self.count
        return sum(self.counts[bucket_of(int(seconds * 1e6)) + 1 :]) / total if total else 0.0

    def sparse(self) -> list[tuple[int, int]]:
        """(bucket, count) of the buckets that are not empty."""
        return [(index, count) for index, count in enumerate(self.counts) if count]

    def to_json(self) -> dict[str, object]:
        return {
            "unit": "us",
            "sub_buckets": SUB_BUCKETS,
            "min": self.min_us if self.count else 0,
            "max": self.max_us,
            "sum": self.sum_us,
            "buckets": self.sparse(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Histogram:
        """Raises ValueError or KeyError when `data` is not what to_json makes."""
        if data["unit"] != "us" or data["sub_buckets"] != SUB_BUCKETS:
            raise ValueError("histogram of another unit or resolution")
        made = cls()
        made.sum_us, made.max_us = _whole(data["sum"]), _whole(data["max"])
        buckets = data["buckets"]
        if not isinstance(buckets, Iterable):
            raise ValueError("histogram without buckets")
        for index, count in buckets:
            made.counts[_whole(index)] += _whole(count)
        made.min_us = _whole(data["min"]) if made.count else MAX_US
        return made


def _whole(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"histogram holds {value!r} where a count belongs")
    return value
