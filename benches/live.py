"""What the measurements with live dashboards share: the websocket of one, as far as a server speaks it."""

import base64
import os


def handshake(port, token, number, more=""):
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET /api/live?after={number}{more} HTTP/1.1", f"Host: localhost:{port}", "Connection: Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", f"Authorization: Bearer {token}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def frames(reader):
    """The texts of a websocket (RFC 6455 §5.2), as far as a server sends them."""
    while True:
        head = await reader.readexactly(2)
        length = head[1] & 0x7F
        if length >= 126:
            length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
        payload = await reader.readexactly(length)
        if head[0] & 0x0F == 1:
            yield payload
