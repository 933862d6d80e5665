"""What the Python programs of the tests share to start servers."""

import socket


def free_ports(count):
    """Ports that nobody uses now. All stay bound until the last is chosen, so they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
