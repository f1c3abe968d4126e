"""The receiving side of a replica."""
