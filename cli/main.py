"""The `tanhui` command: subcommands, and how what goes wrong is shown."""

import sys

import typer

from tanhui.chaincode.rules.errors.code import Refusal
from tanhui.cli import api, audit, chaincode, fsck, keys, network, rebuild, up, verify, witness
from tanhui.cli.demo.command import demo
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.output import EXIT_FAILED, messages
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.network.channel.errors import ChannelError
from tanhui.network.connection import ConnectionProfileError
from tanhui.network.processes.errors import ProcessesError
from tanhui.node.chaincode.connection_file import ConnectionFileError
from tanhui.node.ledger.errors import LedgerError
from tanhui.proofs.errors import ProofError

KNOWN = (
    ChannelError,
    ConnectionFileError,
    ConnectionProfileError,
    CryptoConfigError,
    LedgerError,
    OSError,
    ProcessesError,
    ProofError,
    Refusal,
)
"""What the user can do something about: shown as one message, without a traceback."""

app = typer.Typer(
    name="tanhui",
    help="Carbon points and emission-reduction credits on a Hyperledger Fabric ledger.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("api")(api.api)
app.command("demo")(demo)
app.command("fsck")(fsck.fsck_command)
app.command("rebuild")(rebuild.rebuild_command)
app.command("verify")(verify.verify_command)
app.add_typer(network.app, name="network")
app.add_typer(chaincode.app, name="chaincode")
app.add_typer(keys.app, name="key")
app.add_typer(audit.app, name="audit")
app.add_typer(witness.app, name="witness")


def main() -> None:
    """Run the command line; the console script's entry."""
    log_to_stderr()
    try:
        app()
    except KNOWN as error:
        messages.print(f"{type(error).__name__}: {error}", style="red", markup=False)
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
