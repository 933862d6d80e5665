#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/topics: the topics that were seen while they are watched.

/// Levels right below `parent`; without it the first ones.
Outcome<Response> list_topics(Services& services, const Request& request);
/// Topics that contain `text`.
Outcome<Response> search_topics(Services& services, const Request& request);
/// One topic with its subscribers and its retained message.
Outcome<Response> get_topic(Services& services, const Request& request);
Outcome<Response> get_topic_watch(Services& services, const Request& request);
Outcome<Response> watch_topics(Services& services, const Request& request);
Outcome<Response> clear_topics(Services& services, const Request& request);

}  // namespace sluice::admin
