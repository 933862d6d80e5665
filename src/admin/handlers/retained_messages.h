#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Retained messages.

/// One by `topicName`, or a page.
Outcome<Response> find_retained(Services& services, const Request& request);
/// With the filters of TBMQ's second version, where `topicName` is contained in the topic.
Outcome<Response> list_retained(Services& services, const Request& request);
Outcome<Response> delete_retained(Services& services, const Request& request);

}  // namespace sluice::admin
