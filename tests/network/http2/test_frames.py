"""HTTP/2 and gRPC framing: however the bytes are cut, the same frames; whatever is wrong, an error with its code."""

import struct
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import Frame, FrameError, FrameReader, MessageReader
from tanhui.network.http2.status import RESOURCE_EXHAUSTED, UNIMPLEMENTED, CallError

SENT = st.lists(
    st.builds(
        Frame, st.integers(0, 20), st.integers(0, 255), st.integers(0, 2**31 - 1), st.binary(max_size=300)
    ),
    max_size=8,
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The bytes in parts."""
    at = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *at], [*at, len(data)], strict=True)]


def joined(sent: Iterable[Frame]) -> list[Frame]:
    """Plain DATA that follows DATA of the same stream is one frame with it, wherever a read cut them."""
    found: list[Frame] = []
    for one in sent:
        last = found[-1] if found else None
        if last is not None and one[:3] == last[:3] and one[:2] == (frames.DATA, 0):
            found[-1] = last._replace(payload=last.payload + one.payload)
        else:
            found.append(one)
    return found


@given(SENT, st.lists(st.integers(0, 3000), max_size=12))
@example([Frame(frames.DATA, 0, 1, b"a"), Frame(frames.DATA, 0, 1, b"b"), Frame(frames.DATA, 0, 3, b"c")], [])
def test_frames_come_out_as_they_went_in(sent: list[Frame], places: list[int]) -> None:
    data = frames.PREFACE + b"".join(frames.frame(*one) for one in sent)
    reader = FrameReader(300)
    assert joined(found for part in cut(data, places) for found in reader.feed(part)) == joined(sent)


@given(st.lists(st.binary(max_size=300), max_size=8), st.lists(st.integers(0, 3000), max_size=12))
def test_messages_come_out_as_they_went_in(sent: list[bytes], places: list[int]) -> None:
    data = b"".join(frames.grpc_header(len(one)) + one for one in sent)
    reader = MessageReader(300)
    assert [found for part in cut(data, places) for found in reader.feed(part)] == sent


@given(st.binary(max_size=200), st.integers(0, 255), st.sampled_from([frames.DATA, frames.HEADERS]))
def test_a_payload_is_cut_out_or_refused(payload: bytes, flags: int, kind: int) -> None:
    try:
        found = frames.body(Frame(kind, flags, 1, payload))
    except FrameError:
        found = b""
    assert found in payload
    plain = not flags & (frames.PADDED | frames.PRIORITY_FLAG)
    assert not plain or found == payload


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"PRI * HTTP/2.0\r\n\r\nXX", b"\x16\x03\x01"])
def test_what_is_no_http_2_is_refused_at_once(data: bytes) -> None:
    with pytest.raises(FrameError, match="no HTTP/2 preface"):
        list(FrameReader(100).feed(data))


def test_a_frame_beyond_the_limit_is_refused_by_its_header() -> None:
    with pytest.raises(FrameError, match="a frame of 101 bytes, at most 100") as caught:
        list(FrameReader(100).feed(frames.PREFACE + frames.frame_header(frames.DATA, 0, 1, 101)))
    assert caught.value.code == frames.FRAME_SIZE_ERROR


def test_a_message_beyond_the_limit_or_compressed_is_refused_by_its_header() -> None:
    with pytest.raises(CallError, match=r"larger than max \(101 vs. 100\)") as large:
        MessageReader(100).feed(frames.grpc_header(101))
    assert large.value.status.code == RESOURCE_EXHAUSTED
    with pytest.raises(CallError, match="compressed") as compressed:
        MessageReader(100).feed(struct.pack(">BI", 1, 3) + b"abc")
    assert compressed.value.status.code == UNIMPLEMENTED


def test_settings_and_numbers_of_a_wrong_size_are_refused() -> None:
    with pytest.raises(FrameError):
        frames.parse_settings(b"12345")
    with pytest.raises(FrameError):
        frames.parse_number(b"123", "WINDOW_UPDATE")
    assert dict(frames.parse_settings(frames.settings({4: 7, 5: 9})[9:])) == {4: 7, 5: 9}
