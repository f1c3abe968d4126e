"""How fast the bot is, each figure beside the first version's way in the same run: `python -m tests.benchmarks`."""
