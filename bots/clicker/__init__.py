"""The clicker: tap and be counted."""
