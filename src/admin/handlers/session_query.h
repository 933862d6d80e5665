#pragma once

#include <optional>
#include <string>

#include "admin/http/list_query.h"

namespace sluice::admin {

/// Which Sessions are meant, by the parameters of TBMQ's list: `textSearch`, `clientIpAddress`,
/// `connectedStatusList`, `clientTypeList`, `cleanStartList`, `nodeIdList`, `subscriptions` with
/// `subscriptionOperation`, `startTime` and `endTime` of the connection.
///
/// returns  nullopt: none can be, since they ask for other nodes or for integrations
/// errors   400: a value that is not known
Outcome<std::optional<broker::SessionFilter>> read_session_filter(const Query& query,
                                                                  const std::string& node_id);

/// The order by the names of the columns in the answer, and by `waitingBytes`.
Outcome<broker::SessionOrder> read_session_order(const entities::PageRequest& page);

}  // namespace sluice::admin
