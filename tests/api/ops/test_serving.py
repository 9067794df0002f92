"""The server ends soon, whoever is still listening to it."""

from __future__ import annotations

import socket
import threading
import time

from api.ops.serving import GRACE_S, _config, _Server, bind
from api.settings import ServiceSettings


async def endless(scope, receive, send):
    """An application with a stream that never ends."""
    import asyncio

    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    while True:
        await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})
        await asyncio.sleep(0.1)


def test_progress_streams_do_not_hold_it_up():
    listening, ready = bind("127.0.0.1", 0), threading.Event()
    server = _Server(_config(endless, ServiceSettings(_env_file=None)), ready.set)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    assert ready.wait(10)
    with socket.create_connection(listening.getsockname()) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"still here" in b"".join(reader.recv(4096) for _ in range(3))
        server.should_exit = True
        start = time.monotonic()
        thread.join(30)
    assert not thread.is_alive()
    assert time.monotonic() - start < GRACE_S + 10
