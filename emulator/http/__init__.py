"""HTTP: requests read, calls and downloads served, answers in the shapes of the Bot API server."""
