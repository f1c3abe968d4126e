"""How fast the bot is, each figure beside that of others in the same run: `python -m tests.benchmarks`.

Beside the first version's way always; beside PostgreSQL where Debian's package `postgresql` is installed (a server of
its own is started); beside bots on two other libraries; beside grammY, which is Node's, where GRAMMY in the environment
names the DIRECTORY of `npm install --prefix DIRECTORY grammy@1.46.0`.
"""
