"""Everything that people read, and what the buttons say; by the English sentence, as translators find it."""

from pathlib import Path

from runtime.languages import Phrase
from runtime.words import Words

LOCALES = Path(__file__).parent / "locales"
WORDS = Words(LOCALES)
CODES, say = WORDS.codes, WORDS.say

ASK_NORM = Phrase("How many kilocalories a day is your norm? Send a number, 2000 for instance, or press “Calculate”.")
BAD_NORM = Phrase("The norm is a whole number from 500 to 10000.")
NORM = Phrase("Norm: {n} kcal a day. Send calories as a number: 350. Or with a name: soup 350.")
ASK_ZONE = Phrase("Where do you live? Choose a city, send your location or write, for instance, /tz Europe/Berlin.")
ZONE = Phrase("Time zone: {zone}, it is {time} now.")
BAD_ZONE = Phrase("I do not know this zone. Example: /tz Europe/Berlin")
LEFT, OVER = Phrase("Left: {n} kcal"), Phrase("Over: {n} kcal")
ENTRY, AMOUNT = Phrase("{name}: {n} kcal"), Phrase("{n} kcal")
UNDONE, CORRECTED = Phrase("Undone: {what}"), Phrase("Corrected")
UNDO, BRING_BACK = Phrase("Undo"), Phrase("Bring back")
NO_UNDO = Phrase("Nothing to undo today.")
NOT_UNDERSTOOD = Phrase("I did not understand. Send a number, 350 for instance, or with a name: soup 350.")
RANGE = Phrase("One entry: from 1 to 20000 kcal.")
NO_FOOD = Phrase("I do not know “{name}”. Send it with a number: {name} 350.")
BAD_LINE = Phrase("Line {k} is unclear, nothing was noted.")
FOODS_ARE, NO_FOODS = Phrase("Your foods:"), Phrase("No foods yet. Send, for instance: soup 350.")
FORGOT = Phrase("Forgotten: {name}.")
DAY, BAD_DAY = Phrase("The day begins at {hour}:00."), Phrase("An hour from 0 to 6, /day 4 for instance")
REMIND = Phrase("I will remind you at {time} if nothing was noted that day.")
REMIND_OFF, BAD_REMIND = Phrase("No more reminders."), Phrase("Example: /remind 20:00 or /remind off")
REMINDER = Phrase("Nothing noted today yet.")
ASK_DELETE = Phrase("Delete all your entries and settings?")
DELETE, CANCEL = Phrase("Delete everything"), Phrase("Cancel")
DELETED = Phrase("Your data are deleted. They leave the backups within 7 days.")
CALCULATED = Phrase("At rest: {rest} kcal, with movement: {moving} kcal.")

TODAY_HEAD, NO_ENTRIES = Phrase("Today, {day}"), Phrase("No entries.")
TOTAL = Phrase("Total: {n} of {norm} kcal")
WEEK_HEAD, MONTH_HEAD = Phrase("Week: {first}–{last}"), Phrase("Month: {first}–{last}")
MEAN, WITHIN = Phrase("Mean: {n} kcal"), Phrase("Within the norm: {good} of {days} days")
DAYS_WITH = Phrase("Days with entries: {n}")
NO_WEEK, NO_MONTH = Phrase("No entries in this week."), Phrase("No entries in this month.")
WEEKDAYS = (
    *(Phrase("mon"), Phrase("tue"), Phrase("wed"), Phrase("thu"), Phrase("fri")),
    *(Phrase("sat"), Phrase("sun")),
)

TODAY, WEEK, MONTH = Phrase("Today"), Phrase("Week"), Phrase("Month")
FOODS, SETTINGS, CALCULATE = Phrase("Foods"), Phrase("Settings"), Phrase("Calculate")
BUTTONS = ((TODAY, WEEK, MONTH), (UNDO, FOODS), (SETTINGS,))

NORM_IS, ZONE_IS, DAY_FROM = Phrase("Norm: {n}"), Phrase("Zone: {zone}"), Phrase("Day from {hour}:00")
REMINDER_IS, NO_REMINDER = Phrase("Reminder: {time}"), Phrase("Reminder: none")


def number(tenths: int, code: str) -> str:
    """Tenths as people write them: no grouping, one decimal unless it is a whole number."""
    sign, (whole, tenth) = "-" if tenths < 0 else "", divmod(abs(tenths), 10)
    return f"{sign}{whole}{',' if code != 'en' else '.'}{tenth}" if tenth else f"{sign}{whole}"


def left(norm: int, tenths: int, code: str) -> str:
    """What is left of a norm after so many tenths."""
    rest = norm * 10 - tenths
    return say(Phrase((OVER if rest < 0 else LEFT).text, n=number(abs(rest), code)), code)


def filled(phrase: Phrase, code: str, **values: object) -> str:
    """A sentence with its values."""
    return say(Phrase(phrase.text, **values), code)


MAIN = WORDS.keyboards(BUTTONS)
CALCULATING = WORDS.keyboards([[CALCULATE]])
LABELS = {said: label.text for said, label in WORDS.labels(CALCULATE, *sum(BUTTONS, ())).items()}
"""What each button is in English."""
