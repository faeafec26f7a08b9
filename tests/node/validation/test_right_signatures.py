"""What was verified ahead counts for that identity, that message and that signature alone."""

import pytest

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.principals import Principal
from tanhui.node.validation.signatures import KnownCreators, RightSignatures


class Refusing:
    """An identity that never signed anything."""

    msp_id, identifier = "CityMSP", "somebody"

    def satisfies(self, principal: Principal) -> bool:
        return bool(principal) and False

    def validate(self) -> None:
        return None

    def verify(self, message: bytes, signature: bytes) -> None:
        raise IdentityError("signature", f"is invalid: {len(message)}, {len(signature)}")


SIGNED = SignedData(b"identity", b"message", b"signature")


def test_the_same_signature_is_not_verified_again() -> None:
    right = RightSignatures([SIGNED])
    right.verify(Refusing(), SignedData(*SIGNED))
    assert SIGNED in right
    KnownCreators(lambda _: Refusing(), right).verified_creator(*SIGNED)


@pytest.mark.parametrize("part", ["identity", "data", "signature"])
def test_another_part_is_verified(part: str) -> None:
    right = RightSignatures([SIGNED])
    other = SIGNED._replace(**{part: b"other"})
    assert other not in right
    with pytest.raises(IdentityError):
        right.verify(Refusing(), other)
    with pytest.raises(IdentityError):
        KnownCreators(lambda _: Refusing(), right).verified_creator(*other)


def test_two_with_one_signature_are_not_taken_for_each_other() -> None:
    other = SIGNED._replace(data=b"other")
    right = RightSignatures([SIGNED, other])
    assert [one in right for one in (SIGNED, other)] in ([True, False], [False, True])
