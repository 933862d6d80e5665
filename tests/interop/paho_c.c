/* Eclipse Paho for C (the synchronous API) against the broker at MQTT_HOST:MQTT_PORT. */

#include <MQTTClient.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kTimeoutMs = 15000, kTextBytes = 256 };

static int passed = 0;
static char address[kTextBytes];

typedef struct {
  char topic[kTextBytes];
  char payload[kTextBytes];
  int qos;
  int retained;
  MQTTProperties properties; /* The caller frees them. */
} Received;

__attribute__((format(printf, 2, 3))) static void check(int condition, const char* what, ...) {
  if (condition) {
    ++passed;
    return;
  }
  va_list arguments;
  va_start(arguments, what);
  printf("FAILED: ");
  vprintf(what, arguments);
  printf("\n");
  va_end(arguments);
  exit(1);
}

static const char* version_name(int version) {
  return version == MQTTVERSION_5 ? "v5" : "v3.1.1";
}

static MQTTClient make_client(int version, const char* client_id) {
  MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
  options.MQTTVersion = version;
  MQTTClient client = NULL;
  int rc = MQTTClient_createWithOptions(&client, address, client_id, MQTTCLIENT_PERSISTENCE_NONE,
                                        NULL, &options);
  check(rc == MQTTCLIENT_SUCCESS, "create %s: %d", client_id, rc);
  return client;
}

/* Connects and says whether the Server had a session. `expiry` seconds above 0 keep the session. */
static int connect_client(MQTTClient client, int version, int clean, int expiry,
                          MQTTClient_willOptions* will) {
  if (version == MQTTVERSION_5) {
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer5;
    options.cleanstart = clean;
    options.will = will;
    MQTTProperties properties = MQTTProperties_initializer;
    MQTTProperty interval = {.identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL};
    interval.value.integer4 = (unsigned int)expiry;
    MQTTProperties_add(&properties, &interval);
    MQTTResponse response = MQTTClient_connect5(client, &options, &properties, NULL);
    MQTTProperties_free(&properties);
    check(response.reasonCode == MQTTREASONCODE_SUCCESS, "v5 connect: %d",
          (int)response.reasonCode);
    MQTTResponse_free(response);
    return options.returned.sessionPresent;
  }
  MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
  options.MQTTVersion = version;
  options.cleansession = clean;
  options.will = will;
  int rc = MQTTClient_connect(client, &options);
  check(rc == MQTTCLIENT_SUCCESS, "connect: %d", rc);
  return options.returned.sessionPresent;
}

static MQTTClient connected(int version, const char* client_id) {
  MQTTClient client = make_client(version, client_id);
  connect_client(client, version, 1, 0, NULL);
  return client;
}

static void leave(MQTTClient client, int version) {
  if (version == MQTTVERSION_5) {
    MQTTClient_disconnect5(client, 1000, MQTTREASONCODE_SUCCESS, NULL);
  } else {
    MQTTClient_disconnect(client, 1000);
  }
  MQTTClient_destroy(&client);
}

static void subscribe(MQTTClient client, int version, const char* filter, int qos,
                      MQTTProperties* properties) {
  if (version == MQTTVERSION_5) {
    MQTTResponse response = MQTTClient_subscribe5(client, filter, qos, NULL, properties);
    check((int)response.reasonCode == qos, "subscribe %s: %d", filter, (int)response.reasonCode);
    MQTTResponse_free(response);
    return;
  }
  int rc = MQTTClient_subscribe(client, filter, qos);
  check(rc == MQTTCLIENT_SUCCESS, "subscribe %s: %d", filter, rc);
}

static void publish(MQTTClient client, int version, const char* topic, const char* payload, int qos,
                    int retained, MQTTProperties* properties) {
  MQTTClient_deliveryToken token = 0;
  int length = (int)strlen(payload);
  int rc = 0;
  if (version == MQTTVERSION_5) {
    MQTTResponse response =
        MQTTClient_publish5(client, topic, length, payload, qos, retained, properties, &token);
    rc = (int)response.reasonCode;
    MQTTResponse_free(response);
  } else {
    rc = MQTTClient_publish(client, topic, length, payload, qos, retained, &token);
  }
  check(rc == MQTTCLIENT_SUCCESS, "publish to '%s': %d", topic, rc);
  rc = MQTTClient_waitForCompletion(client, token, kTimeoutMs);
  check(rc == MQTTCLIENT_SUCCESS, "acknowledgement of a QoS %d message to '%s': %d", qos, topic,
        rc);
}

static Received receive(MQTTClient client) {
  char* topic = NULL;
  int topic_bytes = 0;
  MQTTClient_message* message = NULL;
  int rc = MQTTClient_receive(client, &topic, &topic_bytes, &message, kTimeoutMs);
  check((rc == MQTTCLIENT_SUCCESS || rc == MQTTCLIENT_TOPICNAME_TRUNCATED) && message != NULL,
        "a message within %d ms: %d", kTimeoutMs, rc);
  Received received = {.qos = message->qos, .retained = message->retained};
  snprintf(received.topic, sizeof received.topic, "%s", topic);
  snprintf(received.payload, sizeof received.payload, "%.*s", message->payloadlen,
           (const char*)message->payload);
  received.properties = MQTTProperties_copy(&message->properties);
  MQTTClient_freeMessage(&message);
  MQTTClient_free(topic);
  return received;
}

static void expect(MQTTClient client, const char* what, const char* topic, const char* payload,
                   int qos, int retained) {
  Received got = receive(client);
  check(strcmp(got.topic, topic) == 0 && strcmp(got.payload, payload) == 0 && got.qos == qos &&
            got.retained == retained,
        "%s: expected %s '%s' QoS %d retain %d, got %s '%s' QoS %d retain %d", what, topic, payload,
        qos, retained, got.topic, got.payload, got.qos, got.retained);
  MQTTProperties_free(&got.properties);
}

static void delivers_each_qos(int version) {
  MQTTClient client = connected(version, "paho-c-qos");
  for (int qos = 0; qos <= 2; ++qos) {
    char topic[kTextBytes];
    snprintf(topic, sizeof topic, "%s/qos/%d", version_name(version), qos);
    subscribe(client, version, topic, qos, NULL);
    publish(client, version, topic, "hello", qos, 0, NULL);
    expect(client, "delivery", topic, "hello", qos, 0);
  }
  leave(client, version);
}

static void retains(int version) {
  const char* topic = "paho-c/retained";
  MQTTClient client = connected(version, "paho-c-retain");
  publish(client, version, topic, "kept", 1, 1, NULL);
  subscribe(client, version, topic, 1, NULL);
  expect(client, "retained message", topic, "kept", 1, 1);

  publish(client, version, topic, "", 1, 1, NULL);
  expect(client, "clearing message", topic, "", 1, 0);
  MQTTClient late = connected(version, "paho-c-late");
  subscribe(late, version, topic, 1, NULL);
  publish(client, version, topic, "live", 1, 0, NULL);
  expect(late, "first message after clearing", topic, "live", 1, 0);
  leave(late, version);
  leave(client, version);
}

/* Runs in a process of its own: connects with a Will, says so, and waits to be killed. */
static int wait_for_death(int version) {
  MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
  will.topicName = "paho-c/will";
  will.message = "gone";
  will.qos = 1;
  connect_client(make_client(version, "paho-c-doomed"), version, 1, 0, &will);
  check(write(STDOUT_FILENO, "r", 1) == 1, "report to the parent process");
  pause();
  return 0;
}

static void sends_will(int version, const char* program) {
  MQTTClient watcher = connected(version, "paho-c-watcher");
  subscribe(watcher, version, "paho-c/will", 1, NULL);
  int ends[2];
  check(pipe(ends) == 0, "pipe");
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl(program, program, version == MQTTVERSION_5 ? "doomed5" : "doomed3", (char*)NULL);
    _exit(127);
  }
  close(ends[1]);
  char ready = 0;
  check(read(ends[0], &ready, 1) == 1 && ready == 'r', "the client with a Will is connected");
  close(ends[0]);

  kill(child, SIGKILL);
  waitpid(child, NULL, 0);

  expect(watcher, "Will", "paho-c/will", "gone", 1, 0);
  leave(watcher, version);
}

static void resumes_session(int version) {
  const char* topic = "paho-c/away";
  const char* payloads[] = {"one", "two", "three"};
  MQTTClient first = make_client(version, "paho-c-away");
  check(connect_client(first, version, 0, 600, NULL) == 0,
        "no session before the first connection");
  subscribe(first, version, topic, 2, NULL);
  leave(first, version);
  MQTTClient publisher = connected(version, "paho-c-publisher");
  for (int i = 0; i < 3; ++i) publish(publisher, version, topic, payloads[i], 2, 0, NULL);
  leave(publisher, version);

  MQTTClient second = make_client(version, "paho-c-away");
  int present = connect_client(second, version, 0, 600, NULL);
  /* Paho 1.3 reports Session Present of a 3.1.1 CONNACK only. */
  if (version == MQTTVERSION_3_1_1) check(present == 1, "session present");
  for (int i = 0; i < 3; ++i) expect(second, "message sent while away", topic, payloads[i], 2, 0);
  leave(second, version);
  leave(connected(version, "paho-c-away"), version); /* Clean: the next version starts anew. */
}

static MQTTLenString text(const char* value) {
  return (MQTTLenString){.len = (int)strlen(value), .data = (char*)value};
}

static void add_text(MQTTProperties* to, enum MQTTPropertyCodes code, const char* value) {
  MQTTProperty property = {.identifier = code};
  property.value.data = text(value);
  MQTTProperties_add(to, &property);
}

static void add_user_property(MQTTProperties* to, const char* name, const char* value) {
  MQTTProperty property = {.identifier = MQTTPROPERTY_CODE_USER_PROPERTY};
  property.value.data = text(name);
  property.value.value = text(value);
  MQTTProperties_add(to, &property);
}

static void check_text(MQTTProperties* from, enum MQTTPropertyCodes code, const char* value) {
  MQTTProperty* got = MQTTProperties_getProperty(from, code);
  check(got != NULL && got->value.data.len == (int)strlen(value) &&
            memcmp(got->value.data.data, value, strlen(value)) == 0,
        "property %d is '%s'", (int)code, value);
}

static void check_user_property(MQTTProperties* from, int index, const char* name,
                                const char* value) {
  MQTTProperty* got = MQTTProperties_getPropertyAt(from, MQTTPROPERTY_CODE_USER_PROPERTY, index);
  check(got != NULL && strncmp(got->value.data.data, name, strlen(name)) == 0 &&
            strncmp(got->value.value.data, value, strlen(value)) == 0,
        "user property %d is %s=%s", index, name, value);
}

static void passes_properties(void) {
  MQTTClient client = connected(MQTTVERSION_5, "paho-c-properties");
  MQTTProperties wanted = MQTTProperties_initializer;
  MQTTProperty identifier = {.identifier = MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER};
  identifier.value.integer4 = 4711;
  MQTTProperties_add(&wanted, &identifier);
  subscribe(client, MQTTVERSION_5, "paho-c/properties", 1, &wanted);
  MQTTProperties sent = MQTTProperties_initializer;
  add_user_property(&sent, "b", "1");
  add_user_property(&sent, "a", "2");
  add_user_property(&sent, "b", "3");
  add_text(&sent, MQTTPROPERTY_CODE_RESPONSE_TOPIC, "answers/here");
  add_text(&sent, MQTTPROPERTY_CODE_CORRELATION_DATA, "c0ffee");
  add_text(&sent, MQTTPROPERTY_CODE_CONTENT_TYPE, "text/plain");
  MQTTProperty expiry = {.identifier = MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL};
  expiry.value.integer4 = 300;
  MQTTProperties_add(&sent, &expiry);
  publish(client, MQTTVERSION_5, "paho-c/properties", "body", 1, 0, &sent);

  Received got = receive(client);

  check_user_property(&got.properties, 0, "b", "1");
  check_user_property(&got.properties, 1, "a", "2");
  check_user_property(&got.properties, 2, "b", "3");
  check_text(&got.properties, MQTTPROPERTY_CODE_RESPONSE_TOPIC, "answers/here");
  check_text(&got.properties, MQTTPROPERTY_CODE_CORRELATION_DATA, "c0ffee");
  check_text(&got.properties, MQTTPROPERTY_CODE_CONTENT_TYPE, "text/plain");
  int left =
      MQTTProperties_getNumericValue(&got.properties, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL);
  check(left > 0 && left <= 300, "message expiry interval: %d", left);
  int id =
      MQTTProperties_getNumericValue(&got.properties, MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER);
  check(id == 4711, "subscription identifier: %d", id);
  MQTTProperties_free(&got.properties);
  MQTTProperties_free(&sent);
  MQTTProperties_free(&wanted);
  leave(client, MQTTVERSION_5);
}

static void takes_topic_alias(void) {
  MQTTClient client = connected(MQTTVERSION_5, "paho-c-alias");
  subscribe(client, MQTTVERSION_5, "paho-c/alias", 1, NULL);
  MQTTProperties sent = MQTTProperties_initializer;
  MQTTProperty alias = {.identifier = MQTTPROPERTY_CODE_TOPIC_ALIAS};
  alias.value.integer2 = 5;
  MQTTProperties_add(&sent, &alias);
  publish(client, MQTTVERSION_5, "paho-c/alias", "first", 1, 0, &sent);
  publish(client, MQTTVERSION_5, "", "second", 1, 0, &sent);
  expect(client, "message that sets the alias", "paho-c/alias", "first", 1, 0);
  expect(client, "message that uses the alias", "paho-c/alias", "second", 1, 0);
  MQTTProperties_free(&sent);
  leave(client, MQTTVERSION_5);
}

int main(int argc, char** argv) {
  snprintf(address, sizeof address, "tcp://%s:%s", getenv("MQTT_HOST"), getenv("MQTT_PORT"));
  if (argc == 2) {
    return wait_for_death(strcmp(argv[1], "doomed5") == 0 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
  }
  const int versions[] = {MQTTVERSION_3_1_1, MQTTVERSION_5};
  for (int i = 0; i < 2; ++i) {
    delivers_each_qos(versions[i]);
    retains(versions[i]);
    sends_will(versions[i], argv[0]);
    resumes_session(versions[i]);
  }
  passes_properties();
  takes_topic_alias();
  printf("%d checks passed\n", passed);
  return 0;
}
