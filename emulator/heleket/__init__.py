"""A local Heleket: a processor of crypto payments on loopback, strict about what it is asked."""
