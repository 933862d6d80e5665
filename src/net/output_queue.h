#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <deque>
#include <span>
#include <string>

#include "broker/link.h"

namespace sluice::net {

/// Output that a socket did not take yet. Bytes without an owner are copied, large pieces of a
/// message are kept by reference.
///
/// Limit  none of its own: the core stops at limits.output_high_watermark, and so does reading.
class OutputQueue {
 public:
  std::size_t size() const { return size_; }

  /// Appends `piece` without its first `skip` bytes.
  void append(const broker::OutputPiece& piece, std::size_t skip);

  /// Points `out` at the front of the queue; returns how many entries are set.
  std::size_t gather(std::span<iovec> out) const;

  /// Drops `count` bytes from the front.
  void consume(std::size_t count);

 private:
  /// Below this, copying costs less memory than a chunk of its own.
  static constexpr std::size_t kReferenceMin = 256;
  static constexpr std::size_t kCopiedMax = 64 * 1024;

  struct Chunk {
    broker::MessagePtr owner;  // null: the bytes are in `copied`
    ByteView referenced;
    std::string copied;
    ByteView bytes() const { return owner ? referenced : ByteView(copied); }
  };

  std::deque<Chunk> chunks_;
  std::size_t size_ = 0;
  std::size_t front_offset_ = 0;  // bytes of the first chunk that have left
};

}  // namespace sluice::net
