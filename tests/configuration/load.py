"""Fifty Clients that send each other messages of QoS 1 and miss nothing."""

import asyncio
import pathlib
import struct
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from small_mqtt import connect, packet, publish, text  # noqa: E402

WINDOW = 5  # messages of one Client that are not acknowledged yet


class Member:
    """Subscribes to a topic of its own and publishes to that of the next."""

    def __init__(self, number, count, payload):
        self.number = number
        self.own, self.next = f"ring/{number}", f"ring/{(number + 1) % count}"
        self.payload = payload
        self.sent = self.acknowledged = 0
        self.received = set()
        self.lost_connection = False
        self.writer = None

    async def open(self, port):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.writer.write(connect(f"ring-{self.number}"))
        first, body = await self.packet()
        assert first == 0x20 and body[1] == 0, body
        self.writer.write(packet(0x82, struct.pack(">H", 1) + text(self.own) + b"\x01"))
        first, body = await self.packet()
        assert first == 0x90 and body[2] == 1, body

    async def packet(self):
        first = (await self.reader.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await self.reader.readexactly(1))[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return first, await self.reader.readexactly(size)

    async def run(self, stop):
        try:
            while not (stop.is_set() and self.acknowledged == self.sent):
                while not stop.is_set() and self.sent - self.acknowledged < WINDOW:
                    content = b"%d " % self.sent + self.payload
                    self.writer.write(publish(self.next, content, self.sent % 65535 + 1))
                    self.sent += 1
                self.take(*await self.packet())
            while True:  # what is still on its way
                self.take(*await asyncio.wait_for(self.packet(), 2))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.lost_connection = True
        except asyncio.TimeoutError:
            pass
        self.writer.close()

    def take(self, first, body):
        if first == 0x40:
            self.acknowledged += 1
        elif first & 0xF0 == 0x30:
            topic_end = 2 + struct.unpack(">H", body[:2])[0]
            self.writer.write(b"\x40\x02" + body[topic_end:topic_end + 2])
            self.received.add(int(body[topic_end + 2:].split(b" ", 1)[0]))


class Ring:
    """All of them, in a thread of their own."""

    def __init__(self, port, count=50, payload_size=1500):
        self.members = [Member(i, count, b"x" * payload_size) for i in range(count)]
        self.port = port
        self.stop_asked = threading.Event()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()))

    async def run(self):
        await asyncio.gather(*(member.open(self.port) for member in self.members))
        self.ready.set()
        await asyncio.gather(*(member.run(self.stop_asked) for member in self.members))

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(30)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.stop_asked.set()
        self.thread.join(60)

    def acknowledged(self):
        return sum(member.acknowledged for member in self.members)

    def disconnects(self):
        return sum(member.lost_connection for member in self.members)

    def missing(self):
        """How many acknowledged messages did not arrive. After `stop`."""
        count = len(self.members)
        return sum(len(set(range(member.sent)) - self.members[(i + 1) % count].received)
                   for i, member in enumerate(self.members))
