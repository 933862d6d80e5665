#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "broker/link.h"

namespace sluice::broker {

class ServerConnection;

/// What a shard sends in one turn of its loop: the connections that have something to send, and the
/// memory in which their output is put together.
///
/// Gathering per turn is the largest gain there is: a send costs about 3 µs however small, a
/// message within a larger send a tenth of that.
class Output {
 public:
  Output();

  /// Has the connection flushed at the end of the turn. One that ends before stays until then, and
  /// its flush does nothing.
  void mark_dirty(ServerConnection& connection);
  void flush_dirty();

  // One connection's output is put together by these, then given to its link.
  static constexpr std::size_t kScratchSize = 256 * 1024;
  /// Larger payloads are not copied but referred to.
  static constexpr std::size_t kCopyMax = 8 * 1024;

  std::size_t room() const { return kScratchSize - used_; }
  bool has_output() const { return used_ > 0 || !pieces_.empty(); }
  std::size_t gathered() const { return used_ + referred_; }
  /// Where the next bytes go; at least room() of them.
  char* cursor() { return scratch_.get() + used_; }
  void advance(std::size_t bytes) { used_ += bytes; }
  void append(ByteView bytes);
  void refer_to(ByteView bytes, MessagePtr owner);
  void send_to(Link& link);

  /// A buffer for the control packets of one connection within a turn; give it back when sent.
  std::unique_ptr<std::string> take_buffer();
  void give_buffer(std::unique_ptr<std::string> buffer);

 private:
  void close_piece();

  std::vector<ServerConnection*> dirty_;
  std::vector<ServerConnection*> flushing_;
  std::unique_ptr<char[]> scratch_;
  std::size_t used_ = 0;
  std::size_t piece_start_ = 0;
  std::size_t referred_ = 0;
  std::vector<OutputPiece> pieces_;
  std::vector<std::unique_ptr<std::string>> buffers_;
};

}  // namespace sluice::broker
