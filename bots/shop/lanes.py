"""Lanes of errands: what waits for somebody who is away holds up nothing else. Ids of people end at 2^52."""

_GIFTS, _REFUNDS = 1 << 53, 1 << 54


def of_goods(person: int) -> int:
    """Codes and files, in their order; they wait for whoever has blocked the bot."""
    return person


def of_gifts(person: int) -> int:
    """Gifts and Premium: whether one has come is told by how many have."""
    return _GIFTS + person


def of_refund(payment: int) -> int:
    """A payment on its way back."""
    return _REFUNDS + payment


def of_order(order: int) -> int:
    """What takes as long as somebody else's service does, and what is told of that."""
    return -order
