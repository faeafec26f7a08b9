"""How much one transaction may read and write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimulationLimits:
    """How much one transaction may read and write.

    Attributes:
        query_results_max: entries of a range or history; Fabric's ledger.state.totalQueryLimit.
        key_bytes_max: UTF-8 bytes of one key.
        write_bytes_max: keys and values written by one transaction.
    """

    query_results_max: int = 100_000
    key_bytes_max: int = 4096
    write_bytes_max: int = 64 * 1024 * 1024
