#pragma once

#include <boost/json.hpp>

#include "broker/inspection.h"

namespace sluice::admin {

/// TBMQ's RetainedMsgDto and the other properties. `payload` is text in which what is not UTF-8 is
/// U+FFFD; `payloadBase64` has the same bytes as they are, `payloadSize` says how many there are in
/// all.
boost::json::object message_to_json(const broker::MessageFacts& message);

}  // namespace sluice::admin
