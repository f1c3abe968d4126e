"""A message of the admin to all players, once to each."""
