#include "net/output_queue.h"

#include <algorithm>

namespace sluice::net {

void OutputQueue::append(const broker::OutputPiece& piece, std::size_t skip) {
  const ByteView bytes = piece.bytes.substr(skip);
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (piece.owner && bytes.size() >= kReferenceMin) {
    chunks_.push_back({piece.owner, bytes, {}});
    return;
  }
  const bool has_room = !chunks_.empty() && !chunks_.back().owner &&
                        chunks_.back().copied.size() + bytes.size() <= kCopiedMax;
  if (!has_room) chunks_.emplace_back();
  chunks_.back().copied.append(bytes);
}

std::size_t OutputQueue::gather(std::span<iovec> out) const {
  const std::size_t count = std::min(out.size(), chunks_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView bytes = chunks_[i].bytes().substr(i == 0 ? front_offset_ : 0);
    out[i] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return count;
}

void OutputQueue::consume(std::size_t count) {
  size_ -= count;
  count += front_offset_;
  while (!chunks_.empty() && chunks_.front().bytes().size() <= count) {
    count -= chunks_.front().bytes().size();
    chunks_.pop_front();
  }
  front_offset_ = count;
}

}  // namespace sluice::net
