"""One person at one browser, as long as they are signed in."""

import hmac
from typing import Any, Final

import msgspec

UPLOADS_KEPT_MAX: Final = 50


class Session(msgspec.Struct, forbid_unknown_fields=True):
    """What the server knows of somebody who is signed in.

    Attributes:
        token: the access key or token that is presented to the API with every call.
        csrf: what every form of this session must carry.
        who: the API's answer to "who am I".
        uploads: ids of the uploads made in this session, newest first.
        provider: the issuer that was signed in with, "" for an access key.
        id_token: what that issuer said of the person, by which it knows its own session again.
    """

    token: str
    csrf: str
    who: dict[str, Any]
    uploads: list[str] = []
    provider: str = ""
    id_token: str = ""

    @property
    def organisation(self) -> str:
        """The organisation that acts."""
        return str(self.who["organisation"])

    @property
    def roles(self) -> frozenset[str]:
        """What its certificate says it is."""
        return frozenset(self.who["roles"])

    def carries(self, csrf: str) -> bool:
        """Whether a form came from this session's pages."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())

    def remember_upload(self, upload: str) -> None:
        """Put an upload first in the list."""
        self.uploads = [upload, *(one for one in self.uploads if one != upload)][:UPLOADS_KEPT_MAX]
