"""All tables that the store keeps."""

from clicker.hours import HOURS
from clicker.members import CHATS, MEMBERS
from clicker.players import USERS

TABLES = (USERS, CHATS, MEMBERS, HOURS)
