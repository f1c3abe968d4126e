"""Names of hosts in addresses."""


def require_name(host: str | None) -> None:
    """Raise ValueError for a name that nobody can look up: with no label, or one above 63 bytes (RFC 1035, 2.3.4)."""
    if not host:
        raise ValueError("no host")
    host.encode("idna")
