"""The mails we write."""

from __future__ import annotations

import time

from .model import Mail


def verification(email: str, token: str) -> Mail:
    """Asks the reader to prove that the address is theirs."""
    text = f"Welcome to InspireNow!\n\nVerify your address in the app with this token within a day:\n\n{token}\n"
    return Mail(email, "Verify your e-mail address", text, token, int(time.time()))


def already_registered(email: str) -> Mail:
    """For an address that has an account already: whoever tried to register learns nothing."""
    text = "Someone, perhaps you, tried to register this address again. You have an account: log in.\n"
    return Mail(email, "You have an account already", text, None, int(time.time()))
