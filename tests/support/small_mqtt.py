"""Just enough MQTT 3.1.1 for ten thousand Clients in one process."""

import asyncio
import struct
import time


def text(value):
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def packet(first, body):
    length = len(body)
    size = bytearray()
    while True:
        size.append(length % 128 | (128 if length > 127 else 0))
        length //= 128
        if length == 0:
            return bytes([first]) + bytes(size) + body


def connect(client_id, user=None, password=None, keep_alive=0):
    flags = 2 | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
    body = text("MQTT") + bytes([4, flags]) + struct.pack(">H", keep_alive) + text(client_id)
    if user is not None:
        body += text(user)
    if password is not None:
        body += text(password)
    return packet(0x10, body)


def publish(topic, payload, packet_id):
    return packet(0x32, text(topic) + struct.pack(">H", packet_id) + payload)


class Client(asyncio.Protocol):
    """Connects and notes when CONNACK came and what it said; None: it was closed before."""

    def __init__(self, hello):
        self.hello = hello
        self.began = time.monotonic()
        self.answered = asyncio.get_running_loop().create_future()
        self.transport = None
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.hello)

    def data_received(self, data):
        self.received += data
        if len(self.received) >= 4 and not self.answered.done():
            self.answered.set_result((self.received[3], time.monotonic() - self.began))

    def connection_lost(self, _):
        if not self.answered.done():
            self.answered.set_result((None, time.monotonic() - self.began))

    def close(self):
        if self.transport is not None:
            self.transport.abort()


async def open_client(port, hello):
    loop = asyncio.get_running_loop()
    client = Client(hello)
    await loop.create_connection(lambda: client, "127.0.0.1", port)
    return client


async def connect_all(port, hellos, at_once=2000):
    """Opens all as fast as the kernel takes them, and awaits all CONNACKs."""
    gate = asyncio.Semaphore(at_once)

    async def one(hello):
        async with gate:
            return await open_client(port, hello)

    clients = await asyncio.gather(*(one(hello) for hello in hellos))
    answers = await asyncio.gather(*(client.answered for client in clients))
    return clients, answers


class Traffic:
    """One Client that publishes QoS 1 at a steady rate, and counts what is acknowledged."""

    def __init__(self, port, hello, rate):
        self.port, self.hello, self.rate = port, hello, rate
        self.acknowledged = 0
        self.stopped = False
        self.task = None

    async def run(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.hello)
        await reader.readexactly(4)

        async def count():
            pending = b""
            while data := await reader.read(65536):
                pending += data
                self.acknowledged += len(pending) // 4
                pending = pending[len(pending) // 4 * 4:]

        counting = asyncio.create_task(count())
        begin = time.monotonic()
        sent = 0
        while not self.stopped:
            due = int((time.monotonic() - begin) * self.rate)
            batch = b"".join(publish("healthy", b"x" * 64, i % 65535 + 1) for i in range(sent, due))
            sent = max(sent, due)
            writer.write(batch)
            await writer.drain()
            await asyncio.sleep(0.005)
        writer.close()
        counting.cancel()


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
