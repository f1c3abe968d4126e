"""The other engine: PostgreSQL behind the statements that stand once."""
