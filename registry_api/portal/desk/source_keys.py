"""Data sources whose key the registry keeps: the form of their registration gets the key that was made for them."""

from typing import Final

from fastapi import Request

from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.portal.forms import FormError

MAKE_KEY: Final = "_make_key"


async def with_kept_key(desk: Desk, request: Request, values: dict[str, str]) -> dict[str, str]:
    """The form's values with the public key of the source that they name.

    Raises:
        SignInNeeded.
        FormError: no source is named.
        ApiRefusal: the source is another's, or may not be so called.
    """
    source = values.get("source", "").strip()
    if not source or not source.isascii() or not source.isprintable() or "/" in source or " " in source:
        raise FormError("source", "form.name_source")
    signed = desk.signed(request, desk.session(request))
    answer = await desk.api.call(signed, "PUT", f"/v1/source-keys/{source}")
    if not answer.good:
        raise ApiRefusal(answer)
    return values | {"key": answer.document["key"]}
