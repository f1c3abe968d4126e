"""HTTP of the shortest kind: a form goes out over a connection that is kept open, and an answer comes back.

Of an answer to a tap, aiohttp's requests and responses cost a third of all processor time, and to import it takes
11 MB. Here httptools reads what comes, as it does for uvicorn, and the rest of a client is left out: no redirects,
cookies, compression or proxies. Whoever needs a proxy goes by aiohttp, see `runtime.by_proxy`.
"""
