"""Days and hours in Tashkent, UTC+5 all year."""

EAST = 5 * 3600
DAY, HOUR = 86_400, 3_600


def day_of(seconds: int) -> int:
    """The day of a moment, counted from the beginning of 1970 there."""
    return (seconds + EAST) // DAY


def is_quiet(seconds: float, hours: tuple[int, int]) -> bool:
    """Whether a moment lies in the hours from one to the other; two equal ones are none."""
    begin, end = hours
    hour = int(seconds + EAST) % DAY // HOUR
    return begin <= hour < end if begin <= end else hour >= begin or hour < end
