"""The stage of the stories: the bot as a process, its people, its ledger."""
