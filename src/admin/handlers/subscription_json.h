#pragma once

#include <boost/json.hpp>

#include "admin/http/fields.h"
#include "broker/inspection.h"

namespace sluice::admin {

/// TBMQ's SubscriptionInfo; `topicFilter` with `$share/{ShareName}/`.
boost::json::object subscription_info_to_json(const broker::SubscriptionFacts& subscription);

/// TBMQ's other form: QoS as a number, the ShareName apart, Retain Handling by name.
boost::json::object topic_subscription_to_json(const broker::SubscriptionFacts& subscription);

/// A SubscriptionInfo. QoS may be a name or a number. What is wrong is left in `fields`.
broker::SubscriptionFacts read_subscription_info(Fields& fields);

}  // namespace sluice::admin
