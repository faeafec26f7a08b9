"""The day that stands in a request id."""

from typing import Annotated

import msgspec

RequestDay = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8}$(?!\n)", max_length=8)]
"""YYYYMMDD, the first eight characters of a request id."""
