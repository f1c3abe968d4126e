"""One small bot on each of two other libraries, as their users write one: programs of their own."""
