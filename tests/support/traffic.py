"""Writes through an API while a network suffers: what was acknowledged, and when writes went on."""

import threading
import time
from collections import Counter
from typing import Self

import httpx2 as httpx

from tests.support.running_registry import Client

ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
RESUMED_WITHIN_S = 30.0
SILENT_S = 5.0
SILENT_WITHIN_S = 60.0
PAUSE_S = 0.1


class Traffic:
    """Threads that open accounts one after the other; what was not acknowledged is sent again under its own key.

    Attributes:
        acknowledged: by account, the transaction that the API said opened it.
        answers: HTTP statuses, 0 for none.
    """

    def __init__(self, operator: Client, writers: int, prefix: int) -> None:
        self.acknowledged: dict[str, str] = {}
        self.answers: Counter[int] = Counter()
        self._operator = operator
        self._prefix = prefix
        self._stop = threading.Event()
        self._wrong: list[str] = []
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(writers)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._wrong, self._wrong[:3]

    def resumed(self, within_s: float = RESUMED_WITHIN_S) -> float:
        """Seconds until each writer could have been acknowledged anew; a failure when that takes too long."""
        began, known = time.monotonic(), len(self.acknowledged)
        while len(self.acknowledged) < known + 2 * len(self._threads):
            took = time.monotonic() - began
            assert took < within_s, f"no writes for {took:.0f} s; answers so far: {dict(self.answers)}"
            assert not self._wrong, self._wrong[:3]
            time.sleep(0.02)
        return time.monotonic() - began

    def fell_silent(self) -> None:
        """Wait until nothing was acknowledged for a while; a failure when acknowledgements do not end.

        How long a block that was ordered already takes to every peer depends on the machine's load.
        """
        began = last = time.monotonic()
        known = len(self.acknowledged)
        while (now := time.monotonic()) - last < SILENT_S:
            assert now - began < SILENT_WITHIN_S, f"still acknowledged after {now - began:.0f} s"
            if len(self.acknowledged) > known:
                known, last = len(self.acknowledged), now
            time.sleep(0.02)

    def _write(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            account = f"{self._prefix:08x}{number:08x}{count:016x}"
            body = {"accounts": [{"account": account, "holder": "person"}]}
            try:
                answer = self._operator.post(ACCOUNTS, f"open-{account}", body)
            except httpx.HTTPError:
                self.answers[0] += 1
                time.sleep(PAUSE_S)
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code in {200, 201}:
                self.acknowledged[account] = answer.json()["transaction"]
                count += 1
            elif answer.status_code in {409, 503}:
                time.sleep(PAUSE_S)
            else:
                self._wrong.append(f"{answer.status_code} {answer.text}")
                return
