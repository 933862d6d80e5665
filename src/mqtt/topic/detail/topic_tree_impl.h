#pragma once

#include <boost/container/small_vector.hpp>
#include <type_traits>

#include "mqtt/topic/levels.h"
#include "mqtt/topic/topic_tree.h"

namespace sluice::mqtt {

template <class Value>
TopicTree<Value>::~TopicTree() {
  children_.for_each([](Node& node) { detail::destroy_with_text(&node); });
}

template <class Value>
Value* TopicTree<Value>::find(ByteView topic) {
  Node* node = find_node(topic);
  return node != nullptr && node->has_value ? &node->value : nullptr;
}

template <class Value>
std::pair<Value&, bool> TopicTree<Value>::put(ByteView topic) {
  Node* node = &root_;
  for (std::size_t position = 0; position != kNoMoreLevels;) {
    node = &get_or_make_child(*node, take_level(topic, position));
  }
  const bool is_new = !node->has_value;
  if (is_new) {
    node->emplace();
    ++size_;
  }
  return {node->value, is_new};
}

template <class Value>
bool TopicTree<Value>::erase(ByteView topic) {
  Node* node = find_node(topic);
  if (node == nullptr || !node->has_value) return false;
  node->reset();
  --size_;
  free_upwards(node);
  return true;
}

template <class Value>
template <class Visit>
void TopicTree<Value>::match(ByteView filter, Visit&& visit) {
  // Where to go on behind each '+' passed so far: the child taken there and the filter's position.
  struct Turn {
    Node* child;
    std::size_t position;
  };
  boost::container::small_vector<Turn, 16> turns;
  Node* node = &root_;
  std::size_t position = 0;
  for (;;) {
    if (position == kNoMoreLevels) {
      if (node->has_value && !call(visit, node->value)) return;
      node = nullptr;
    } else {
      const ByteView level = take_level(filter, position);
      if (level == "#" && position == kNoMoreLevels) {
        if (!visit_subtree(*node, visit)) return;
        node = nullptr;
      } else if (level == "+") {
        node = skip_hidden(node->first_child);
        if (node != nullptr) turns.push_back({node, position});
      } else {
        node = find_child(*node, level);
      }
    }
    while (node == nullptr) {
      if (turns.empty()) return;
      Turn& turn = turns.back();
      node = turn.child = skip_hidden(turn.child->next_sibling);
      position = turn.position;
      if (node == nullptr) turns.pop_back();
    }
  }
}

template <class Value>
auto TopicTree<Value>::find_node(ByteView topic) -> Node* {
  Node* node = &root_;
  for (std::size_t position = 0; node != nullptr && position != kNoMoreLevels;) {
    node = find_child(*node, take_level(topic, position));
  }
  return node;
}

template <class Value>
auto TopicTree<Value>::find_child(Node& parent, ByteView level) -> Node* {
  if (parent.first_child == nullptr) return nullptr;
  return children_.find({&parent, level});
}

template <class Value>
auto TopicTree<Value>::get_or_make_child(Node& parent, ByteView level) -> Node& {
  if (Node* known = find_child(parent, level)) return *known;
  Node* child = detail::make_with_text<Node>(level, &parent);
  children_.insert(child);
  parent.link(*child);
  return *child;
}

template <class Value>
void TopicTree<Value>::free_upwards(Node* node) {
  while (node != &root_ && node->is_empty()) {
    Node* parent = node->parent;
    move_cursors_from(node);
    children_.erase(node);
    parent->unlink(*node);
    detail::destroy_with_text(node);
    node = parent;
  }
}

template <class Value>
auto TopicTree<Value>::skip_hidden(Node* node) -> Node* {
  while (node != nullptr && node->parent == &root_ && node->level().starts_with('$')) {
    node = node->next_sibling;
  }
  return node;
}

template <class Value>
template <class Visit>
bool TopicTree<Value>::visit_subtree(Node& top, Visit& visit) {
  Node* node = &top;
  for (;;) {
    // A large replay waits for memory at each node: ask for the next one while this is handled.
    __builtin_prefetch(node->next_sibling);
    if (node->has_value && !call(visit, node->value)) return false;
    Node* next = skip_hidden(node->first_child);
    while (next == nullptr) {
      if (node == &top) return true;
      next = skip_hidden(node->next_sibling);
      node = node->parent;
    }
    node = next;
  }
}

template <class Value>
template <class Visit>
bool TopicTree<Value>::call(Visit& visit, Value& value) {
  if constexpr (std::is_void_v<std::invoke_result_t<Visit&, Value&>>) {
    visit(value);
    return true;
  } else {
    return visit(value);
  }
}

/// The one behind `node` in a walk through all; null behind the last.
template <class Value>
auto TopicTree<Value>::next_of(Node* node) -> Node* {
  if (node->first_child != nullptr) return node->first_child;
  while (node != &root_ && node->next_sibling == nullptr) node = node->parent;
  return node == &root_ ? nullptr : node->next_sibling;
}

template <class Value>
void TopicTree<Value>::move_cursors_from(Node* node) {
  for (Cursor* cursor : cursors_) {
    if (cursor->next_ == node) cursor->next_ = next_of(node);
  }
}

template <class Value>
TopicTree<Value>::Cursor::Cursor(TopicTree& tree) : tree_(tree), next_(&tree.root_) {
  tree.cursors_.push_back(this);
}

template <class Value>
TopicTree<Value>::Cursor::~Cursor() {
  std::erase(tree_.cursors_, this);
}

template <class Value>
template <class Visit>
bool TopicTree<Value>::Cursor::advance(std::size_t nodes_max, Visit&& visit) {
  for (; nodes_max > 0 && next_ != nullptr; --nodes_max) {
    __builtin_prefetch(next_->next_sibling);
    if (next_->has_value) visit(next_->value);
    next_ = tree_.next_of(next_);
  }
  return next_ != nullptr;
}

}  // namespace sluice::mqtt
