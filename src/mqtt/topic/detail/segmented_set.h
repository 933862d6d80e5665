#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>

namespace sluice::mqtt::detail {

/// A hash set of pointers to objects that hold their own key; it does not own them.
///
/// Split by hash in segments because a flat table moves all its slots when it grows, which reads
/// the key of every object: with a million objects in one table that stops the shard for 100 ms.
/// Tables that became nearly empty are made small again, so that a crowd that left costs nothing.
///
/// Traits has `using Key`, `static std::uint64_t hash(const Key&)` which must avalanche,
/// `static bool equal(const Key&, const Key&)` and `static Key key(const T&)`.
template <class T, class Traits>
class SegmentedSet {
 public:
  using Key = typename Traits::Key;

  T* find(const Key& key) const {
    const HashedKey hashed{key, Traits::hash(key)};
    const Table& table = segments_[segment_of(hashed.hash)];
    const auto found = table.find(hashed);
    return found == table.end() ? nullptr : *found;
  }

  /// `object` must not be in the set yet.
  void insert(T* object) {
    segments_[segment_of(Traits::hash(Traits::key(*object)))].insert(object);
    ++size_;
  }

  /// `object` must be in the set.
  void erase(const T* object) {
    const Key key = Traits::key(*object);
    const HashedKey hashed{key, Traits::hash(key)};
    Table& table = segments_[segment_of(hashed.hash)];
    table.erase(table.find(hashed));
    --size_;
    if (table.bucket_count() > kSparseBuckets && table.size() < table.bucket_count() / 8) {
      table.rehash(0);
    }
  }

  std::size_t size() const { return size_; }

  /// Calls visit(T&) for each object; visit may free it, but not insert or erase.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Table& table : segments_) {
      for (T* object : table) visit(*object);
    }
  }

 private:
  static constexpr std::size_t kSegments = 64;
  static constexpr std::size_t kSparseBuckets = 256;

  struct HashedKey {
    Key key;
    std::uint64_t hash;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const HashedKey& key) const { return key.hash; }
    std::size_t operator()(const T* object) const { return Traits::hash(Traits::key(*object)); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const T* left, const T* right) const { return left == right; }
    bool operator()(const HashedKey& left, const T* right) const {
      return Traits::equal(left.key, Traits::key(*right));
    }
    bool operator()(const T* left, const HashedKey& right) const { return (*this)(right, left); }
  };
  using Table = boost::unordered_flat_set<T*, Hash, Equal>;

  /// Bits that the tables themselves do not look at: they take the highest and the lowest ones.
  static std::size_t segment_of(std::uint64_t hash) { return (hash >> 16U) % kSegments; }

  std::array<Table, kSegments> segments_;
  std::size_t size_ = 0;
};

}  // namespace sluice::mqtt::detail
