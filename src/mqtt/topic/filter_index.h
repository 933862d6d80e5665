#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/hash.h"
#include "mqtt/topic/detail/inline_text.h"
#include "mqtt/topic/detail/segmented_set.h"
#include "mqtt/topic/detail/wildcard_trie.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::mqtt {

/// The Topic Filters that somebody subscribed with on one shard, each held once with its Payload.
///
/// Lives on   one shard; no function may run at the same time as another.
/// Limit      none of its own: the caller bounds subscriptions and levels. A filter takes at most
///            65'535 bytes; one of 30 bytes with a Payload of 24 takes about 80 bytes, table
///            included.
/// Promises   an Entry keeps its address until it is erased; a topic finds a filter exactly when
///            `matches` says so. Filters are compared as bytes, without any normalisation.
/// spec       v5 4.7; MQTT 3.1.1 4.7
template <class Payload>
class FilterIndex {
 public:
  /// One filter. Payload is default constructed when the filter is interned.
  class Entry : public Payload {
   public:
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    ByteView filter() const { return detail::inline_text(*this, text_size_); }

   private:
    template <class T, class... Args>
    friend T* detail::make_with_text(ByteView text, Args&&... args);
    template <class T>
    friend void detail::destroy_with_text(T* object);
    template <class T>
    friend ByteView detail::inline_text(const T& object, std::uint16_t size);

    explicit Entry(std::uint16_t size) : text_size_(size) {}
    ~Entry() = default;

    // A base class makes offsetof conditionally supported; every compiler that we build with does.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
    static constexpr std::size_t text_offset() {
      return offsetof(Entry, text_);
    }
#pragma GCC diagnostic pop

    std::uint16_t text_size_;
    char text_[2];
  };

  FilterIndex() = default;
  FilterIndex(const FilterIndex&) = delete;
  FilterIndex& operator=(const FilterIndex&) = delete;
  ~FilterIndex() {
    for_each([](Entry& entry) { detail::destroy_with_text(&entry); });
  }

  Entry* find(ByteView filter) {
    return has_wildcard(filter) ? wildcards_.find(filter) : exact_.find(filter);
  }

  /// The entry of `filter`, made if there is none yet. `filter` must be valid and without a share
  /// prefix.
  Entry& intern(ByteView filter) {
    if (Entry* known = find(filter)) return *known;
    Entry* entry = detail::make_with_text<Entry>(filter);
    if (has_wildcard(filter)) {
      wildcards_.insert(*entry);
      ++wildcard_count_;
    } else {
      exact_.insert(entry);
    }
    return *entry;
  }

  /// Frees `entry` and the trie nodes that nobody needs any more.
  void erase(Entry& entry) {
    if (has_wildcard(entry.filter())) {
      wildcards_.erase(entry);
      --wildcard_count_;
    } else {
      exact_.erase(&entry);
    }
    detail::destroy_with_text(&entry);
  }

  std::size_t size() const {
    return exact_.size() + wildcard_count_;
  }

  /// Calls visit(Entry&) for each filter that matches, each once, in no particular order.
  /// visit must not change the index.
  template <class Visit>
  void match(ByteView topic, Visit&& visit) {
    if (exact_.size() != 0) {
      if (Entry* entry = exact_.find(topic)) visit(*entry);
    }
    if (wildcard_count_ != 0) wildcards_.match(topic, visit);
  }

  /// Calls visit(Entry&) for each filter, in no particular order. visit must not change the index.
  template <class Visit>
  void for_each(Visit&& visit) {
    exact_.for_each(visit);
    wildcards_.for_each(visit);
  }

  /// Nodes of the wildcard trie, for tests and metrics; 0 without wildcard filters.
  std::size_t node_count() const {
    return wildcards_.node_count();
  }

 private:
  struct ExactTraits {
    using Key = ByteView;
    static std::uint64_t hash(ByteView filter) { return hash_bytes(filter); }
    static bool equal(ByteView left, ByteView right) { return left == right; }
    static ByteView key(const Entry& entry) { return entry.filter(); }
  };

  detail::SegmentedSet<Entry, ExactTraits> exact_;
  detail::WildcardTrie<Entry> wildcards_;
  std::size_t wildcard_count_ = 0;
};

}  // namespace sluice::mqtt
