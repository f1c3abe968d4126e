"""What a person does from a terminal: check, list and restore the stored copies."""
