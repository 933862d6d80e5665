#include "broker/output.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "broker/server_connection.h"

namespace sluice::broker {
namespace {

constexpr std::size_t kBuffersKept = 256;
constexpr std::size_t kBufferKeptMax = 4096;

}  // namespace

Output::Output() : scratch_(std::make_unique_for_overwrite<char[]>(kScratchSize)) {}

void Output::mark_dirty(ServerConnection& connection) {
  if (connection.is_dirty()) return;
  connection.set_dirty(true);
  dirty_.push_back(&connection);
}

void Output::flush_dirty() {
  while (!dirty_.empty()) {
    flushing_.swap(dirty_);
    for (ServerConnection* connection : flushing_) {
      connection->set_dirty(false);
      connection->flush();
    }
    flushing_.clear();
  }
}

void Output::append(ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t part = std::min(room(), bytes.size());
    SLUICE_ASSERT(part > 0);
    std::memcpy(cursor(), bytes.data(), part);
    advance(part);
    bytes.remove_prefix(part);
  }
}

void Output::close_piece() {
  if (used_ > piece_start_) {
    pieces_.push_back({ByteView(scratch_.get() + piece_start_, used_ - piece_start_), nullptr});
  }
  piece_start_ = used_;
}

void Output::refer_to(ByteView bytes, MessagePtr owner) {
  close_piece();
  referred_ += bytes.size();
  pieces_.push_back({bytes, std::move(owner)});
}

void Output::send_to(Link& link) {
  close_piece();
  if (!pieces_.empty()) link.send(pieces_);
  pieces_.clear();
  used_ = piece_start_ = referred_ = 0;
}

std::unique_ptr<std::string> Output::take_buffer() {
  if (buffers_.empty()) return std::make_unique<std::string>();
  auto buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void Output::give_buffer(std::unique_ptr<std::string> buffer) {
  if (buffers_.size() >= kBuffersKept || buffer->capacity() > kBufferKeptMax) return;
  buffer->clear();
  buffers_.push_back(std::move(buffer));
}

}  // namespace sluice::broker
