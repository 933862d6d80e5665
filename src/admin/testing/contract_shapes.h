#pragma once

#include <map>
#include <string>

namespace sluice::admin::testing {

/// Objects of TBMQ's REST API, member by member.
inline const std::map<std::string, std::string> kShapes{
    {"Error", "status:int message:text errorCode:int timestamp:int"},
    {"TokenPair", "token:text refreshToken:text"},
    {"User",
     "id:uuid createdTime:int email:text authority:SYS_ADMIN|OPERATOR|VIEWER "
     "firstName:text lastName:text additionalInfo:object?"},
    {"PasswordPolicy",
     "minimumLength:int maximumLength:int? minimumUppercaseLetters:int? "
     "minimumLowercaseLetters:int? minimumDigits:int? minimumSpecialCharacters:int? "
     "allowWhitespaces:bool? forceUserToResetPasswordIfNotValid:bool? "
     "passwordExpirationPeriodDays:int? passwordReuseFrequencyDays:int?"},
    {"General", "baseUrl:text prohibitDifferentUrl:bool"},
    {"Mail",
     "mailFrom:text smtpProtocol:smtp|smtps smtpHost:text smtpPort:int timeout:int enableTls:bool "
     "tlsVersion:text username:text enableProxy:bool proxyHost:text proxyPort:int? proxyUser:text "
     "showChangePassword:bool"},
    {"Connectivity", "mqtt:Connector mqtts:Connector ws:Connector wss:Connector"},
    {"Connector", "enabled:bool host:text port:text"},
    {"WebSocket", "isLoggingEnabled:bool maxMessages:int"},
    {"Priorities", "priorities:[MQTT_BASIC|X_509|JWT|HTTP]"},
    {"SecuritySettings", "passwordPolicy:PasswordPolicy"},
    {"HomePageConfig",
     "basicAuthEnabled:bool x509AuthEnabled:bool scramAuthEnabled:bool jwtAuthEnabled:bool "
     "httpAuthEnabled:bool tcpPort:int tlsPort:int wsPort:int wssPort:int tcpListenerEnabled:bool "
     "tlsListenerEnabled:bool wsListenerEnabled:bool wssListenerEnabled:bool "
     "tcpMaxPayloadSize:int tlsMaxPayloadSize:int wsMaxPayloadSize:int wssMaxPayloadSize:int "
     "existsBasicCredentials:bool existsX509Credentials:bool existsScramCredentials:bool "
     "allowKafkaTopicDeletion:bool statsCollectionInterval:int"},
    {"ServiceInfo",
     "serviceId:text serviceType:TBMQ|TBMQ_INTEGRATION_EXECUTOR lastUpdateTime:int cpuUsage:int "
     "cpuCount:int memoryUsage:int totalMemory:int diskUsage:int totalDiskSpace:int "
     "status:ACTIVE|INACTIVE|OUTDATED"},
    {"Session",
     "id:text clientId:text sessionId:uuid connectionState:CONNECTED|DISCONNECTED "
     "clientType:DEVICE|APPLICATION nodeId:text cleanStart:bool sessionExpiryInterval:int "
     "sessionEndTs:int subscriptions:[SubscriptionInfo] keepAliveSeconds:int connectedAt:int "
     "disconnectedAt:int clientIpAdr:text"},
    {"ShortSession",
     "id:text clientId:text connectionState:CONNECTED|DISCONNECTED clientType:DEVICE|APPLICATION "
     "nodeId:text sessionId:uuid subscriptionsCount:int connectedAt:int disconnectedAt:int "
     "clientIpAdr:text cleanStart:bool"},
    {"SessionCounts", "connectedCount:int disconnectedCount:int totalCount:int"},
    {"SessionDetails", "credentialsName:text? mqttVersion:text? authProvider:text?"},
    {"SubscriptionInfo",
     "topicFilter:text qos:AT_MOST_ONCE|AT_LEAST_ONCE|EXACTLY_ONCE options:Options "
     "subscriptionId:int?"},
    {"Options", "noLocal:bool retainAsPublish:bool retainHandling:int"},
    {"TopicSubscription",
     "topicFilter:text qos:int shareName:text? options:NamedOptions subscriptionId:int"},
    {"NamedOptions",
     "noLocal:bool retainAsPublish:bool retainHandling:SEND_AT_SUBSCRIBE|"
     "SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS|DONT_SEND_AT_SUBSCRIBE"},
    {"ClientSubscription", "clientId:text subscription:SubscriptionInfo"},
    {"ShareGroup", "shareName:text topicFilter:text clients:[GroupMember]"},
    {"GroupMember", "clientId:text clientType:DEVICE|APPLICATION connected:bool"},
    {"RetainedMessage",
     "topic:text payload:text qos:int createdTime:int userProperties:UserProperties?"},
    {"UserProperties", "props:[UserProperty]"},
    {"UserProperty", "key:text value:text"},
    {"Credentials",
     "id:uuid createdTime:int name:text clientType:DEVICE|APPLICATION "
     "credentialsType:MQTT_BASIC|X_509|SCRAM credentialsId:text credentialsValue:text "
     "additionalInfo:object?"},
    {"ShortCredentials",
     "id:uuid name:text clientType:DEVICE|APPLICATION credentialsType:MQTT_BASIC|X_509|SCRAM "
     "createdTime:int additionalInfo:object?"},
    {"CredentialsCounts",
     "deviceCredentialsCount:int applicationCredentialsCount:int totalCount:int"},
    {"BulkOutcome", "created:int updated:int errors:int errorsList:[text]"},
    {"Provider",
     "id:uuid createdTime:int type:MQTT_BASIC|X_509|JWT|SCRAM|HTTP enabled:bool "
     "configuration:object additionalInfo:object?"},
    {"ShortProvider",
     "id:uuid enabled:bool type:MQTT_BASIC|X_509|JWT|SCRAM|HTTP createdTime:int description:text?"},
    {"BlockedClient",
     "type:CLIENT_ID|USERNAME|IP_ADDRESS|REGEX value:text expirationTime:int "
     "status:ACTIVE|EXPIRED|DELETING_SOON description:text"},
    {"UnauthorizedClient",
     "clientId:text ipAddress:text ts:int username:text passwordProvided:bool tlsUsed:bool "
     "reason:text"},
    {"WebSocketConnection", "id:uuid createdTime:int name:text userId:text configuration:object"},
    {"ShortWebSocketConnection", "id:uuid name:text clientId:text"},
    {"WebSocketSubscription",
     "id:uuid createdTime:int webSocketConnectionId:uuid configuration:object"},
    {"Latest", "sessions:[Point]"},
    {"Point", "ts:int value:int"},
    {"Health", "status:text"},
    {"SystemInfo", "version:text newestVersion:text? artifact:text name:text"},
};

}  // namespace sluice::admin::testing
