"""The types of fields that orders share: what shape, and how long at most."""

from typing import Annotated

import msgspec

from tanhui.chaincode.rules.names import ID_LENGTH_MAX, TEXT_LENGTH_MAX

OrganisationId = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{18}$(?!\n)", min_length=18, max_length=18)]
"""Unified social credit code; its check character is checked where it is registered."""

Region = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$(?!\n)", max_length=6)]
"""GB/T 2260."""

MspId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]+$(?!\n)", min_length=1, max_length=64)]

Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=ID_LENGTH_MAX)]
"""An id that people choose: of a programme, a scene, a reward."""

HexId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", max_length=32)]
"""Sixteen random bytes, hex: an account."""

HexHash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", max_length=64)]
"""A SHA-256, hex."""

Text = Annotated[
    str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", min_length=1, max_length=TEXT_LENGTH_MAX)
]
"""A name, title or reason: one line without control characters."""

CitedOrder = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]+$(?!\n)", min_length=1, max_length=40)]
"""The number of a court's or authority's order: without blanks, as effects carry ids."""

OrderReference = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]*$(?!\n)", max_length=40)]
"""The same, empty where nothing is cited: forty characters, because effects carry ids of 128 bytes."""

OrganisationIdOrNone = Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Z]{18})?$(?!\n)", max_length=18)]

HexIdOrNone = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?$(?!\n)", max_length=32)]
