"""A chat as getChat tells of it: aiogram's own type for that takes a third of a second to build at its first use."""

from typing import Any

from pinstore import PlainMethod


class GetChat(PlainMethod[dict[str, Any]]):
    """getChat: what comes is left as it is."""

    __returning__ = dict[str, Any]
    __api_method__ = "getChat"

    chat_id: int | str
