"""All tables that the store keeps."""

from bots.clicker.members import CHATS, MEMBERS
from bots.clicker.players import USERS
from runtime.admin.hours import HOURS
from runtime.broadcast.broadcasts import BROADCASTS

TABLES = (USERS, CHATS, MEMBERS, HOURS, BROADCASTS)
