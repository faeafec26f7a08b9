"""Sealed texts open for their place and passphrase alone, and two of the same text differ."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.sealing import Sealer, is_sealed

PASSPHRASE = b"a passphrase of the custody"
SEALER = Sealer(PASSPHRASE)
OTHER = Sealer(b"another passphrase, as long")


@settings(max_examples=50)
@given(st.text(max_size=100), st.text(max_size=40))
def test_what_is_sealed_opens_again(text: str, context: str) -> None:
    sealed = SEALER.seal(text, context)
    assert is_sealed(sealed)
    assert sealed != SEALER.seal(text, context)
    assert SEALER.open(sealed, context) == text


def test_another_process_opens_it_by_the_passphrase() -> None:
    assert Sealer(PASSPHRASE).open(SEALER.seal("whsec_x", "hook"), "hook") == "whsec_x"


def test_nothing_opens_elsewhere_otherwise_or_changed() -> None:
    sealed = SEALER.seal("whsec_x", "hook")
    swapped = "A" if sealed[-5] != "A" else "B"
    changed = sealed[:-5] + swapped + sealed[-4:]
    for sealer, text, context in (
        (SEALER, sealed, "another hook"),
        (OTHER, sealed, "hook"),
        (SEALER, changed, "hook"),
        (SEALER, "sealed1.zz", "hook"),
        (SEALER, "sealed2" + sealed[7:], "hook"),
        (SEALER, "whsec_x", "hook"),
    ):
        with pytest.raises(CryptoConfigError, match="must have been sealed"):
            sealer.open(text, context)


def test_a_secret_with_dots_is_not_taken_for_sealed() -> None:
    assert not is_sealed("whsec_abc.def.ghi")
