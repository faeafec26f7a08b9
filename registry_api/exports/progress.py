"""How far an export has come, told by the thread that makes it and read by the loop that notes it."""


class Stopped(Exception):  # noqa: N818  no error: nobody wants it any more
    """The work was given up meanwhile."""


class Progress:
    """Counts; one writer, any readers. After `stop` the next telling raises Stopped."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stopped = False

    def __call__(self, done: int, more: int) -> None:
        """So much more is done, so much more is known to be there. Raises Stopped."""
        if self._stopped:
            raise Stopped
        self.done += done
        self.total += more

    def stop(self) -> None:
        """Give up what is still being made."""
        self._stopped = True
