#pragma once

#include <boost/json.hpp>
#include <string>

#include "broker/inspection.h"

namespace sluice::admin {

/// TBMQ's short form of a Session, and what waits for its Client.
boost::json::object session_to_json(const broker::SessionSummary& session,
                                    const std::string& node_id);

/// TBMQ's detailed form, and what else the shard knows of the connection.
boost::json::object session_to_json(const broker::SessionDetails& session,
                                    const std::string& node_id);

/// As TBMQ names the version: "MQTT_3_1", "MQTT_3_1_1", "MQTT_5"; null: not connected.
boost::json::value version_to_json(std::uint8_t protocol_version);

}  // namespace sluice::admin
