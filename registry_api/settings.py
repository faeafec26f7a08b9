"""What an operator may set: limits with their units, from TANHUI_API_* or by value."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tanhui.registry_api.public_address import checked_origin


class ApiSettings(BaseSettings):
    """Limits of the API. Every queue, body and wait is bounded by one of them."""

    model_config = SettingsConfigDict(env_prefix="TANHUI_API_", frozen=True, extra="forbid")

    public_url: str = ""
    """Where people reach the registry, such as https://registry.example: named by links, QR codes, sign-in redirects;
    the only host, besides loopback, under which requests are answered. "": the address that is listened on."""
    body_bytes_max: int = Field(default=1 << 20, ge=1 << 10, le=1 << 28)
    """Largest JSON body of a single write."""
    body_idle_s: float = Field(default=30.0, gt=0, le=3_600)
    """How long a request's body may pause, and how much waiting it has free; past it the answer is 408."""
    body_bytes_a_second_min: int = Field(default=1 << 10, ge=1, le=1 << 20)
    """What a body must bring on average, over the time in which the server waits for it."""
    intake_body_bytes_max: int = Field(default=1 << 28, ge=1 << 16, le=1 << 34)
    """Largest body of one intake upload; it is streamed, never held whole."""
    intake_line_bytes_max: int = Field(default=8 << 10, ge=256, le=1 << 20)
    """Longest line of an intake upload."""
    intake_waiting_lines_max: int = Field(default=2_000_000, ge=1_000, le=100_000_000)
    """Accepted lines that wait for the ledger; past it the answer is 429 with Retry-After."""
    intake_batch_lines_max: int = Field(default=1_000, ge=1, le=5_000)
    """Activities in one transaction."""
    intake_batch_wait_ms: int = Field(default=200, ge=1, le=60_000)
    """How long an incomplete batch waits for more lines."""
    intake_in_flight_max: int = Field(default=4, ge=1, le=64)
    """Batches under way at once."""
    submit_timeout_s: float = Field(default=30.0, gt=0, le=300)
    """How long a write waits for its block."""
    evaluate_timeout_s: float = Field(default=10.0, gt=0, le=300)
    """How long a read waits for the ledger."""
    event_streams_max: int = Field(default=400, ge=1, le=100_000)
    """Open event streams (SSE). Each is one of the node's `gateway_calls_max` (500) streams; some stay free."""
    writes_shown_within_ms: int = Field(default=2_000, ge=0, le=60_000)
    """How long a write's answer waits for the searches to have it; then it leaves all the same."""
    answers_kept_ms: int = Field(default=1_000, ge=0, le=60_000)
    """How long a read's answer is given again while no newer block is known; 0 asks the ledger every time."""
    page_size_max: int = Field(default=500, ge=1, le=500)
    """Items in one page."""
    event_streams_a_key_max: int = Field(default=8, ge=1, le=100_000)
    """Open event streams of one key, so that none takes them all."""
    requests_a_second: int = Field(default=500, ge=1, le=1_000_000)
    """Requests of one key, on average over ten seconds; past it the answer is 429 with Retry-After."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose X-Forwarded-For names the caller, and which overwrite what callers send."""
    failures_a_second: int = Field(default=10, ge=1, le=1_000_000)
    """Requests without a valid key from one address, counted likewise."""
    oidc_file: Path | None = None
    """Trusted issuers of OpenID Connect tokens (access/oidc.py); None accepts no token."""
    custody_passphrase_file: Path | None = None
    """A file whose passphrase encrypts the keys that the server signs with; None leaves them as they are."""
    custody_modules_file: Path | None = None
    """A JSON file of identities whose key is in a PKCS#11 module (crypto_config/custody.py)."""
    audit_rows_max: int = Field(default=1_000_000, ge=1_000, le=1_000_000_000)
    """Entries of the audit log; the oldest go first."""
    service_database_url: str = ""
    """The database of audit log, jobs and webhooks; "" is a SQLite file in the registry's folder."""
    webhook_private_hosts: tuple[str, ...] = ()
    """Hosts that webhooks may reach by plain HTTP or on a private network; every other must be public HTTPS."""
    database_url: str = ""
    """The read model's database, such as postgresql://user@host/name; "" is a SQLite file in the registry's folder."""
    log_folder: Path | None = None
    """An auditor's log, served under /v1/log, and what proofs are made from; None: no log and no proofs."""
    anchors_file: Path | None = None
    """The registry's own anchors, served under /v1/log/anchors for readers to compare."""
    issuer_key_file: Path | None = None
    """The key that signs certificates, `PRIVATE+KEY+…` of type 01; None: retirements get no certificate."""
    hub_file: Path | None = None
    """What `tanhui hub --out` made, shown at /hub; None: no such page."""

    @field_validator("public_url")
    @classmethod
    def _origin(cls, url: str) -> str:
        return checked_origin(url)
