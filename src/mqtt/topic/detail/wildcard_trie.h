#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "mqtt/topic/detail/inline_text.h"
#include "mqtt/topic/detail/level_table.h"
#include "mqtt/topic/levels.h"

namespace sluice::mqtt::detail {

/// Wildcard filters by their levels; the values are pointers to entries, which it does not own.
///
/// A level "+" is the `plus` node of its parent and a final "#" is the `hash` entry of its parent;
/// only literal levels are in the table. No function recurses: filters may have 65,536 levels.
template <class Entry>
class WildcardTrie {
 public:
  WildcardTrie() = default;
  WildcardTrie(const WildcardTrie&) = delete;
  WildcardTrie& operator=(const WildcardTrie&) = delete;
  ~WildcardTrie() {
    destroy_plus_chain(root_);
    literals_.for_each([](Node& node) {
      destroy_plus_chain(node);
      destroy_with_text(&node);
    });
  }

  Entry* find(ByteView filter) const {
    const Node* node = &root_;
    for (std::size_t position = 0; position != kNoMoreLevels;) {
      const ByteView level = take_level(filter, position);
      if (is_hash(level, position)) return node->hash;
      node = level == "+" ? node->plus : literal_child(*node, level);
      if (node == nullptr) return nullptr;
    }
    return node->entry;
  }

  /// The filter of `entry` must not be in the trie yet.
  void insert(Entry& entry) {
    Node* node = &root_;
    const ByteView filter = entry.filter();
    for (std::size_t position = 0; position != kNoMoreLevels;) {
      const ByteView level = take_level(filter, position);
      if (is_hash(level, position)) {
        node->hash = &entry;
        return;
      }
      node = &get_or_make_child(*node, level);
    }
    node->entry = &entry;
  }

  /// `entry` must be in the trie. Frees the nodes that led to nothing else.
  void erase(const Entry& entry) {
    Node* node = &root_;
    const ByteView filter = entry.filter();
    for (std::size_t position = 0; position != kNoMoreLevels;) {
      const ByteView level = take_level(filter, position);
      if (is_hash(level, position)) {
        node->hash = nullptr;
        free_upwards(node);
        return;
      }
      node = level == "+" ? node->plus : literal_child(*node, level);
    }
    node->entry = nullptr;
    free_upwards(node);
  }

  /// Calls visit(Entry&) for each filter that matches. Depth first: the work list holds at most one
  /// node a level, those to go back to.
  template <class Visit>
  void match(ByteView topic, Visit&& visit) const {
    boost::container::small_vector<Step, 32> later;
    const Node* node = &root_;
    std::size_t position = 0;
    if (topic.starts_with('$')) {  // no wildcard in the first level [MQTT5-4.7.2-1]
      node = literal_child(root_, take_level(topic, position));
      if (node == nullptr) return;
    }
    for (;;) {
      if (node->hash != nullptr) visit(*node->hash);
      if (position == kNoMoreLevels) {
        if (node->entry != nullptr) visit(*node->entry);
        node = nullptr;
      } else {
        const ByteView level = take_level(topic, position);
        if (node->plus != nullptr) later.push_back({node->plus, position});
        node = literal_child(*node, level);
      }
      if (node != nullptr) continue;
      if (later.empty()) return;
      node = later.back().node;
      position = later.back().position;
      later.pop_back();
    }
  }

  /// Calls visit(Entry&) for each entry; visit may free it, but not insert or erase.
  template <class Visit>
  void for_each(Visit&& visit) const {
    visit_plus_chain(root_, visit);
    literals_.for_each([&visit](Node& node) { visit_plus_chain(node, visit); });
  }

  /// Nodes besides the root.
  std::size_t node_count() const { return literals_.size() + plus_count_; }

 private:
  struct Node {
    Node(std::uint16_t size, Node* above) : parent(above), text_size_(size) {}

    ByteView level() const { return inline_text(*this, text_size_); }
    static constexpr std::size_t text_offset() { return offsetof(Node, text_); }
    bool is_empty() const {
      return plus == nullptr && entry == nullptr && hash == nullptr && literal_children == 0;
    }

    Node* parent;
    Node* plus = nullptr;
    Entry* entry = nullptr;  // the filter that ends here
    Entry* hash = nullptr;   // the filter that ends with "#" below here
    std::uint32_t literal_children = 0;
    std::uint16_t text_size_;
    char text_[2] = {};
  };
  struct Step {
    const Node* node;
    std::size_t position;
  };

  static bool is_hash(ByteView level, std::size_t next_position) {
    return next_position == kNoMoreLevels && level == "#";
  }

  Node* literal_child(const Node& parent, ByteView level) const {
    if (parent.literal_children == 0) return nullptr;
    return literals_.find({&parent, level});
  }

  Node& get_or_make_child(Node& parent, ByteView level) {
    if (level == "+") {
      if (parent.plus == nullptr) {
        parent.plus = make_with_text<Node>(ByteView{}, &parent);
        ++plus_count_;
      }
      return *parent.plus;
    }
    Node* child = literal_child(parent, level);
    if (child == nullptr) {
      child = make_with_text<Node>(level, &parent);
      literals_.insert(child);
      ++parent.literal_children;
    }
    return *child;
  }

  void free_upwards(Node* node) {
    while (node != &root_ && node->is_empty()) {
      Node* parent = node->parent;
      if (parent->plus == node) {
        parent->plus = nullptr;
        --plus_count_;
      } else {
        literals_.erase(node);
        --parent->literal_children;
      }
      destroy_with_text(node);
      node = parent;
    }
  }

  /// Nodes for "+" are in no table: they are reached from the literal node or the root above them.
  static void destroy_plus_chain(const Node& top) {
    for (Node* node = top.plus; node != nullptr;) {
      Node* below = node->plus;
      destroy_with_text(node);
      node = below;
    }
  }

  template <class Visit>
  static void visit_plus_chain(const Node& top, Visit& visit) {
    for (const Node* node = &top; node != nullptr; node = node->plus) {
      if (node->entry != nullptr) visit(*node->entry);
      if (node->hash != nullptr) visit(*node->hash);
    }
  }

  Node root_{0, nullptr};
  LevelTable<Node> literals_;
  std::size_t plus_count_ = 0;
};

}  // namespace sluice::mqtt::detail
