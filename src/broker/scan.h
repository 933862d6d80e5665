#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace sluice::broker {

struct Core;
class Session;

/// How much of a long work is done in one turn: about a millisecond's worth.
inline constexpr std::size_t kScanSlice = 2000;

/// A long work that is done in slices: a list that is read, a queue that is emptied.
class Scan {
 public:
  virtual ~Scan() = default;
  /// Does the next slice. returns  whether it was the last one: the answer has been given
  virtual bool advance() = 0;
  /// The Session is about to be destroyed.
  virtual void forget(const Session&) {}
};

/// The scans of one shard: a slice a turn, so that Clients are served in between; one scan after
/// the other, in the order they were begun.
class Scans {
 public:
  void begin(std::unique_ptr<Scan> scan) { scans_.push_back(std::move(scan)); }
  bool has_work() const { return !scans_.empty(); }
  /// Once a turn.
  void on_turn();
  /// The Session is about to be destroyed.
  void forget(const Session& session);

 private:
  std::deque<std::unique_ptr<Scan>> scans_;  // the first one is under way
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
