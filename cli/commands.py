"""The subcommands, each imported when it is asked for: a chaincode service must not carry the API's libraries."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from tanhui.cli.output import EXIT_CALLER, EXIT_USAGE

COMMANDS: Final = {
    "up": "tanhui.cli.up:up",
    "api": "tanhui.cli.api:api",
    "demo": "tanhui.cli.stories:demo",
    "fsck": "tanhui.cli.fsck:fsck_command",
    "call": "tanhui.cli.call:call",
    "functions": "tanhui.cli.call:functions",
    "bulk": "tanhui.cli.bulk:bulk",
    "upload": "tanhui.cli.upload:upload",
    "search": "tanhui.cli.asking:search",
    "life": "tanhui.cli.asking:life",
    "did": "tanhui.cli.asking:did",
    "report": "tanhui.cli.asking:report",
    "job": "tanhui.cli.asking:job",
    "webhook": "tanhui.cli.webhooks:app",
    "denials": "tanhui.cli.denials:denials",
    "rebuild": "tanhui.cli.rebuild:rebuild_command",
    "verify": "tanhui.cli.verify:verify_command",
    "relay": "tanhui.cli.relay:relay",
    "reconcile": "tanhui.cli.reconcile.command:reconcile",
    "check-statement": "tanhui.cli.reconcile.checking:check_statement",
    "hub": "tanhui.cli.reconcile.hub:hub",
    "conflicts": "tanhui.cli.conflicts:conflicts",
    "network": "tanhui.cli.network:app",
    "chaincode": "tanhui.cli.chaincode:app",
    "key": "tanhui.cli.keys:app",
    "audit": "tanhui.cli.audit:app",
    "witness": "tanhui.cli.witness:app",
}
"""Module and object: a function is one command, a Typer a group of them."""


class Asking(TyperCommand):
    """A command that names everything it lacks at once; typer itself names the first, then the next, and so on."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As every command, but for what a missing parameter's message names."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if hasattr(error, "param_hint") and type(error).__name__ == "MissingParameter":
                vars(error)["param_hint"] = ", ".join(self._lacking(ctx, given))
            raise

    def _lacking(self, ctx: Any, args: list[str]) -> Iterator[str]:
        """What is needed and neither given nor in the environment, as the help writes it."""
        found, _, _ = self.make_parser(ctx).parse_args(args=args)
        for parameter in self.get_params(ctx):
            if parameter.required:
                value, _ = parameter.consume_value(ctx, found)
                if parameter.value_is_missing(value):
                    is_option = parameter.param_type_name == "option"
                    yield f"'{max(parameter.opts, key=len) if is_option else str(parameter.name).upper()}'"


class Verifier(Asking):
    """A command whose statuses 1 and 2 are verdicts: what typer itself cannot understand ends it with 3."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As every command, but for the status of its errors."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if getattr(error, "exit_code", 0) == EXIT_USAGE:
                vars(error)["exit_code"] = EXIT_CALLER
            raise


CLASSES: Final[dict[str, type[TyperCommand]]] = {"verify": Verifier}


class LazyCommands(TyperGroup):
    """A group whose members are imported one by one; its help imports them all."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; for a name that nobody has all are loaded, so that the nearest can be named."""
        if cmd_name not in COMMANDS:
            for name in COMMANDS:
                self._load(name)
            return None
        self._load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, in the table's order."""
        return list(COMMANDS)

    def _load(self, name: str) -> None:
        if name not in self.commands:
            self.add_command(_command(name), name)


def _command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    found: typer.Typer | Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        for member in found.registered_commands:
            member.cls = Asking
        command: Any = get_group(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name, cls=CLASSES.get(name, Asking))(found)
        command = get_command(alone)
    command.name = name
    return command
