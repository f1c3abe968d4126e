"""Asks the bot in the same container how it is: what /healthz says, and status 0 if that is good."""

import http.client
import os
import sys

PORT = int(os.environ.get("METRICS_PORT") or os.environ.get("PORT") or 8080)

try:
    # No proxy of the environment is asked, as urllib would.
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=4)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    print(answer.read().decode())
    sys.exit(answer.status != http.HTTPStatus.OK)
except OSError as error:
    sys.exit(f"Nothing answers at port {PORT}: {error}")
