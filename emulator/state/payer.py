"""What a person does with money: looks at an invoice, pays it, gets a payment back from Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.asker import Asker
from emulator.state.money import Form
from emulator.state.payments import ask, refund
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.chats import Json, Ref
    from emulator.state.money import Checkout


class Payer(Asker):
    """Somebody with Stars enough for everything."""

    def form(self, what: Ref | str) -> Form:
        """Open the form of an invoice in the chat or behind a link. NotShownError without one, or with a receipt.

        The form stays payable when its message is deleted, and in the hands of others, as a forwarded copy is.
        """
        offer = self.bot.money.offers.get(what if isinstance(what, str) else self.seen(what).id)
        if offer is None or (offer.single and offer.paid):
            raise NotShownError(f"{self!r} sees nothing to pay")
        return self.bot.money.form(offer)

    def pay(self, what: Ref | str | Form) -> Checkout:
        """Confirm a payment; its `outcome` is "" until the bot has answered. NotShownError if the form is too old."""
        form = what if isinstance(what, Form) else self.form(what)
        if form.expires <= self.bot.world.clock.now():
            raise NotShownError("FORM_EXPIRED")
        self._act()
        checkout = ask(self.bot, form.offer, self.user, self.chat)
        self._changed()
        return checkout

    async def paid(self, what: Ref | str | Form) -> Checkout:
        """Pay and wait for the outcome."""
        checkout = self.pay(what)
        await self.wait(lambda: checkout.outcome)
        return checkout

    def take_back(self, checkout: Checkout) -> None:
        """Get a payment back from Telegram itself, not by the bot."""
        refund(self.bot, self.id, checkout.charge_id, forced=True)

    def become_premium(self) -> None:
        """Subscribe to Telegram Premium."""
        self.user = {**self.user, "is_premium": True}
        self._changed()

    def refuse_gifts(self) -> None:
        """Take no gifts from now on."""
        self.chat.takes_gifts = False

    @property
    def gifts(self) -> list[Json]:
        """What the bot has sent as gifts, oldest first."""
        return [message["gift"]["gift"] for message in self.messages if "gift" in message]
