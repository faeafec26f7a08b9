"""What a real network ordered and committed: tests/network/protocol/golden/network.txt, recorded from Fabric v3.1.5."""

import base64
from pathlib import Path

from fabric_protos.common import common_pb2

from tanhui.network.protocol.channel_config import ChannelConfig

_FILE = Path(__file__).parents[1] / "network" / "protocol" / "golden" / "network.txt"
BLOCKS = [
    common_pb2.Block.FromString(base64.b64decode(line))
    for line in _FILE.read_text("utf-8").splitlines()
    if not line.startswith("#")
]
CONFIG = ChannelConfig.from_block(BLOCKS[0])
