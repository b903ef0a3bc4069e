"""Which logins ended before their access tokens did."""

from __future__ import annotations

import time

from ..model import Changes
from .tokens import ACCESS_TOKEN_LIFETIME_S


class EndedSessions:
    """Sessions whose access tokens must not be taken any more. Older ones are forgotten: their tokens expired."""

    def __init__(self) -> None:
        self._ended_at: dict[int, int] = {}

    def __contains__(self, session_id: int) -> bool:
        return session_id in self._ended_at

    def add(self, session_id: int, at: int) -> None:
        """Known here at once; other replicas read it from the feed."""
        self._ended_at[session_id] = at

    def apply(self, changes: Changes) -> None:
        """Take in what happened in the store."""
        if not changes.ended_sessions:
            return
        self._ended_at |= changes.ended_sessions
        oldest = int(time.time()) - ACCESS_TOKEN_LIFETIME_S
        self._ended_at = {session_id: at for session_id, at in self._ended_at.items() if at >= oldest}
