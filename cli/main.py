"""The `tanhui` command: subcommands, and how what goes wrong is shown."""

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from tanhui.cli.commands import LazyCommands
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.output import EXIT_FAILED, messages

KNOWN: Final = (
    ("tanhui.chaincode.rules.errors.code", "Refusal"),
    ("tanhui.crypto_config.errors", "CryptoConfigError"),
    ("tanhui.network.channel.errors", "ChannelError"),
    ("tanhui.network.connection", "ConnectionProfileError"),
    ("tanhui.network.processes.errors", "ProcessesError"),
    ("tanhui.node.chaincode.connection_file", "ConnectionFileError"),
    ("tanhui.node.ledger.errors", "LedgerError"),
    ("tanhui.proofs.errors", "ProofError"),
)
"""What the user can do something about, beside OSError: shown as one message, without a traceback.

Named, not imported: a module that nobody imported has raised nothing.
"""

app = typer.Typer(
    name="tanhui",
    help="Carbon points and emission-reduction credits on a Hyperledger Fabric ledger.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    cls=LazyCommands,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tanhui {version('tanhui')}")
        raise typer.Exit


@app.callback()
def tanhui(
    shown: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Carbon points and emission-reduction credits on a Hyperledger Fabric ledger."""


def is_known(error: Exception) -> bool:
    """Whether the error is one of KNOWN, or an OSError."""
    loaded = [getattr(sys.modules[module], name) for module, name in KNOWN if module in sys.modules]
    return isinstance(error, (OSError, *loaded))


def sentence_of(error: Exception) -> str:
    """What is wrong, without the error's class and number, which mean something to us alone."""
    if isinstance(error, OSError) and error.strerror:
        files = [str(file) for file in (error.filename, error.filename2) if file is not None]
        return ": ".join([*files, error.strerror])
    return str(error) or type(error).__name__


def main() -> None:
    """Run the command line; the console script's entry."""
    log_to_stderr()
    try:
        app()
    except Exception as error:
        if not is_known(error):
            raise
        messages.print(sentence_of(error), style="red", markup=False, soft_wrap=True)
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
