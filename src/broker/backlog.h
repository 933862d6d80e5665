#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/stored_session.h"

namespace sluice::broker {

struct Core;

/// Brings the messages of connected persistent Sessions back from the store, a page at a time, as
/// far as their share of memory goes.
///
/// A page is read once for all Sessions that wait for it at that moment.
class Backlog {
 public:
  explicit Backlog(Core& core) : core_(core) {}

  /// Asks for the next page if the connected Session has something to read and room for it.
  void load_more(Session& session);

  /// A page was read; nullopt: it is damaged or gone, and what was in it is lost and counted.
  void on_page(storage::PageId id, const std::optional<std::string>& bytes);
  /// Pages that could not be read yet can be now.
  void on_committed();

 private:
  std::optional<std::uint64_t> next_unloaded(Session& session) const;
  void request(SessionNumber session, storage::PageId page);

  Core& core_;
  boost::unordered_flat_map<storage::PageId, std::vector<SessionNumber>> requested_;
  std::vector<SessionNumber> await_commit_;
};

}  // namespace sluice::broker
