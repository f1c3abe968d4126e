"""What the admin puts on the shelf: a document with the caption /stock."""

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Filter
from aiogram.types import Message

from bots.shop import catalogue
from bots.shop.catalogue import CODE, FILE
from bots.shop.reading import WrongError, known
from bots.shop.shop import Shop
from pinstore import Keeper, errors, retry
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private

MOST_BYTES, MOST_CODES, MOST_CODE = 1_000_000, 10_000, 256


class Stocked(Filter):
    """A document with the caption /stock SKU."""

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        caption = (message.caption or "").split()
        if message.document is None or not caption or caption[0].partition("@")[0].lower() != "/stock":
            return False
        return {"sku": " ".join(caption[1:])}


async def stock(message: Message, shop: Shop, sku: str) -> None:
    """Load codes, or the file that is sold."""
    document = message.document
    assert document  # noqa: S101 - as the filter says
    try:
        good = await shop.store.read(lambda tables: known(tables, sku))
        if good.kind == FILE:
            await shop.store.write(lambda tables: catalogue.set_file(tables, sku, document.file_id))
            answer = f"📦 {sku}: файл принят"
        elif good.kind == CODE:
            lines = codes_in(await _content(shop.store, document.file_id, document.file_size or 0))
            added, again, left = await shop.store.write(lambda tables: catalogue.put_codes(tables, good, lines))
            answer = f"📦 {sku}: добавлено {added}, повторов {again}, в наличии {left}"
        else:
            answer = "❌ Документы нужны только товарам code и file"
    except WrongError as error:
        answer = str(error)
    shop.outbox.send(message.chat.id, answer)


def codes_in(content: bytes) -> list[str]:
    """Codes, one a line. Raises WrongError."""
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise WrongError("❌ Файл должен быть текстом в UTF-8") from None
    codes = [line for line in lines if line]
    if len(codes) > MOST_CODES:
        raise WrongError(f"❌ В файле должно быть не больше {MOST_CODES} строк")
    if any(len(code) > MOST_CODE for code in codes):
        raise WrongError(f"❌ Строка должна быть не длиннее {MOST_CODE} знаков")
    return codes


async def _content(store: Keeper, file_id: str, size: int) -> bytes:
    if size > MOST_BYTES:
        raise WrongError("❌ Файл должен быть не больше 1 МБ")
    try:
        return await store.fetch(file_id)
    except (errors.ChatError, errors.MissingError, TelegramAPIError, *retry.TRANSIENT) as error:
        raise WrongError(f"❌ Файл не скачался: {retry.reason(error)}") from None


def stock_router() -> Router:
    """Documents in the admin's chat."""
    router = Router(name="stock")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(stock, Stocked())
    return router
