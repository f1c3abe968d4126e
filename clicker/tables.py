"""All tables that the store keeps."""

from clicker.admin.hours import HOURS
from clicker.broadcast.broadcasts import BROADCASTS
from clicker.members import CHATS, MEMBERS
from clicker.players import USERS

TABLES = (USERS, CHATS, MEMBERS, HOURS, BROADCASTS)
