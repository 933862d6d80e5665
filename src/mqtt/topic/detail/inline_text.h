#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"

namespace sluice::mqtt::detail {

/// Makes a T and the text behind it in one allocation: with millions of filters a second allocation
/// or a std::string each would cost more than the text.
///
/// T is constructed from the size of the text and `args`; its last member is the room where the
/// text begins, and `T::text_offset()` is the distance of that member from the start of T.
template <class T, class... Args>
T* make_with_text(ByteView text, Args&&... args) {
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  SLUICE_ASSERT(text.size() <= std::numeric_limits<std::uint16_t>::max());
  const std::size_t used = T::text_offset() + text.size();
  void* memory = ::operator new(used > sizeof(T) ? used : sizeof(T));
  T* object = new (memory) T(static_cast<std::uint16_t>(text.size()), std::forward<Args>(args)...);
  if (!text.empty()) {
    std::memcpy(static_cast<char*>(memory) + T::text_offset(), text.data(), text.size());
  }
  return object;
}

template <class T>
void destroy_with_text(T* object) {
  object->~T();
  ::operator delete(static_cast<void*>(object));
}

template <class T>
ByteView inline_text(const T& object, std::uint16_t size) {
  return {reinterpret_cast<const char*>(&object) + T::text_offset(), size};
}

}  // namespace sluice::mqtt::detail
