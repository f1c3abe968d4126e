"""PostgreSQL: the tables on a server of their own, each update's effect and its id in one transaction."""
