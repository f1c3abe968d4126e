"""What the admin does with people's balances: /bonus, /adjust, /reconcile."""

from bots.shop import texts, wallet
from bots.shop.admin import Work
from bots.shop.reading import WrongError, number_in, person_in
from bots.shop.reconciliation import reconcile
from bots.shop.shop import Shop, now
from bots.shop.wallet import Cause, Difference, Moved
from pinstore import Tables, retry
from runtime.languages import Phrase

HOW_BONUS, HOW_ADJUST = "❌ Нужно: /bonus id число больше 0", "❌ Нужно: /adjust id ±число причина"


async def bonus(shop: Shop, args: str) -> str:
    """Give Stars, and say so."""
    words = args.split()
    if len(words) != 2 or number_in(words[1]) < 1:
        raise WrongError(HOW_BONUS)
    person, amount = person_in(words[0]), number_in(words[1])
    balance = await shop.store.write(lambda tables: _move(tables, person, "bonus", amount))
    shop.tell(person, Phrase(texts.BONUS, amount=amount, balance=balance))
    return f"🎁 {person}: +{amount} ⭐, баланс {balance} ⭐"


async def adjust(shop: Shop, args: str) -> str:
    """Give or take Stars, without a word to the person."""
    words = args.split(maxsplit=2)
    if len(words) != 3 or not number_in(words[1]):
        raise WrongError(HOW_ADJUST)
    person, amount = person_in(words[0]), number_in(words[1])
    balance = await shop.store.write(lambda tables: _move(tables, person, "adjustment", amount))
    return f"🛠 {person}: {amount:+d} ⭐, баланс {balance} ⭐"


async def compare(shop: Shop, _: str) -> str:
    """Compare with Telegram now; balances with the ledger as well, whose sums count now that the admin looks."""
    differing = await shop.store.write(wallet.mend)
    try:
        found = await retry.patiently(lambda: reconcile(shop), 3)
    except retry.TRANSIENT as error:
        raise WrongError(f"❌ Telegram не отвечает: {retry.reason(error)}") from None
    mended = found.mended + sum(one.total >= 0 for one in differing)
    if not mended and not differing:
        return f"✅ Сверка: операций {found.seen}, расхождений нет"
    return "\n".join([f"⚠️ Сверка: операций {found.seen}, исправлено {mended}", *map(_told, differing)])


MONEY: dict[str, Work] = {"bonus": bonus, "adjust": adjust, "reconcile": compare}


def _told(one: Difference) -> str:
    kept = "" if one.total >= 0 else ", кошелёк закрыт"
    return f"{one.person}: на балансе было {one.amount} ⭐, по журналу {one.total} ⭐{kept}"


def _move(tables: Tables, person: int, kind: str, amount: int) -> int:
    """Move Stars; returns the balance. Raises WrongError, and then nothing has changed."""
    if not tables.execute("SELECT 1 FROM customers WHERE person = ?", (person,)).fetchone():
        raise WrongError(f"❌ {person} ещё не писал боту")
    at = now()
    deal = wallet.open_deal(tables, person, kind, amount, 0, at)
    moved = wallet.move(tables, person, amount, Cause(f"{kind}:{deal}", deal, at))
    if moved is Moved.FROZEN:
        raise WrongError(f"❌ {person}: сначала /reconcile, суммы не сходятся")
    balance = wallet.balance(tables, person)
    if moved is Moved.TOO_LITTLE:
        raise WrongError(f"❌ На балансе {balance} ⭐")
    return balance
