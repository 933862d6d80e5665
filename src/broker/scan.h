#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <vector>

namespace sluice::broker {

struct Core;
class Session;

/// How much of a list is read in one turn: about a millisecond's worth.
inline constexpr std::size_t kScanSlice = 2000;

/// A list that is read in slices.
class Scan {
 public:
  virtual ~Scan() = default;
  /// Reads the next slice. returns  whether it was the last one: the answer has been given
  virtual bool advance() = 0;
  /// The Session is about to be destroyed.
  virtual void forget(const Session&) {}
};

/// Visits all Sessions that are there when it begins, but for those that end before their turn.
class SessionScan : public Scan {
 public:
  explicit SessionScan(Core& core);

  bool advance() final;
  void forget(const Session& session) final { gone_.insert(&session); }

 protected:
  /// returns  how many items were looked at
  virtual std::size_t visit(Session& session) = 0;
  virtual void finish() = 0;

  Core& core_;

 private:
  std::vector<Session*> sessions_;
  std::size_t next_ = 0;
  boost::unordered_flat_set<const Session*> gone_;
};

}  // namespace sluice::broker
