"""Durations as Go prints them: the channel's configuration carries them as text."""


def go_duration(milliseconds: int) -> str:
    """time.Duration.String: 200 → `200ms`, 1500 → `1.5s`, 60000 → `1m0s`, 5400000 → `1h30m0s`."""
    if milliseconds < 1_000:
        return f"{milliseconds}ms" if milliseconds else "0s"
    seconds, fraction = divmod(milliseconds, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{seconds}.{fraction:03d}".rstrip("0") if fraction else str(seconds)
    head = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{head}{tail}s"
