#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::auth {

enum class BlockType : std::uint8_t { ClientId, Username, IpAddress, Regex };
enum class BlockTarget : std::uint8_t { ClientId, Username, IpAddress };

/// One entry. An address may be a range: 192.0.2.0/24, 2001:db8::/32. However it is written, an
/// address is the same, also an IPv4 address as ::ffff:192.0.2.1.
struct Block {
  BlockType type = BlockType::ClientId;
  std::string value;                           // not empty
  BlockTarget target = BlockTarget::ClientId;  // Regex only: what its whole is matched with
  std::int64_t expires = 0;                    // milliseconds since 1970, 0: never
};

/// Whom not to let in. Immutable, shared by threads.
class BlockList {
 public:
  /// errors  a bad address, range or expression, naming the entry
  static Result<std::shared_ptr<const BlockList>> make(std::vector<Block> blocks);
  ~BlockList();

  bool empty() const;

  /// The entry that blocks this Client at `now` (milliseconds since 1970), null if none does. What
  /// a Client does not have is empty and never blocked. The time does not grow with the number of
  /// exact entries and ranges; it grows with that of expressions.
  const Block* find(std::string_view client_id, std::string_view username, std::string_view address,
                    std::int64_t now) const;

 private:
  BlockList();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether a list could hold it; what to check before saving it.
Result<void> check_block(const Block& block);

}  // namespace sluice::auth
