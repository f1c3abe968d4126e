"""Everything that people read, and what the buttons say; by the English sentence, as translators find it."""

from pathlib import Path

from runtime.languages import Phrase
from runtime.words import Words

LOCALES = Path(__file__).parent / "locales"
WORDS = Words(LOCALES)
say = WORDS.say

RULES = Phrase(
    "Here you talk to a stranger, who sees neither your name nor your number.\n"
    "1. Only from the age of 18.\n"
    "2. No advertising, no selling, no threats, nothing about children.\n"
    "3. Explicit things only if both agree.\n"
    "4. Do not give away address, phone or card numbers.\n"
    "When somebody is reported, the moderator sees his last messages. The bot keeps no texts. "
    "Delete your data: /delete_me"
)
ACCEPT, UNDER_18 = Phrase("I am 18 and accept"), Phrase("I am under 18")
UNDERAGE = Phrase("This bot is for adults. Come back when you are 18.")
READY = Phrase("Done. Press “Find a partner”.")
SEARCHING = Phrase("Looking for a partner…")
FOUND, COMMON = Phrase("Partner found. Say hi!"), Phrase("In common: {interests}")
CANCELLED = Phrase("Search stopped.")
NOBODY = Phrase("Nobody is there yet. Try later.")
YOU_LEFT, LEFT = Phrase("You left the chat."), Phrase("Your partner left.")
GONE = Phrase("Your partner cannot be reached, the chat is closed.")
SILENCE = Phrase("Chat closed: nobody has written for a long time.")
IDLE_HINT = Phrase("You are not in a chat. Press “Find a partner”.")
SEARCH_HINT = Phrase("Still looking. Your message went to nobody.")
CHAT_HINT = Phrase("You are in a chat. “Next” for another partner, “Stop” to leave.")
KIND = Phrase("Not sent: contacts, places, polls and the like are not passed on here.")
LINK = Phrase("Not sent: links and @names are allowed once each of you has written 5 messages.")
FAST = Phrase("Too fast: some messages were not sent.")
UNKNOWN = Phrase("There is no such command.")
ASK_REPORT = Phrase("What is wrong?")
REPORTED = Phrase("Reported. You will not meet again.")
APART = Phrase("You will not meet again.")
NO_REPORT = Phrase("There is nobody to report.")
BANNED = Phrase("You are banned until {until} UTC. Reason: {reason}. If this is a mistake, write /appeal and why.")
BANNED_FOR_EVER = Phrase("You are banned for ever. Reason: {reason}. If this is a mistake, write /appeal and why.")
APPEAL_SENT, APPEAL_TWICE = Phrase("Your appeal was sent to the moderator."), Phrase("You have appealed already.")
APPEAL_HOW = Phrase("Write the reason after /appeal in one message.")
NOT_BANNED = Phrase("You are not banned.")
UNBANNED = Phrase("The ban is lifted. Please keep to the rules.")
REFUSED = Phrase("Your appeal was refused.")
ASK_DELETE = Phrase("Delete all data? The chat ends, your settings go.")
DELETE, CANCEL = Phrase("Delete everything"), Phrase("Cancel")
DELETED = Phrase("Your data are deleted. They leave the backups within 7 days.")

FIND, SETTINGS = Phrase("Find a partner"), Phrase("Settings")
NEXT, STOP, REPORT = Phrase("Next"), Phrase("Stop"), Phrase("Report")

REASONS = (
    Phrase("Advertising"),
    Phrase("Insults"),
    Phrase("Explicit without consent"),
    Phrase("Looks like a child"),
    Phrase("Something else"),
    Phrase("Just not again"),
    Phrase("the moderator's decision"),
)
NOT_AGAIN, MODERATOR = 5, 6
"""Places among the reasons: one that is no report, and one that is only the moderator's."""

ME = (Phrase("I am: not said"), Phrase("I am: a man"), Phrase("I am: a woman"))
WANTS = (Phrase("Looking for: anyone"), Phrase("Looking for: men"), Phrase("Looking for: women"))
TONGUE = (Phrase("Partner's language: mine"), Phrase("Partner's language: any"))
INTERESTS = Phrase("Interests: {count}")
DONE, BACK = Phrase("Done"), Phrase("Back")
TOPICS = (
    *(Phrase("music"), Phrase("films"), Phrase("games"), Phrase("books")),
    *(Phrase("sport"), Phrase("study"), Phrase("travel"), Phrase("small talk")),
)

IDLE, WAITING, TALKING = range(3)
"""What a person does."""
LABELS = {IDLE: ((FIND,), (SETTINGS,)), WAITING: ((CANCEL,),), TALKING: ((NEXT, STOP), (REPORT,))}

KEYBOARDS = {state: WORDS.keyboards(rows) for state, rows in LABELS.items()}


def common(interests: int, code: str) -> str:
    """The notice that a partner is found, with the interests that both have."""
    shared = [say(topic, code) for place, topic in enumerate(TOPICS) if interests >> place & 1]
    found = say(FOUND, code)
    return f"{found}\n{say(Phrase(COMMON.text, interests=', '.join(shared)), code)}" if shared else found
