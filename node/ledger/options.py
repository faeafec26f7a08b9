"""Limits and sizes of a ledger, with their units."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """How much memory and disk one ledger takes.

    Attributes:
        file_bytes_max: a block file is closed before it would grow beyond this, unless one block needs more.
        block_bytes_max: a larger block is refused, and a length beyond it in a file is corruption.
        write_buffer_bytes: LevelDB's memtable; from 10^4 to 10^7 keys the defaults lose a factor of 37.
        cache_bytes: LevelDB's cache of uncompressed table blocks.
        bloom_filter_bits: bits a key; 10 gives about 1 % false positives.
        open_files_max: LevelDB's table cache.
    """

    file_bytes_max: int = 64 * MIB
    block_bytes_max: int = 128 * MIB
    write_buffer_bytes: int = 64 * MIB
    cache_bytes: int = 256 * MIB
    bloom_filter_bits: int = 10
    open_files_max: int = 512
