#pragma once

#include <string>
#include <tl/expected.hpp>

namespace sluice {

/// What went wrong in our environment or in what an operator gave us, in words for a person.
struct Error {
  std::string what;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string what) {
  return tl::unexpected<Error>(Error{std::move(what)});
}

}  // namespace sluice
