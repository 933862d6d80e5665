#pragma once

#include <cstdint>
#include <functional>

#include "admin/broker_control.h"
#include "admin/broker_view.h"
#include "admin/configuration.h"
#include "admin/http/api_error.h"
#include "admin/node.h"
#include "base/time.h"
#include "config/settings.h"
#include "entities/admin_store.h"
#include "entities/unauthorized_recorder.h"

namespace sluice::admin {

struct Clock {
  std::function<std::int64_t()> wall;  // milliseconds since 1970
  std::function<Instant()> monotonic;
};

/// What handlers work with. All of it belongs to the admin thread.
struct Context {
  const config::AdminSettings& settings;
  const config::AuthSettings& auth;
  entities::AdminStore& store;
  BrokerControl& broker;
  Clock clock;
  entities::UnauthorizedRecorder* unauthorized = nullptr;  // what it has not written yet; or null
  bool allows_login_as = false;                            // tokens of other users for ADMIN
  BrokerView* view = nullptr;
  Node* node = nullptr;
  ConfigurationControl* configuration = nullptr;

  std::int64_t now() const { return clock.wall(); }
};

/// As the API tells what the store did not do.
inline ApiError to_api_error(const entities::Error& error) {
  switch (error.kind) {
    case entities::ErrorKind::NotFound:
      return {404, ErrorCode::NotFound, error.what, {}, {}};
    case entities::ErrorKind::Conflict:  // TBMQ answers a name that is taken so, not by 409
    case entities::ErrorKind::Invalid:
      return {400, ErrorCode::BadRequest, error.what, {}, {}};
    case entities::ErrorKind::Database:
      break;
  }
  return {500, ErrorCode::Database, error.what, {}, {}};
}

template <class T>
Outcome<T> from_store(entities::Result<T> result) {
  return std::move(result).map_error(to_api_error);
}

}  // namespace sluice::admin
