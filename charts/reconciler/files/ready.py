"""Ask each replica behind a name whether it is ready: ready.py NAME PORT REPLICAS. Says what each of them waits for."""

import json
import socket
import sys
from urllib.error import HTTPError
from urllib.request import urlopen


def answer(address: str, port: str) -> dict:
    host = f"[{address}]" if ":" in address else address
    try:
        with urlopen(f"http://{host}:{port}/readyz", timeout=10) as page:
            return json.load(page)
    except HTTPError as error:
        return json.load(error)
    except OSError as error:
        return {"ready": False, "waiting": {"address": str(error)}}


name, port, replicas = sys.argv[1:]
addresses = sorted({found[4][0] for found in socket.getaddrinfo(name, int(port), proto=socket.IPPROTO_TCP)})
answers = {address: answer(address, port) for address in addresses}
for address, found in answers.items():
    print(address, "ready" if found["ready"] else f"waits for {found['waiting']}")
if len(answers) < int(replicas):
    print(f"{len(answers)} of {replicas} replicas have an address")
sys.exit(len(answers) < int(replicas) or not all(found["ready"] for found in answers.values()))
