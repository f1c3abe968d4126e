"""A dialogue: aiogram's finite state machine."""
