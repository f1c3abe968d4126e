"""HTTP of the shortest kind: a small form goes out over a connection that is kept open, and an answer comes back.

Of an answer to a tap, aiohttp's requests and responses cost a third of all processor time. Here httptools reads what
comes, as it does for uvicorn, and the rest of a client is left out: no redirects, cookies, compression or proxies.
Whatever needs more than that goes by aiohttp, see `runtime.session`.
"""
