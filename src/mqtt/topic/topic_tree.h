#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "mqtt/topic/detail/topic_node.h"

namespace sluice::mqtt {

/// Values by Topic Name, found by Topic Filter: the shape of the retained messages.
///
/// Lives on   one shard; no function may run at the same time as another.
/// Limit      none of its own: the caller bounds topics and levels. A topic whose parent level is
///            shared takes about 60 bytes with a Value of 8, table included.
/// Promises   a Value keeps its address until it is erased; a filter finds a topic exactly when
///            `matches` says so.
/// spec       v5 4.7, 3.3.1.3
template <class Value>
class TopicTree {
 public:
  TopicTree() = default;
  TopicTree(const TopicTree&) = delete;
  TopicTree& operator=(const TopicTree&) = delete;
  ~TopicTree();

  Value* find(ByteView topic);

  /// The value of `topic`, default constructed if there was none, and whether it is new.
  std::pair<Value&, bool> put(ByteView topic);

  /// Whether `topic` had a value. Frees the nodes that led to nothing else.
  bool erase(ByteView topic);

  /// Topics with a value.
  std::size_t size() const { return size_; }

  /// Calls visit(Value&) for each topic that `filter` matches, each once, in no particular order.
  /// visit must not change the tree; where it returns a bool, false ends the search.
  template <class Visit>
  void match(ByteView filter, Visit&& visit);

  /// Nodes besides the root, for tests and metrics; 0 without topics.
  std::size_t node_count() const { return children_.size(); }

 private:
  using Node = detail::TopicNode<Value>;

 public:
  /// A walk through all values in steps, between which the tree may change. What is there all the
  /// time is visited once; what is put meanwhile may be passed by. Must not outlive the tree.
  class Cursor {
   public:
    explicit Cursor(TopicTree& tree);
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    ~Cursor();

    /// Calls visit(Value&) for the values in the next `nodes_max` levels; visit must not change
    /// the tree. returns  whether there are more
    template <class Visit>
    bool advance(std::size_t nodes_max, Visit&& visit);

   private:
    friend class TopicTree;
    TopicTree& tree_;
    Node* next_;
  };

 private:
  Node* find_node(ByteView topic);
  Node* find_child(Node& parent, ByteView level);
  Node& get_or_make_child(Node& parent, ByteView level);
  void free_upwards(Node* node);
  Node* next_of(Node* node);
  void move_cursors_from(Node* node);

  /// The first of `node` and its later siblings that a wildcard may match [MQTT5-4.7.2-1].
  Node* skip_hidden(Node* node);
  template <class Visit>
  bool visit_subtree(Node& top, Visit& visit);
  template <class Visit>
  static bool call(Visit& visit, Value& value);

  Node root_{0, nullptr};
  detail::LevelTable<Node> children_;
  std::size_t size_ = 0;
  std::vector<Cursor*> cursors_;
};

}  // namespace sluice::mqtt

#include "mqtt/topic/detail/topic_tree_impl.h"
