"""Password hashes: argon2id in a small pool of threads, so that the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
THREADS = 2

# Of a random password nobody knows: an unknown e-mail costs an attacker as much time as a wrong password.
_OF_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$M++cVLmCa0aAXUWPCENJNg$pS0AtkEDppVoflIYCT56sC/hbPYniTPHVr/vLPDYG3w"


class Passwords:
    """Makes and checks hashes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="password")

    async def hash(self, password: str) -> str:
        """The encoded hash, parameters and salt included."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def is_right(self, password: str, password_hash: str | None) -> bool:
        """Takes as long for None, which is the hash of an account that does not exist."""
        right = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._verify, password_hash or _OF_NOBODY, password
        )
        return right and password_hash is not None

    def close(self) -> None:
        """Let running hashes finish."""
        self._pool.shutdown()

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False
