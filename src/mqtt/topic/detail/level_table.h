#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/hash.h"
#include "mqtt/topic/detail/segmented_set.h"

namespace sluice::mqtt::detail {

/// How the nodes of a tree of levels are found: by their parent and the text of their level.
template <class Node>
struct LevelTraits {
  struct Key {
    const Node* parent;
    ByteView level;
  };
  static std::uint64_t hash(const Key& key) {
    return hash_bytes(key.level, reinterpret_cast<std::uintptr_t>(key.parent));
  }
  static bool equal(const Key& left, const Key& right) {
    return left.parent == right.parent && left.level == right.level;
  }
  static Key key(const Node& node) { return {node.parent, node.level()}; }
};

/// The children of all nodes of one tree. One table instead of a map in each node: most nodes have
/// no or one child, and an empty map alone is bigger than a node.
template <class Node>
using LevelTable = SegmentedSet<Node, LevelTraits<Node>>;

}  // namespace sluice::mqtt::detail
