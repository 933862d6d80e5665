// MQTT.js against the broker at MQTT_HOST, MQTT_PORT and MQTT_WS_PORT, over TCP and WebSocket.

import { isDeepStrictEqual } from 'node:util';
import mqtt from 'mqtt';

const TIMEOUT_MS = 15_000;
const VERSIONS = [['v31', 3], ['v311', 4], ['v5', 5]];
const ADDRESSES = {
  tcp: `mqtt://${process.env.MQTT_HOST}:${process.env.MQTT_PORT}`,
  ws: `ws://${process.env.MQTT_HOST}:${process.env.MQTT_WS_PORT}/mqtt`,
};

let passed = 0;
function check(condition, what, got = '') {
  if (!condition) throw new Error(`${what}; got ${JSON.stringify(got)}`);
  passed += 1;
}
function checkEqual(got, expected, what) {
  check(isDeepStrictEqual(got, expected), `${what}: expected ${JSON.stringify(expected)}`, got);
}

/** Rejects with a clear line when `promise` takes longer than TIMEOUT_MS. */
function inTime(promise, what) {
  // Made here, so that its stack names the check that waited.
  const error = new Error(`no ${what} within ${TIMEOUT_MS} ms`);
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(error), TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A connected client that keeps what it receives until a check asks for it. */
class Peer {
  static open(kind, protocolVersion, options = {}) {
    const peer = new Peer();
    peer.waiting = [];
    peer.arrived = [];
    peer.client = mqtt.connect(ADDRESSES[kind], {
      protocolVersion,
      protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
      clientId: `js-${Math.random().toString(16).slice(2)}`,
      reconnectPeriod: 0,
      ...options,
    });
    peer.client.on('message', (topic, payload, packet) => peer.#take(topic, payload, packet));
    const connected = new Promise((resolve, reject) => {
      peer.client.once('connect', (connack) => {
        peer.sessionPresent = connack.sessionPresent;
        resolve(peer);
      });
      peer.client.once('error', reject);
    });
    return inTime(connected, 'CONNACK');
  }

  #take(topic, payload, packet) {
    const message = { topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain };
    const entry = { message, properties: packet.properties };
    const next = this.waiting.shift();
    if (next) next(entry);
    else this.arrived.push(entry);
  }

  entry() {
    const first = this.arrived.shift();
    return first ? Promise.resolve(first)
      : inTime(new Promise((resolve) => this.waiting.push(resolve)), 'message');
  }

  async message() {
    return (await this.entry()).message;
  }

  subscribe(filter, options) {
    return inTime(this.client.subscribeAsync(filter, options), 'SUBACK');
  }

  publish(topic, payload, options) {
    return inTime(this.client.publishAsync(topic, payload, options), 'acknowledgement');
  }

  close() {
    return inTime(this.client.endAsync(), 'end');
  }

  /** Closes the transport without DISCONNECT. */
  breakOff() {
    const closed = new Promise((resolve) => this.client.once('close', resolve));
    this.client.stream.destroy();
    return inTime(closed, 'close');
  }
}

async function deliversEachQos(kind, name, version) {
  const peer = await Peer.open(kind, version);
  for (const qos of [0, 1, 2]) {
    const topic = `${name}/${kind}/${qos}`;
    await peer.subscribe(topic, { qos });
    await peer.publish(topic, 'hello', { qos });
    checkEqual(await peer.message(), { topic, payload: 'hello', qos, retain: false }, topic);
  }
  const large = 'x'.repeat(300_000);
  await peer.publish(`${name}/${kind}/2`, large, { qos: 2 });
  check((await peer.message()).payload === large, `${name} ${kind} 300,000 bytes`);
  await peer.close();
}

async function keepsOrder(kind, name, version) {
  const topic = `${name}/${kind}/order`;
  const subscriber = await Peer.open(kind, version);
  const publisher = await Peer.open(kind, version);
  await subscriber.subscribe(topic, { qos: 2 });
  const expected = Array.from({ length: 200 }, (_, n) => String(n));
  await Promise.all(expected.map((payload) => publisher.publish(topic, payload, { qos: 2 })));
  const got = [];
  while (got.length < expected.length) got.push((await subscriber.message()).payload);
  checkEqual(got, expected, `${name} ${kind} 200 messages of QoS 2 in order`);
  await subscriber.close();
  await publisher.close();
}

async function retains(kind, name, version) {
  const topic = `${name}/${kind}/retained`;
  const publisher = await Peer.open(kind, version);
  await publisher.publish(topic, 'kept', { qos: 1, retain: true });
  const late = await Peer.open(kind, version);
  await late.subscribe(topic, { qos: 1 });
  checkEqual(await late.message(), { topic, payload: 'kept', qos: 1, retain: true }, 'retained');

  await publisher.publish(topic, '', { qos: 1, retain: true });
  checkEqual(await late.message(), { topic, payload: '', qos: 1, retain: false }, 'clearing');
  const later = await Peer.open(kind, version);
  await later.subscribe(topic, { qos: 1 });
  await publisher.publish(topic, 'live', { qos: 1 });
  checkEqual(await later.message(), { topic, payload: 'live', qos: 1, retain: false }, 'cleared');
  for (const peer of [publisher, late, later]) await peer.close();
}

async function sendsWill(kind, name, version) {
  const topic = `${name}/${kind}/will`;
  const watcher = await Peer.open(kind, version);
  await watcher.subscribe(`${topic}/#`, { qos: 1 });
  const will = (last) => ({ topic: `${topic}/${last}`, payload: Buffer.from('gone'), qos: 1 });
  await (await Peer.open(kind, version, { will: will('polite') })).close();
  await (await Peer.open(kind, version, { will: will('broken') })).breakOff();
  checkEqual(await watcher.message(),
    { topic: `${topic}/broken`, payload: 'gone', qos: 1, retain: false }, `${name} ${kind} will`);
  await watcher.close();
}

async function resumesSession(kind, name, version) {
  const topic = `${name}/${kind}/away`;
  const session = { clientId: `js-away-${name}-${kind}`, clean: false };
  if (version === 5) session.properties = { sessionExpiryInterval: 600 };
  const first = await Peer.open(kind, version, session);
  checkEqual(first.sessionPresent, false, `${name} ${kind} no session yet`);
  await first.subscribe(topic, { qos: 1 });
  await first.close();
  const publisher = await Peer.open(kind, version);
  const payloads = ['one', 'two', 'three'];
  for (const payload of payloads) await publisher.publish(topic, payload, { qos: 1 });
  await publisher.close();

  const second = await Peer.open(kind, version, session);
  // 3.1 has no Session Present.
  if (version > 3) checkEqual(second.sessionPresent, true, `${name} ${kind} session present`);
  const got = [];
  while (got.length < payloads.length) got.push((await second.message()).payload);
  checkEqual(got, payloads, `${name} ${kind} messages sent while away`);
  await second.close();
}

async function passesProperties(kind) {
  const topic = `properties/${kind}`;
  const peer = await Peer.open(kind, 5);
  await peer.subscribe(topic, { qos: 1, properties: { subscriptionIdentifier: 4711 } });
  const sent = {
    userProperties: { b: ['1', '3'], a: '2' },
    responseTopic: 'answers/here',
    correlationData: Buffer.from([0, 255, 16]),
    contentType: 'text/plain',
    payloadFormatIndicator: true,
    messageExpiryInterval: 300,
  };
  await peer.publish(topic, 'body', { qos: 1, properties: sent });

  const { messageExpiryInterval, subscriptionIdentifier, ...got } = (await peer.entry()).properties;

  check(messageExpiryInterval > 0 && messageExpiryInterval <= 300, 'expiry', messageExpiryInterval);
  checkEqual([subscriptionIdentifier].flat(), [4711], 'subscription identifier');
  // MQTT.js groups User Properties by name, so order shows within a name and between names.
  checkEqual(JSON.stringify(got.userProperties), '{"b":["1","3"],"a":"2"}', 'user properties');
  for (const name of ['responseTopic', 'correlationData', 'contentType', 'payloadFormatIndicator']) {
    checkEqual(got[name], sent[name], name);
  }
  await peer.close();
}

async function takesTopicAlias(kind) {
  const topic = `alias/${kind}`;
  const subscriber = await Peer.open(kind, 5, { properties: { topicAliasMaximum: 10 } });
  await subscriber.subscribe(topic, { qos: 1 });
  const publisher = await Peer.open(kind, 5, { autoUseTopicAlias: true });
  const alias = { qos: 1, properties: { topicAlias: 1 } };
  for (const payload of ['first', 'second', 'third']) {
    await publisher.publish(topic, payload, alias);
    const expected = { topic, payload, qos: 1, retain: false };
    // Its own decoder resolves the aliases that the broker may set towards it.
    checkEqual(await subscriber.message(), expected, `${kind} topic alias, ${payload}`);
  }
  await publisher.close();
  await subscriber.close();
}

async function main() {
  for (const kind of Object.keys(ADDRESSES)) {
    for (const [name, version] of VERSIONS) {
      await deliversEachQos(kind, name, version);
      await keepsOrder(kind, name, version);
      await retains(kind, name, version);
      await sendsWill(kind, name, version);
      await resumesSession(kind, name, version);
    }
    await passesProperties(kind);
    await takesTopicAlias(kind);
  }
  console.log(`${passed} checks passed`);
}

main().catch((error) => {
  console.log(`FAILED: ${error.stack}`);
  process.exit(1);
});
