"""Make build/typing: what mypy reads besides the installed packages.

The folders of this checkout under their import names (as links, so that mypy sees new files at once), and
stubs for Fabric's protobuf modules, which their package lacks: generated from the descriptors it carries.
"""

import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import fabric_protos
from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor import FileDescriptor

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "typing"
FOLDERS = ("chaincode", "cli", "crypto_config", "network", "node", "proofs", "registry_api")


def link_folders() -> None:
    """Link each top-level folder as tanhui.<folder>."""
    namespace = TREE / "tanhui"
    namespace.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        link = namespace / folder
        if not link.is_symlink():
            link.symlink_to(ROOT / folder, target_is_directory=True)


def message_files() -> dict[str, FileDescriptor]:
    """Every protobuf file of fabric_protos with its dependencies, dependencies first."""
    found: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        for dependency in file.dependencies:
            add(dependency)
        found.setdefault(file.name, file)

    for module in pkgutil.walk_packages(fabric_protos.__path__, "fabric_protos."):
        if module.name.endswith("_pb2"):
            add(importlib.import_module(module.name).DESCRIPTOR)
    return found


def generate_stubs() -> None:
    """Ask mypy-protobuf for stubs, once for each version of Fabric's package."""
    stubs = TREE / "fabric_protos"
    stamp = stubs / ".made"
    if stamp.exists():
        return
    shutil.rmtree(stubs, ignore_errors=True)
    files = message_files()
    request = plugin_pb2.CodeGeneratorRequest(parameter="quiet")
    for name, file in files.items():
        request.proto_file.add().ParseFromString(file.serialized_pb)
        if not name.startswith("google/"):
            request.file_to_generate.append(name)
    plugin = Path(sys.executable).parent / "protoc-gen-mypy"
    done = subprocess.run([plugin], input=request.SerializeToString(), stdout=subprocess.PIPE, check=True)
    response = plugin_pb2.CodeGeneratorResponse.FromString(done.stdout)
    if response.error:
        raise SystemExit(response.error)
    own = {Path(name).parts[0] for name in request.file_to_generate}
    for made in response.file:
        path = stubs / made.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(under_fabric_protos(made.content, own), encoding="utf-8")
    for folder in [stubs, *(path for path in stubs.rglob("*") if path.is_dir())]:
        (folder / "__init__.pyi").touch()
    stamp.touch()


def under_fabric_protos(stub: str, own: set[str]) -> str:
    """The descriptors name `common/common.proto`; the package puts it under `fabric_protos`.

    A message with a field `collections` would hide the module of that name from its own annotations.
    """
    stub = re.sub(r"(?<!import )\bcollections\.abc\.", "_collections_abc.", stub)
    stub = stub.replace("import collections.abc\n", "import collections.abc as _collections_abc\n")
    module = rf"(?<![\w.])((?:{'|'.join(sorted(own))})\.(?:\w+\.)*\w+_pb2)\b"
    stub = re.sub(module, r"fabric_protos.\1", stub)
    # A message with a field `collections` hides the module of that name inside its class.
    stub = stub.replace("import collections.abc\n", "import collections.abc as collections_abc\n")
    return re.sub(r"\bcollections\.abc\.", "collections_abc.", stub)


if __name__ == "__main__":
    link_folders()
    generate_stubs()
