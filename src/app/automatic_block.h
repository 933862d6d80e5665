#pragma once

#include <string>

#include "admin/broker_control.h"
#include "config/settings.h"
#include "entities/admin_store.h"

namespace sluice::app {

/// Blocks somebody who misbehaves: an entry of the block list like an operator's, with a row in the
/// audit log. On the admin thread. What fails is logged.
///
/// reason  in words: "failed logins"
void block_automatically(entities::AdminStore& store, admin::BrokerControl& broker,
                         const config::AuthSettings& settings, const auth::Block& block,
                         const std::string& reason, std::int64_t now);

}  // namespace sluice::app
