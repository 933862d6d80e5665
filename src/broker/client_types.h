#pragma once

#include <memory>

#include "base/bytes.h"
#include "config/settings.h"

namespace re2 {
class RE2;
}

namespace sluice::broker {

/// Which Clients are APPLICATION clients: heavy consumers whose messages are kept for a time and a
/// size, not for a number. All others are DEVICE clients.
class ClientTypes {
 public:
  /// settings  checked: the expression is a valid one
  explicit ClientTypes(const config::ClientSettings& settings);
  ClientTypes(ClientTypes&&) noexcept;
  ClientTypes& operator=(ClientTypes&&) noexcept;
  ~ClientTypes();

  bool is_application(ByteView client_id) const;

 private:
  bool is_application_by_default_;
  std::unique_ptr<re2::RE2> applications_;  // null: none by their id
};

}  // namespace sluice::broker
