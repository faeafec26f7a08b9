"""Header blocks in and out, against `hpack`: what is remembered still means the same; what is long arrives whole."""

from base64 import b64decode
from urllib.parse import unquote_to_bytes

import hpack
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.http2 import frames, responses
from tanhui.network.http2.frames import FrameReader
from tanhui.network.http2.header_blocks import HeaderBlocks
from tanhui.network.http2.status import Status

NAMES = st.sampled_from(["a", "b", "grpc-timeout", ":path"])
VALUES = st.one_of(st.sampled_from(["", "1S", "/service/Method"]), st.text("xyz", max_size=3_000))
BLOCKS = st.lists(st.dictionaries(NAMES, VALUES, max_size=3), min_size=1, max_size=30)


@given(BLOCKS, st.sampled_from([0, 100, 4096]))
def test_blocks_mean_the_same_however_often_they_come(sent: list[dict[str, str]], table_bytes: int) -> None:
    """Each is said again and again, between others that change the table or throw entries out of it."""
    encoder, blocks = hpack.Encoder(), HeaderBlocks(1 << 14)
    encoder.header_table_size = table_bytes
    for number, names in enumerate([*sent, *sent, *reversed(sent)]):
        payload = encoder.encode(list(names.items()))
        found = blocks.feed(frames.Frame(frames.HEADERS, frames.END_HEADERS, 2 * number + 1, payload))
        assert found == (2 * number + 1, names, False)


def test_a_block_said_again_is_not_decoded_again() -> None:
    encoder, blocks = hpack.Encoder(), HeaderBlocks(1 << 14)
    said = [encoder.encode([(":path", "/service/Method"), ("te", "trailers")]) for _ in range(3)]
    found = [blocks.feed(frames.Frame(frames.HEADERS, frames.END_HEADERS, 1, one)) for one in said]
    assert found[0] == found[1] == found[2]
    assert found[1] is not None
    assert found[2] is not None
    assert found[1].names is found[2].names


@given(st.integers(0, 16), st.text(max_size=300), st.one_of(st.binary(max_size=300), st.just(bytes(50_000))))
def test_trailers_say_what_was_meant(code: int, message: str, details: bytes) -> None:
    raw = responses.trailers(7, Status(code, message, details), alone=True)
    reader = FrameReader(frames.FRAME_BYTES_MIN)
    found = list(reader.feed(frames.PREFACE + raw))
    assert [one.kind for one in found] == [frames.HEADERS] + [frames.CONTINUATION] * (len(found) - 1)
    assert found[0].flags & frames.END_STREAM
    assert [bool(one.flags & frames.END_HEADERS) for one in found] == [False] * (len(found) - 1) + [True]
    decoder = hpack.Decoder(max_header_list_size=1 << 20)
    said = {str(name): str(value) for name, value in decoder.decode(b"".join(one.payload for one in found))}
    assert said.pop(":status") == "200"
    assert said.pop("content-type") == "application/grpc"
    assert said.pop("grpc-status") == str(code)
    meant = message.encode("utf-8", "replace")
    assert unquote_to_bytes(said.pop("grpc-message", "")) == meant
    encoded = said.pop(responses.DETAILS.decode(), "")
    assert b64decode(encoded + "=" * (-len(encoded) % 4)) == details
    assert not said


@given(st.sampled_from(["碳", "a", "é%"]))
def test_a_long_message_is_cut_between_characters(character: str) -> None:
    raw = responses.trailers(1, Status(9, character * 10_000), alone=False)
    said = {
        str(name): str(value) for name, value in hpack.Decoder().decode(raw[frames.HEADER_BYTES :], raw=False)
    }
    assert len(said["grpc-message"]) <= responses.MESSAGE_BYTES_MAX
    assert set(unquote_to_bytes(said["grpc-message"]).decode()) == set(character)
