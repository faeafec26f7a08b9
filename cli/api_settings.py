"""The API's settings from TANHUI_API_*: what cannot be one ends the command with a line a variable."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import SettingsError

from tanhui.cli.output import EXIT_USAGE, fail
from tanhui.registry_api.settings import ApiSettings

PREFIX: Final = str(ApiSettings.model_config["env_prefix"])
SHOWN_MAX: Final = 80
"""Characters of a value that a message shows."""
_RULES: Final[Mapping[str, str]] = {
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "int_parsing_size": "has too many digits",
    "float_parsing": "is no number",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be greater than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
}
"""What is wrong by pydantic's type of error; any other is told in pydantic's own words."""
_FIELD: Final = re.compile(r'field "(\w+)"')


def settings_from_environment() -> ApiSettings:
    """The settings; where a variable holds none, the command ends with the status of a usage error."""
    try:
        return ApiSettings()
    except ValidationError as error:
        fail("\n".join(_line(one) for one in error.errors(include_url=False)), EXIT_USAGE)
    except SettingsError as error:  # a list that is no JSON is refused before any field is looked at
        named = _FIELD.search(str(error))
        fail(f"{PREFIX}{named[1].upper()}: must be a JSON list" if named else str(error), EXIT_USAGE)


def _line(error: Mapping[str, Any]) -> str:
    rule = _RULES.get(error["type"])
    context = error.get("ctx") or {}
    said = rule.format_map(context) if rule else str(context.get("error") or error["msg"])
    name = ".".join(str(one) for one in error["loc"])
    return f"{PREFIX}{name.upper()}: {str(error['input'])[:SHOWN_MAX]!r} {said}"
