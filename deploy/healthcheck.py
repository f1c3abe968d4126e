"""Asks the bot in the same container how it is: what /healthz says, and status 0 if that is good."""

import http.client
import os
import sys

PORT = int(os.environ.get("METRICS_PORT") or os.environ.get("PORT") or 8080)
HERE = ("127.0.0.1", "::1")


def ask(host: str) -> bool:
    """Print the answer; True if it is good. Raises OSError if nothing answers there."""
    # No proxy of the environment is asked, as urllib would.
    connection = http.client.HTTPConnection(host, PORT, timeout=4)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    print(answer.read().decode())
    return answer.status == http.HTTPStatus.OK


for host in HERE:
    try:
        sys.exit(not ask(host))
    except OSError as error:
        if isinstance(error, TimeoutError) or host == HERE[-1]:
            sys.exit(f"Nothing answers at port {PORT}: {error}")
