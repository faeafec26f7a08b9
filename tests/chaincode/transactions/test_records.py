"""What stands on the ledger, byte by byte: golden bytes of each version, and round trips."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec, UnreadableRecord
from tanhui.chaincode.contract.requests import Request, RequestCodec
from tanhui.chaincode.rules.accounts import Account, Holder, State
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.lots import Lot
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, Serial
from tanhui.chaincode.transactions.accounts.record import AccountCodec
from tanhui.chaincode.transactions.credits.record import OFFER, RANGE, Offer
from tanhui.chaincode.transactions.keys import KEY_TYPES
from tanhui.chaincode.transactions.organisations.record import ORGANISATION, Organisation
from tanhui.chaincode.transactions.points.record import AWARD, Award

ACCOUNT = Account(
    state=State.FROZEN_BY_REGULATOR,
    holder=Holder.UNIT,
    organisation="91510100000000001T",
    unit=bytes(range(16)),
    opened=Day(20_778),
    debt=7,
    earned_day=Day(20_779),
    earned=8,
    sent_day=Day(20_780),
    sent=9,
    lots=(Lot(Day(20_800), b"issue--1", 10), Lot(Day(20_801), b"issue--1", 2**63 - 1)),
    claims=b"claims",
)
ACCOUNT_V1 = bytes.fromhex(
    "01 02 01 393135313031303030303030303030303154 000102030405060708090a0b0c0d0e0f"
    "0000512a 0000000000000007 0000512b 0000000000000008 0000512c 0000000000000009 0002"
    "00005140 69737375652d2d31 000000000000000a"
    "00005141 69737375652d2d31 7fffffffffffffff"
    "636c61696d73"
)


def test_an_account_of_version_1() -> None:
    assert AccountCodec().encode(ACCOUNT) == ACCOUNT_V1
    assert AccountCodec().decode(ACCOUNT_V1) == ACCOUNT


@pytest.mark.parametrize(
    "value", [b"", b"\x01", b"\x02" + ACCOUNT_V1[1:], ACCOUNT_V1[:90], b"\x01\x09" + ACCOUNT_V1[2:]]
)
def test_a_damaged_account_is_not_read(value: bytes) -> None:
    with pytest.raises(UnreadableRecord):
        AccountCodec().decode(value)


numbers = st.integers(0, 2**64 - 1)
ledger_days = st.integers(0, 2**32 - 1).map(Day)


@given(
    st.builds(
        Account,
        state=st.sampled_from(State),
        holder=st.sampled_from(Holder),
        organisation=st.sampled_from(["", "91510100000000001T"]),
        unit=st.binary(min_size=16, max_size=16),
        opened=ledger_days,
        debt=numbers,
        earned_day=ledger_days,
        earned=numbers,
        sent_day=ledger_days,
        sent=numbers,
        lots=st.lists(
            st.builds(Lot, ledger_days, st.binary(min_size=8, max_size=8), numbers), max_size=5
        ).map(tuple),
        claims=st.binary(max_size=40),
    )
)
def test_every_account_comes_back(account: Account) -> None:
    assert AccountCodec().decode(AccountCodec().encode(account)) == account


def test_json_records_of_version_1() -> None:
    award = Award("0" * 32, "0" * 16, Amount(50), reversed=False)
    golden = (
        b'\x01{"account":"00000000000000000000000000000000","issue":"0000000000000000",'
        b'"points":"50","reversed":false}'
    )
    assert AWARD.codec.encode(award) == golden
    assert AWARD.codec.decode(golden) == award


def test_an_organisation_of_versions_1_and_2() -> None:
    organisation = Organisation(
        "91510100000000001T", "某机构", "510100", "SomeMSP", "active", ("holder", "merchant")
    )
    version_1 = (
        '\x01{"id":"91510100000000001T","msp_id":"SomeMSP","name":"某机构","region":"510100",'
        '"roles":["holder","merchant"],"status":"active"}'
    ).encode()
    version_2 = b"\x02" + version_1[1:-1] + b',"successor":""}'
    assert ORGANISATION.codec.encode(organisation) == version_2
    assert [ORGANISATION.codec.decode(value) for value in (version_1, version_2)] == [organisation] * 2


def test_a_range_of_versions_1_and_2() -> None:
    one = Range(
        batch="b",
        first=Serial(1),
        last=Serial(9),
        holder="h",
        holds=(Hold(HoldKind.FREEZE, "c-1"),),
        made_from=(Serial(1),),
    )
    version_1 = (
        b'\x01{"batch":"b","first":"1","holder":"h","holds":[{"kind":"freeze","reference":"c-1"}],"last":"9",'
        b'"made_from":["1"],"state":"active"}'
    )
    version_2 = (
        b'\x02{"batch":"b","first":"1","holder":"h","holds":[{"kind":"freeze","reference":"c-1"}],"last":"9",'
        b'"made_from":["1"],"recall":"","retirement":"","state":"active"}'
    )
    assert RANGE.codec.encode(one) == version_2
    assert [RANGE.codec.decode(value) for value in (version_1, version_2)] == [one] * 2


def test_an_offer_of_versions_1_and_2() -> None:
    offer = Offer(
        id="o-1", sender="s", receiver="r", spans=(), quantity=Amount(3), payment="", status="offered"
    )
    version_1 = (
        b'\x01{"id":"o-1","payment":"","quantity":"3","receiver":"r","sender":"s",'
        b'"spans":[],"status":"offered"}'
    )
    version_2 = (
        b'\x02{"id":"o-1","payment":"","quantity":"3","receiver":"r","retire_on_receipt":false,"sender":"s",'
        b'"spans":[],"status":"offered"}'
    )
    assert OFFER.codec.encode(offer) == version_2
    assert [OFFER.codec.decode(value) for value in (version_1, version_2)] == [offer] * 2


def test_a_request_of_version_1() -> None:
    request = Request(bytes(range(32)), b'{"event":{}}')
    golden = b"\x01" + bytes(range(32)) + b'{"event":{}}'
    assert RequestCodec().encode(request) == golden
    assert RequestCodec().decode(golden) == request
    with pytest.raises(UnreadableRecord):
        RequestCodec().decode(golden[:20])


class BoxNow(msgspec.Struct, frozen=True):
    content: str
    colour: str


def test_an_older_version_is_read_and_the_newest_written() -> None:
    def from_1(body: bytes) -> BoxNow:
        return BoxNow(msgspec.json.decode(body)["content"], "plain")

    codec = JsonCodec(BoxNow, 2, {1: from_1})
    assert codec.decode(b'\x01{"content":"x"}') == BoxNow("x", "plain")
    assert codec.encode(BoxNow("x", "red")) == b'\x02{"colour":"red","content":"x"}'
    for unknown in (b"", b"\x03{}", b"\x02{"):
        with pytest.raises(UnreadableRecord):
            codec.decode(unknown)
    with pytest.raises(ValueError, match="needs an upcast"):
        JsonCodec(BoxNow, 3, {1: from_1})


def test_key_types_are_named_once() -> None:
    names = [one.name for one in KEY_TYPES]
    assert len(set(names)) == len(names)
