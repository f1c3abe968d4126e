"""The store on a server: whose turn it is to poll, what is counted together, what is known beside the tables."""
