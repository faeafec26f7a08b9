"""tlog-witness over HTTP: the statuses of the specification, and a state that outlives the process."""

import http.client
from hashlib import sha256
from pathlib import Path

from tanhui.node.witness.application import WitnessApplication
from tanhui.node.witness.collect import post
from tanhui.proofs import checkpoints, keys, notes
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.notes import Note
from tanhui.proofs.witness import REQUEST_BYTES_MAX, AddCheckpoint, Witness
from tests.support.proof_world import LOG, ORIGIN, WITNESSES, signer, tree
from tests.support.witnesses import served

W = WITNESSES[0]
TIME = 1_795_000_000.9
STRANGER = keys.signer_from_seed(ORIGIN, KeyType.ED25519, sha256(b"stranger").digest())


def application(folder: Path) -> WitnessApplication:
    return WitnessApplication(Witness(folder, W, {ORIGIN: [LOG.key]}), (ORIGIN,), lambda: TIME)


def request(
    old: int, new: int, root: bytes | None = None, by: NoteSigner = LOG, origin: str = ORIGIN
) -> bytes:
    text = Checkpoint(origin, new, tree(new).root() if root is None else root).text()
    note = Note(text, (notes.signature(text, by),))
    proof = tuple(tree().consistency_proof(old, new)) if 0 < old < new else ()
    return AddCheckpoint(old, proof, note).encode()


def test_growth_is_cosigned_and_remembered(tmp_path: Path) -> None:
    with served(application(tmp_path)) as url:
        status, body = post(f"{url}/add-checkpoint", request(0, 5))
        assert status == 200
        (line,) = notes.parse_signature_lines(body)
        text = Checkpoint(ORIGIN, 5, tree(5).root()).text()
        (verified,) = notes.verify(Note(text, (line,)), [W.key])
        assert verified.time == int(TIME)
    with served(application(tmp_path)) as url:  # another process, the same state
        assert post(f"{url}/add-checkpoint", request(0, 9)) == (409, b"5\n")
        assert post(f"{url}/add-checkpoint", request(5, 9))[0] == 200
        assert post(f"{url}/add-checkpoint", request(5, 7)) == (409, b"9\n")


def test_refusals(tmp_path: Path) -> None:
    with served(application(tmp_path)) as url:
        path = f"{url}/add-checkpoint"
        assert post(path, request(0, 5))[0] == 200
        assert post(path, request(5, 9, root=bytes(32)))[0] == 422
        assert post(path, request(5, 5, root=bytes(32)))[0] == 422
        assert post(path, request(5, 9, by=STRANGER))[0] == 403
        elsewhere = signer("other.example", KeyType.ED25519)
        assert post(path, request(0, 9, by=elsewhere, origin="other.example"))[0] == 404
        assert post(path, b"nonsense")[0] == 400
        assert post(path, request(9, 5))[0] == 400
        assert post(path, b"x" * (REQUEST_BYTES_MAX + 1))[0] == 413
        assert post(f"{url}/else", b"")[0] == 404
        # None of it moved the state.
        assert post(path, request(5, 9))[0] == 200


def test_the_latest_note_can_be_read_for_gossip(tmp_path: Path) -> None:
    with served(application(tmp_path)) as url:
        host = url.removeprefix("http://")

        def get() -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(host, timeout=5)
            connection.request("GET", f"/checkpoints/{sha256(ORIGIN.encode()).hexdigest()}")
            answer = connection.getresponse()
            found = answer.status, answer.read()
            connection.close()
            return found

        assert get()[0] == 404
        post(f"{url}/add-checkpoint", request(0, 5))
        status, body = get()
        assert status == 200
        note, signed = notes.open_note(body, [LOG.key, W.key])
        assert checkpoints.parse(note.text).size == 5
        assert {one.key for one in signed} == {LOG.key, W.key}


def test_a_state_that_was_edited_stops_the_witness(tmp_path: Path) -> None:
    with served(application(tmp_path)) as url:
        assert post(f"{url}/add-checkpoint", request(0, 9))[0] == 200
        (state,) = tmp_path.iterdir()
        state.write_bytes(state.read_bytes().replace(b"\n9\n", b"\n5\n"))
        assert post(f"{url}/add-checkpoint", request(5, 9))[0] == 500
