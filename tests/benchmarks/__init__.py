"""How fast the bot is, each figure beside that of others in the same run: `python -m tests.benchmarks`.

Beside the first version's way always; beside PostgreSQL where Debian's package `postgresql` is installed (a server of
its own is started); beside bots on other libraries where `requirements.txt` here is installed, and grammY as it says.
"""
