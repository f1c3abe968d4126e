"""Updates that Telegram brings itself: what a replica serves, and how all of them make one address known.

It knows no engine: an update is handed to a coroutine, and Telegram hears 200 when that is through. Nothing is served
here without a database that all replicas share, see `runtime.settings`.
"""
