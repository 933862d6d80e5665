#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "base/bytes.h"
#include "mqtt/topic/detail/inline_text.h"
#include "mqtt/topic/detail/level_table.h"

namespace sluice::mqtt::detail {

/// One level of a TopicTree, with the list of its children and maybe a Value.
template <class Value>
struct TopicNode {
  TopicNode(std::uint16_t size, TopicNode* above) : parent(above), text_size_(size) {}
  TopicNode(const TopicNode&) = delete;
  TopicNode& operator=(const TopicNode&) = delete;
  ~TopicNode() { reset(); }

  ByteView level() const { return inline_text(*this, text_size_); }

  // Some Values make offsetof conditionally supported; every compiler that we build with does.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
  static constexpr std::size_t text_offset() {
    return offsetof(TopicNode, text_);
  }
#pragma GCC diagnostic pop

  bool is_empty() const {
    return first_child == nullptr && !has_value;
  }

  void emplace() {
    ::new (static_cast<void*>(&value)) Value();
    has_value = true;
  }
  void reset() {
    if (!has_value) return;
    value.~Value();
    has_value = false;
  }

  void link(TopicNode& child) {
    child.next_sibling = first_child;
    if (first_child != nullptr) first_child->prev_sibling = &child;
    first_child = &child;
  }
  void unlink(TopicNode& child) {
    if (child.next_sibling != nullptr) child.next_sibling->prev_sibling = child.prev_sibling;
    (child.prev_sibling != nullptr ? child.prev_sibling->next_sibling : first_child) =
        child.next_sibling;
  }

  TopicNode* parent;
  TopicNode* first_child = nullptr;
  TopicNode* next_sibling = nullptr;
  TopicNode* prev_sibling = nullptr;
  union {  // std::optional would take 8 bytes more
    Value value;
  };
  std::uint16_t text_size_;
  bool has_value = false;
  char text_[5] = {};
};

}  // namespace sluice::mqtt::detail
