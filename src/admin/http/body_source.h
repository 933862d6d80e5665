#pragma once

#include <functional>
#include <string>

namespace sluice::admin {

/// Where a body comes from that is too long for one string, or has no end: a file, events.
///
/// Lives on   the admin thread, as long as its connection: the destructor says that nobody reads it
///            any more. The connection ends with it.
/// Promises   of the reader: it asks for the next piece when the last one has left, so that no more
///            than one is under way. What gathers meanwhile is for the source to bound.
class BodySource {
 public:
  struct Piece {
    std::string bytes;
    bool is_last = false;
  };

  virtual ~BodySource() = default;

  /// What comes next. Empty and not the last: there is nothing now, and `wake` is called later.
  virtual Piece next() = 0;

  /// Called once, before the first `next`. `wake` may be called at any time on the admin thread,
  /// but not from within `next`; without need it does no harm.
  virtual void on_reader(std::function<void()> wake) = 0;
};

}  // namespace sluice::admin
