"""Any of the bots with one more certificate authority, that of the Telegram here: `trusting FILE [-m] PROGRAM ...`."""

import runpy
import sys

import certifi

if __name__ == "__main__":
    authority, *sys.argv = sys.argv[1:]
    certifi.where = lambda: authority
    if sys.argv[0] == "-m":
        sys.argv.pop(0)
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
