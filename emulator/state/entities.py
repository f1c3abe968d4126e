"""Entities that Telegram finds in a text by itself.

Source: tdlib/td, MessageEntity.cpp, find_entities: match_mentions, match_bot_commands, match_hashtags, match_urls,
fix_url. Phone numbers are found by the server alone; which ones is not known: here those with a plus.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.state.text import utf16

if TYPE_CHECKING:
    from emulator.state.chats import Json

# Of td's is_common_tld: countries, and the best known of the others.
_KNOWN = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc "
    "cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb "
    "gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke "
    "kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu "
    "mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw "
    "sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz "
    "ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
    "com net org info biz name edu gov mil int arpa mobi app dev xyz online site club shop store top pro live link "
    "chat blog news cloud space website tech agency world today life email work ton "
    "рф рус бел укр қаз мкд срб бг москва дети онлайн сайт орг ком"
)
_TLDS = frozenset(_KNOWN.split())
_DOMAIN = r"(?:[^\W_](?:[\w~-]{0,61}[^\W_])?\.)+[^\W_][\w-]{0,61}"
_FOUND = re.compile(
    r"(?<![\w.+-])(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    rf"|(?<![\w/@#.~-])(?P<url>(?P<protocol>(?:https?|ftp|tonsite)://)?(?P<domain>{_DOMAIN})"
    r"(?::\d{1,5})?(?:[/?#][^\s<>\"«»]*)?)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<![\w#])(?P<hashtag>#\w*[^\W\d_]\w*)"
    r"|(?<![\w+])(?P<phone_number>\+\d(?:[ ()-]{0,2}\d){6,14})(?!\w)"
)
_MARKS = re.compile(r"[/@#+]|\.\w")
_PUNCTUATION = ".:;,('?!`"


def find_entities(text: str) -> list[Json]:
    """Commands, mentions, hashtags, URLs, e-mails and phone numbers, by offset in UTF-16."""
    if _MARKS.search(text) is None:
        return []
    found = []
    at = 0
    while match := _FOUND.search(text, at):
        kind = next(name for name in _KINDS if match[name] is not None)
        piece = _url(match) if kind == "url" else match.group()
        at = match.start() + len(piece) if piece else match.end("domain")
        if piece:
            found.append({"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(piece)})
    return found


def merge_entities(given: list[Json], text: str) -> list[Json]:
    """The given entities and those found in `text` outside of them, by offset."""
    found = find_entities(text)
    if not given:
        return found
    free = [
        one
        for one in found
        if all(
            one["offset"] + one["length"] <= other["offset"] or other["offset"] + other["length"] <= one["offset"]
            for other in given
        )
    ]
    return sorted([*given, *free], key=lambda entity: (entity["offset"], -entity["length"]))


_KINDS = ("email", "url", "bot_command", "mention", "hashtag", "phone_number")


def _url(match: re.Match[str]) -> str:
    """The URL without what does not belong to its end, "" if it is none: without a protocol its end must be known."""
    top = match["domain"].rpartition(".")[2].lower()
    address = re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", match["domain"]) is not None
    if not address and not (top in _TLDS or (match["protocol"] and len(top) >= 2 and top.isalpha())):
        return ""
    depth = 0
    for index, char in enumerate(url := match["url"]):
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return url[:index].rstrip(_PUNCTUATION)
    return url.rstrip(_PUNCTUATION)
