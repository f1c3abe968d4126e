"""All tables that the store keeps."""

from clicker.players import USERS

TABLES = (USERS,)
