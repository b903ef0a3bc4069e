"""Names for what goes wrong on the network: those that Node and so Artillery use, so that counters can be compared."""

from __future__ import annotations

import errno
import socket
import ssl

_CERTIFICATE = {
    10: "CERT_HAS_EXPIRED",
    18: "DEPTH_ZERO_SELF_SIGNED_CERT",
    19: "SELF_SIGNED_CERT_IN_CHAIN",
    20: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    21: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    62: "ERR_TLS_CERT_ALTNAME_INVALID",
    64: "ERR_TLS_CERT_ALTNAME_INVALID",
}


def kind_of_error(error: BaseException) -> tuple[str, str]:
    """Its kind, as "ECONNREFUSED", and a sentence for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = _CERTIFICATE.get(error.verify_code, "CERT_INVALID")
        return kind, f"the certificate is not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "EPROTO", f"TLS failed ({error.reason or 'no reason given'})"
    if isinstance(error, socket.gaierror):
        return "ENOTFOUND", "the host's name has no address"
    if isinstance(error, TimeoutError):
        return "ETIMEDOUT", "the connection was not made in time"
    return _by_number(error)


def _by_number(error: BaseException) -> tuple[str, str]:
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, f"E{error.errno}"), (error.strerror or "").lower()
    return type(error).__name__, "the connection could not be made"
