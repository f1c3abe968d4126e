"""Who may write, what is stored, and when."""
