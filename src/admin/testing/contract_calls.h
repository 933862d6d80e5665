#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/role.h"

namespace sluice::admin::testing {

inline constexpr const char* kPage = "pageSize=10&page=0";

/// One call and what TBMQ answers. `{word}` in path and body stands for an id of the stage.
struct Call {
  std::string method;
  std::string path;
  std::string body;
  unsigned status;
  std::string shape;  // empty: the body is not JSON, or is empty
  std::optional<Role> role;
};

inline constexpr auto kOpen = std::nullopt;
inline constexpr auto kViewer = Role::Viewer;
inline constexpr auto kOperator = Role::Operator;
inline constexpr auto kAdmin = Role::Admin;

inline std::string page(const std::string& path) {
  return path + (path.find('?') == std::string::npos ? "?" : "&") + kPage;
}

/// Section by section of the description; in an order that each call finds what it needs.
inline const std::vector<Call> kCalls{
    // 1: tokens.
    {"POST", "/api/auth/login",
     R"({"username": "boss@example.com", "password": "violet-tractor-umbra-91"})", 200, "TokenPair",
     kOpen},
    {"POST", "/api/auth/login", R"({"username": "boss@example.com", "password": "x"})", 401,
     "Error", kOpen},
    {"POST", "/api/auth/token", R"({"refreshToken": "{refresh}"})", 200, "TokenPair", kOpen},
    {"POST", "/api/auth/token", R"({"refreshToken": "unknown"})", 401, "Error", kOpen},

    // 2: account.
    {"GET", "/api/auth/user", "", 200, "User", kViewer},
    {"GET", "/api/noauth/userPasswordPolicy", "", 200, "PasswordPolicy", kOpen},
    {"GET", "/api/noauth/resetPassword?resetToken=unknown", "", 409, "Error", kOpen},
    {"POST", "/api/noauth/resetPassword", R"({"resetToken": "unknown", "password": "x"})", 401,
     "Error", kOpen},

    {"POST", "/api/noauth/resetPasswordByEmail", R"({"email": "boss@example.com"})", 200, "",
     kOpen},
    {"POST", "/api/noauth/resetPasswordByEmail", R"({"email": "nobody@example.com"})", 200, "",
     kOpen},
    {"POST", "/api/noauth/resetPasswordByEmail", "{}", 400, "Error", kOpen},
    {"GET", "/api/noauth/resetPassword?resetToken={link}", "", 303, "", kOpen},
    {"POST", "/api/noauth/resetPassword",
     R"({"resetToken": "{link}", "password": "amber-tractor-umbra-17"})", 200, "TokenPair", kOpen},
    {"POST", "/api/auth/changePassword", R"({"currentPassword": "x", "newPassword": "y"})", 400,
     "Error", kViewer},

    // 3: administration.
    {"POST", "/api/admin",
     R"({"email": "new@example.com", "password": "violet-tractor-umbra-91", "firstName": "N",
         "lastName": "E", "additionalInfo": {"description": "w"}})",
     200, "User", kAdmin},
    {"POST", "/api/admin", R"({"id": "{user}", "email": "leaving@example.com", "lastName": "L"})",
     200, "User", kAdmin},
    {"POST", "/api/admin", R"({"email": "new@example.com", "password": "violet-tractor-umbra-91"})",
     400, "Error", kAdmin},
    {"GET", page("/api/admin"), "", 200, "page(User)", kViewer},
    {"GET", "/api/admin/user/{user}", "", 200, "User", kViewer},
    {"GET", "/api/admin/user/tokenAccessEnabled", "", 200, "bool", kViewer},
    {"GET", "/api/admin/user/{user}/token", "", 200, "TokenPair", kAdmin},
    {"GET", "/api/admin/user/unknown/token", "", 404, "Error", kAdmin},
    {"GET", "/api/admin/settings/general", "", 200, "Setting(General)", kViewer},
    {"GET", "/api/admin/settings/mail", "", 200, "Setting(Mail)", kViewer},
    {"GET", "/api/admin/settings/connectivity", "", 200, "Setting(Connectivity)", kViewer},
    {"GET", "/api/admin/settings/websocket", "", 200, "Setting(WebSocket)", kViewer},
    {"GET", "/api/admin/settings/mqttAuthorization", "", 200, "Setting(Priorities)", kViewer},
    {"GET", "/api/admin/settings/securitySettings", "", 200, "Setting(SecuritySettings)", kViewer},
    {"GET", "/api/admin/settings/unknown", "", 404, "Error", kViewer},
    {"POST", "/api/admin/settings",
     R"({"key": "websocket", "jsonValue": {"isLoggingEnabled": false, "maxMessages": 5}})", 200,
     "Setting(WebSocket)", kAdmin},
    {"POST", "/api/admin/settings", R"({"key": "mail", "jsonValue": {"smtpProtocol": "fax"}})", 400,
     "Error", kAdmin},
    {"POST", "/api/admin/settings/testMail",
     R"({"key": "mail", "jsonValue": {"smtpHost": "127.0.0.1", "smtpPort": "{smtpPort}"}})", 200,
     "", kAdmin},
    {"POST", "/api/admin/settings/testMail",
     R"({"key": "mail", "jsonValue": {"smtpHost": "127.0.0.1", "smtpPort": "{smtpPort}",
         "enableTls": true}})",
     500, "Error", kAdmin},
    {"POST", "/api/admin/settings/testMail", R"({"key": "mail", "jsonValue": {"smtpHost": ""}})",
     400, "Error", kAdmin},
    {"GET", "/api/admin/securitySettings", "", 200, "SecuritySettings", kViewer},

    {"POST", "/api/admin/securitySettings", R"({"passwordPolicy": {"minimumLength": 14}})", 200,
     "SecuritySettings", kAdmin},
    {"POST", "/api/admin/securitySettings", R"({"passwordPolicy": {"spoon": 1}})", 400, "Error",
     kAdmin},

    // 4: cluster, Kafka, services.
    {"GET", "/api/app/config", "", 200, "HomePageConfig", kViewer},
    {"GET", "/api/app/listener/port?listenerName=MQTT", "", 200, "int", kViewer},
    {"GET", "/api/app/brokers", "", 200, "[text]", kViewer},
    {"GET", page("/api/app/service/info"), "", 200, "page(ServiceInfo)", kViewer},
    {"DELETE", "/api/app/service/info?serviceId=unknown", "", 404, "Error", kAdmin},
    {"GET", page("/api/app/cluster-info"), "", 200, "page(object)", kViewer},
    {"GET", page("/api/app/cluster-info/v2"), "", 200, "page(object)", kViewer},
    {"GET", page("/api/app/kafka-topics"), "", 200, "page(object)", kViewer},
    {"GET", page("/api/app/kafka-topics/v2"), "", 200, "page(object)", kViewer},
    {"GET", page("/api/app/consumer-groups"), "", 200, "page(object)", kViewer},
    {"GET", page("/api/app/consumer-groups/v2"), "", 200, "page(object)", kViewer},
    {"DELETE", "/api/app/consumer-group?groupId=x", "", 400, "Error", kAdmin},
    {"DELETE", "/api/app/remove-topics", "", 400, "Error", kAdmin},

    // 5: Sessions.
    {"GET", "/api/client-session?clientId=meter", "", 200, "Session", kViewer},
    {"GET", "/api/client-session?clientId=unknown", "", 404, "Error", kViewer},
    {"GET", page("/api/client-session"), "", 200, "page(ShortSession)", kViewer},
    {"GET", page("/api/v2/client-session?connectedStatusList=CONNECTED&cleanStartList=true,false"),
     "", 200, "page(ShortSession)", kViewer},
    {"GET", page("/api/v2/client-session?clientTypeList=SPOON"), "", 400, "Error", kViewer},
    {"GET", "/api/client-session/info", "", 200, "SessionCounts", kViewer},
    {"GET", "/api/client-session/details?clientId=meter", "", 200, "SessionDetails", kViewer},

    // 6: subscriptions.
    {"POST", "/api/subscription",
     R"({"clientId": "meter", "subscriptions": [{"topicFilter": "$share/g/a/#",
         "qos": "AT_LEAST_ONCE", "options": {"noLocal": false, "retainAsPublish": true,
         "retainHandling": 0}, "subscriptionId": null}]})",
     200, "", kOperator},
    {"GET", "/api/subscription?clientId=meter", "", 200, "[TopicSubscription]", kViewer},
    {"GET", page("/api/subscription/all?qosList=0,1&noLocalList=false"), "", 200,
     "page(ClientSubscription)", kViewer},
    {"GET", page("/api/subscription?shareNameSearch=g"), "", 200, "page(ShareGroup)", kViewer},
    {"GET", "/api/subscription/integration?integrationId=x", "", 404, "Error", kViewer},
    {"DELETE", "/api/subscription/topic-trie/clear", "", 200, "", kOperator},
    {"DELETE", "/api/client-session/disconnect?clientId=meter&sessionId={session}", "", 200, "",
     kOperator},
    {"DELETE", "/api/client-session/remove?clientId=meter&sessionId={session}", "", 200, "",
     kOperator},

    // 7: retained messages.
    {"GET", "/api/retained-msg?topicName=a/b", "", 200, "RetainedMessage", kViewer},
    {"GET", page("/api/retained-msg?textSearch=a"), "", 200, "page(RetainedMessage)", kViewer},
    {"GET", page("/api/retained-msg/v2?topicName=a&qosList=0&payload=x"), "", 200,
     "page(RetainedMessage)", kViewer},
    {"DELETE", "/api/retained-msg?topicName=a/b", "", 200, "", kOperator},
    {"GET", "/api/retained-msg?topicName=a/b", "", 404, "Error", kViewer},
    {"DELETE", "/api/retained-msg/topic-trie/clear", "", 200, "", kOperator},

    // 8: credentials.
    {"POST", "/api/mqtt/client/credentials",
     R"({"name": "new", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC", "credentialsValue":)"
     R"( "{\"userName\": \"new\", \"password\": \"x\", \"authRules\": )"
     R"({\"pubAuthRulePatterns\": [\".*\"], \"subAuthRulePatterns\": null}}"})",
     200, "Credentials", kAdmin},
    {"GET", page("/api/mqtt/client/credentials"), "", 200, "page(ShortCredentials)", kViewer},
    {"GET", page("/api/v2/mqtt/client/credentials?clientTypeList=DEVICE&username=n"), "", 200,
     "page(ShortCredentials)", kViewer},
    {"GET", "/api/mqtt/client/credentials/{credentials}", "", 200, "Credentials", kViewer},
    {"GET", "/api/mqtt/client/credentials?name=new", "", 200, "Credentials", kViewer},
    {"GET", "/api/mqtt/client/credentials/info", "", 200, "CredentialsCounts", kViewer},
    {"POST", "/api/mqtt/client/credentials/{credentials}", R"({"newPassword": "y"})", 200,
     "Credentials", kAdmin},
    {"POST", "/api/mqtt/client/credentials/bulk_import",
     R"({"file": "name,user\nc,d\n", "mapping": {"columns": [{"type": "NAME"},
         {"type": "USERNAME"}], "delimiter": ",", "authRulesDelimiter": ";", "header": true}})",
     200, "BulkOutcome", kAdmin},
    {"DELETE", "/api/mqtt/client/credentials/{credentials}", "", 200, "", kAdmin},

    // 9: providers.
    {"GET", page("/api/mqtt/auth/providers"), "", 200, "page(ShortProvider)", kViewer},
    {"GET", "/api/mqtt/auth/provider/{provider}", "", 200, "Provider", kViewer},
    {"GET", "/api/mqtt/auth/provider/type/JWT", "", 200, "Provider", kViewer},
    {"POST", "/api/mqtt/auth/provider/{provider}/enable", "", 200, "", kAdmin},
    {"POST", "/api/mqtt/auth/provider/{provider}/disable", "", 200, "", kAdmin},
    {"GET", "/api/mqtt/auth/provider/basic/strategy", "", 200,
     "CLIENT_ID|USERNAME|CLIENT_ID_AND_USERNAME", kViewer},

    {"POST", "/api/mqtt/auth/provider",
     R"({"id": "{provider}", "type": "MQTT_BASIC", "enabled": true,
         "configuration": {"type": "MQTT_BASIC", "authStrategy": "USERNAME"}})",
     200, "Provider", kAdmin},
    {"POST", "/api/mqtt/auth/provider",
     R"({"type": "SPOON", "enabled": true, "configuration": {"type": "SPOON"}})", 400, "Error",
     kAdmin},
    {"POST", "/api/mqtt/auth/provider/http/check",
     R"({"type": "HTTP", "restEndpointUrl": "{httpUrl}", "requestMethod": "POST",
         "credentials": {"type": "anonymous"}})",
     200, "", kAdmin},
    {"POST", "/api/mqtt/auth/provider/http/check",
     R"({"type": "HTTP", "restEndpointUrl": "http://127.0.0.1:1/"})", 400, "Error", kAdmin},

    // 10: blocked and unauthorized Clients.
    {"POST", "/api/blockedClient", R"({"type": "CLIENT_ID", "clientId": "x", "expirationTime": 0})",
     200, "BlockedClient", kOperator},
    {"GET", page("/api/blockedClient"), "", 200, "page(BlockedClient)", kViewer},
    {"GET", page("/api/blockedClient/v2?typeList=CLIENT_ID&value=x"), "", 200,
     "page(BlockedClient)", kViewer},
    {"GET", "/api/blockedClient/ttl", "", 200, "int", kViewer},
    {"DELETE", "/api/blockedClient?type=CLIENT_ID&value=x", "", 200, "", kOperator},
    {"GET", page("/api/unauthorized/client"), "", 200, "page(UnauthorizedClient)", kViewer},
    {"GET", "/api/unauthorized/client?clientId=refused", "", 200, "UnauthorizedClient", kViewer},
    {"GET", page("/api/unauthorized/client/v2?tlsUsedList=false&reason=w"), "", 200,
     "page(UnauthorizedClient)", kViewer},
    {"DELETE", "/api/unauthorized/client?clientId=refused", "", 200, "", kOperator},
    {"DELETE", "/api/unauthorized/client", "", 200, "", kOperator},

    // 11 to 13: what one node without Kafka and integrations has none of.
    {"GET", page("/api/app/shared/subs"), "", 200, "page(object)", kViewer},
    {"GET", "/api/app/shared/subs/x", "", 404, "Error", kViewer},
    {"GET", "/api/app/shared/subs?topic=x", "", 404, "Error", kViewer},
    {"POST", "/api/app/shared/subs", R"({"name": "x", "topicFilter": "y"})", 400, "Error", kAdmin},
    {"DELETE", "/api/app/shared/subs/x", "", 404, "Error", kAdmin},
    {"POST", "/api/app/shared/subs/createTopics", "", 400, "Error", kAdmin},
    {"DELETE", "/api/app/shared/subs/deleteTopics", "", 400, "Error", kAdmin},
    {"POST", "/api/integration", "{}", 400, "Error", kAdmin},
    {"POST", "/api/integration/check", "{}", 400, "Error", kAdmin},
    {"GET", page("/api/integrations"), "", 200, "page(object)", kViewer},
    {"GET", "/api/integration/x", "", 404, "Error", kViewer},
    {"POST", "/api/integration/x", "", 404, "Error", kAdmin},
    {"DELETE", "/api/integration/x", "", 404, "Error", kAdmin},
    {"GET", page("/api/events/x/STATS"), "", 200, "page(object)", kViewer},
    {"POST", page("/api/events/x"), R"({"eventType": "STATS"})", 200, "page(object)", kOperator},
    {"POST", "/api/events/x/clear?startTime=0&endTime=1", "{}", 404, "Error", kAdmin},

    // 14: time series.
    {"POST", "/api/timeseries/total/save", R"({"ts": 5, "values": {"sessions": 3}})", 200, "",
     kAdmin},
    {"GET", "/api/timeseries/latest?entityId=total&keys=sessions&useStrictDataTypes=true", "", 200,
     "Latest", kViewer},
    {"GET", "/api/timeseries/total/values?keys=sessions&startTs=0&endTs=9&useStrictDataTypes=true",
     "", 200, "Latest", kViewer},
    {"GET", "/api/timeseries/total/values?keys=sessions&startTs=0&endTs=9&agg=SPOON", "", 400,
     "Error", kViewer},
    {"DELETE", "/api/timeseries/latest?entityId=total", "", 200, "", kAdmin},
    {"DELETE", "/api/timeseries/total/delete?keys=sessions&deleteAllDataForKeys=true", "", 200, "",
     kAdmin},

    // 15: saved WebSocket Clients.
    {"POST", "/api/ws/connection",
     R"({"name": "new", "configuration": {"url": "ws://h:8084/mqtt", "clientId": "c"}})", 200,
     "WebSocketConnection", kOperator},
    {"GET", page("/api/ws/connection"), "", 200, "page(ShortWebSocketConnection)", kViewer},
    {"GET", "/api/ws/connection?name=new", "", 200, "WebSocketConnection", kViewer},
    {"GET", "/api/ws/connection/{connection}", "", 200, "WebSocketConnection", kViewer},
    {"POST", "/api/ws/subscription",
     R"({"webSocketConnectionId": "{connection}", "configuration": {"topicFilter": "a"}})", 200,
     "WebSocketSubscription", kOperator},
    {"GET", page("/api/ws/subscription?webSocketConnectionId={connection}"), "", 200,
     "page(WebSocketSubscription)", kViewer},
    {"GET", "/api/ws/subscription/{subscription}", "", 200, "WebSocketSubscription", kViewer},
    {"DELETE", "/api/ws/subscription/{subscription}", "", 200, "", kOperator},
    {"DELETE", "/api/ws/connection/{connection}", "", 200, "", kOperator},

    // 16: the rest.
    {"GET", "/api/system/info", "", 200, "SystemInfo", kViewer},
    {"GET", "/api/device-connectivity/mqtts/certificate/configured", "", 200, "bool", kViewer},
    {"GET", "/api/device-connectivity/mqtts/certificate/name", "", 404, "Error", kViewer},
    {"GET", "/api/device-connectivity/mqtts/certificate/download", "", 404, "Error", kViewer},
    {"GET", "/actuator/health", "", 200, "Health", kOpen},
    {"GET", "/actuator/info", "", 200, "object", kOpen},
    {"GET", "/actuator/prometheus", "", 200, "", kOpen},
    {"GET", "/v3/api-docs/TBMQ", "", 200, "", kOpen},
    {"GET", "/swagger-ui/index.html", "", 200, "", kOpen},

    // Last: they end what the others need.
    {"DELETE", "/api/admin/{user}", "", 200, "", kAdmin},
    {"DELETE", "/api/admin/{user}", "", 404, "Error", kAdmin},
    {"POST", "/api/auth/changePassword",
     R"({"currentPassword": "violet-tractor-umbra-91", "newPassword": "amber-tractor-umbra-17"})",
     200, "TokenPair", kViewer},
};

}  // namespace sluice::admin::testing
