"""Signing secrets at rest: sealed by the custody's passphrase, plain ones at the next start, and never shown again."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.sealing import Sealer
from tanhui.registry_api.database.engine import sqlite_url
from tanhui.registry_api.service.tables import WEBHOOKS, open_service
from tanhui.registry_api.webhooks.store import Webhook, WebhookStore, new_secret


def hook(name: str) -> Webhook:
    return Webhook(
        id=name,
        organisation="o",
        identity="i",
        url="https://example.org",
        secret=new_secret(),
        kinds=(),
        state="active",
        cursor=0,
        failures=0,
        next_attempt=0,
        last_status=0,
        last_error="",
        delivered=0,
        created=1,
    )


def test_secrets_are_sealed_in_the_database_and_opened_for_signing(tmp_path: Path) -> None:
    path = tmp_path / "service.sqlite"
    service = open_service(sqlite_url(path))
    plain, sealer = WebhookStore(service), Sealer(b"sixteen bytes or more")
    before, after = hook("a" * 32), hook("b" * 32)
    plain.add(before, "k1")
    assert before.secret.encode() in path.read_bytes() + Path(f"{path}-wal").read_bytes()
    sealed = WebhookStore(service, sealer)
    assert sealed.protect() == 1
    assert sealed.protect() == 0
    shown, fresh = sealed.add(after, "k2")
    assert (shown.secret, fresh) == (after.secret, True), "its maker sees it, once"
    with service.connect() as connection:
        kept = list(connection.scalars(select(WEBHOOKS.c.secret)))
    assert all(secret.startswith("sealed1.") and len(secret) <= 300 for secret in kept)
    for one in (before, after):
        found = sealed.get(one.id, "o")
        assert found is not None
        assert sealed.secret_of(found) == one.secret
        with pytest.raises(CryptoConfigError, match="passphrase is needed"):
            plain.secret_of(found)
        with pytest.raises(CryptoConfigError, match="by this passphrase"):
            WebhookStore(service, Sealer(b"another passphrase")).secret_of(found)
    again, fresh = sealed.add(after, "k2")
    assert (again.id, fresh) == (after.id, False)
    service.dispose()
