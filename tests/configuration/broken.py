"""Thirty configuration files with one mistake each: text, place, and words that name or mend it."""

BROKEN = [
    # Names.
    ("shard: 2\n", "1:1", "did you mean 'shards'?"),
    ("shards: 2\n\nlog_levle: info\n", "3:1", "did you mean 'log_level'?"),
    ("mqtt:\n  recieve_max: 10\n", "2:3", "did you mean 'mqtt.receive_max'?"),
    ("mqtt.max_packet_size: 1MiB\n", "1:1", "did you mean 'mqtt.packet_size_max'?"),
    ("mqttt:\n  receive_max: 10\n", "1:1", "did you mean 'mqtt'?"),
    ("limits: {queue_byte_max: 1MiB}\n", "1:10", "did you mean 'limits.queue_bytes_max'?"),
    ("persistence_location: /x\n", "1:1", "unknown key"),
    # Given twice.
    ("shards: 1\nshards: 2\n", "2:1", "first in line 1"),
    ("mqtt:\n  receive_max: 1\nmqtt.receive_max: 2\n", "3:1", "first in line 2"),
    # Types.
    ("shards: many\n", "1:9", "expects a whole number"),
    ("shards: [1, 2]\n", "1:1", "one value, not a list"),
    ("shards:\n", "1:1", "the value is missing"),
    ("mqtt: 5\n", "1:1", "is a section"),
    ("auth:\n  allow_anonymous: yes\n", "2:20", "did you mean 'true'?"),
    ("log_level: warn\n", "1:12", "did you mean 'warning'?"),
    ("storage:\n  durability: sync\n", "2:15", "did you mean 'fsync'?"),
    ("clients:\n  application_ids: 'app-('\n", "2:20", "missing )"),
    ("rate_limits:\n  total: 10 per second\n", "2:10", "rate"),
    # Units and ranges.
    ("mqtt:\n  packet_size_max: 64KB\n", "2:20", "did you mean '64KiB'?"),
    ("mqtt:\n  connect_timeout: 5 sec\n", "2:20", "did you mean '5s'?"),
    ("shards: 100000\n", "1:9", "allowed are 0 to 256"),
    ("mqtt:\n  maximum_qos: 3\n", "2:16", "allowed are 0 to 2"),
    # Keys against each other.
    ("limits:\n  output_high_watermark: 1MiB\n  output_low_watermark: 2MiB\n", "3:25",
     "must be less than limits.output_high_watermark"),
    ("listeners:\n  - mqtt://0.0.0.0:1883\n  - ws://0.0.0.0:1883\n", "3:5",
     "wants the same address"),
    ("listeners:\n  - mqtts://0.0.0.0\n", "2:5", "has no certificate"),
    # Listeners.
    ("listeners: []\n", "1:1", "the list is empty"),
    ("listeners:\n  - tcp://0.0.0.0:1883\n", "2:5", "did you mean 'mqtt://0.0.0.0:1883'?"),
    ("listeners: mqtt://0.0.0.0:70000\n", "1:12", "a port is 1 to 65535"),
    # YAML.
    ("shards: [1\nlog_level: info\n", "2:10", "not valid YAML"),
    ("shards: 1\n---\nshards: 2\n", "2:1", "a second document"),
]
