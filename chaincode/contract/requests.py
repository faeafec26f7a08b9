"""Requests that were carried out: the same id with the same body answers as before, with another is refused.

One key a request, read and written by that request alone: two requests never conflict, and two copies of one
request in flight do, which is the point. The day in the id (orders.py) is the first part of the key, so that
old ones can be found and deleted.
"""

import hashlib
import struct
from typing import Final

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.records import UnreadableRecord
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.contract.repository import KeyType


class Request(msgspec.Struct, frozen=True):
    """What is remembered of a request."""

    body: bytes
    """SHA-256 of function name, U+0000 and argument."""
    answer: bytes
    """The payload that was answered."""


def body_hash(function: str, argument: bytes) -> bytes:
    """What tells two requests with one id apart."""
    return hashlib.sha256(function.encode() + b"\0" + argument).digest()


class RequestCodec:
    """Version 1: byte 01, 32 bytes body hash, then the answer."""

    HEAD: Final = struct.Struct(">B32s")

    def encode(self, record: Request) -> bytes:
        """The bytes of version 1."""
        return self.HEAD.pack(1, record.body) + record.answer

    def decode(self, value: bytes) -> Request:
        """The request in a value of version 1."""
        if len(value) < self.HEAD.size or value[0] != 1:
            raise UnreadableRecord(f"request of version {value[:1].hex()}")
        return Request(value[1 : self.HEAD.size], value[self.HEAD.size :])


REQUEST: Final = KeyType("request", ("day", "organisation", "request_id"), RequestCodec())


def require_same_body(request: Request, body: bytes, request_id: str) -> None:
    """Refuse an id that has been used for something else."""
    if request.body != body:
        raise Refusal(codes.REQUEST_REUSED, "request_id", request_id)
