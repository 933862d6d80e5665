#include "auth/filter_cover.h"

#include "mqtt/topic/levels.h"

namespace sluice::auth {
namespace {

/// Reads "#" as "+/#" and "/#" as "/+/#": they match the same topics, as no topic is empty
/// [MQTT5-4.7.3-1]. So '+' is the only wildcard in the first level, and what is left is regular.
ByteView spelt_out(ByteView filter) {
  if (filter == "#") return "+/#";
  if (filter == "/#") return "/+/#";
  return filter;
}

/// Goes through the levels of a Topic Filter.
class Levels {
 public:
  explicit Levels(ByteView filter) : filter_(spelt_out(filter)) { next(); }

  void next() {
    is_first_ = position_ == 0;
    has_level_ = position_ != mqtt::kNoMoreLevels;
    if (has_level_) level_ = mqtt::take_level(filter_, position_);
  }

  bool has_level() const { return has_level_; }
  bool is_one() const { return has_level_ && level_ == "+"; }
  bool is_rest() const { return has_level_ && level_ == "#"; }
  /// A level of this text only, which a '+' in its place would not match.
  bool is_hidden() const { return is_first_ && level_.starts_with('$'); }
  ByteView text() const { return level_; }

 private:
  ByteView filter_;
  ByteView level_;
  std::size_t position_ = 0;
  bool is_first_ = true;
  bool has_level_ = true;
};

}  // namespace

bool covers(ByteView wide, ByteView narrow) {
  Levels outer(wide);
  Levels inner(narrow);
  for (; outer.has_level(); outer.next(), inner.next()) {
    if (outer.is_rest()) return true;
    // The parent level that "inner/#" matches has no level here, but `outer` wants one.
    if (!inner.has_level() || inner.is_rest()) return false;
    if (outer.is_one() ? inner.is_hidden() : outer.text() != inner.text()) return false;
  }
  return !inner.has_level();
}

bool overlaps(ByteView one, ByteView other) {
  Levels a(one);
  Levels b(other);
  for (; a.has_level() && b.has_level(); a.next(), b.next()) {
    if (a.is_rest() || b.is_rest()) return true;
    const bool is_shared = a.is_one()   ? !b.is_hidden()
                           : b.is_one() ? !a.is_hidden()
                                        : a.text() == b.text();
    if (!is_shared) return false;
  }
  return a.has_level() ? a.is_rest() : !b.has_level() || b.is_rest();
}

}  // namespace sluice::auth
