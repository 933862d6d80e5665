#pragma once

// Support of the tests: a store in a folder of its own.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "entities/admin_store.h"

namespace sluice::entities::testing {

inline constexpr std::int64_t kNow = 1'700'000'000'000;  // milliseconds since 1970

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "sluice-entities-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) std::abort();
    path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/admin.db"; }

 private:
  std::string path_;
};

/// The value, or a failed test that says why there is none.
template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().what;
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// The kind of an error that has to be there.
template <class T>
ErrorKind kind_of(const Result<T>& result) {
  if (result) {
    ADD_FAILURE() << "it worked";
    std::abort();
  }
  return result.error().kind;
}

inline User user_with(const std::string& email, Role role = Role::Viewer) {
  User user;
  user.email = email;
  user.role = role;
  return user;
}

inline AuditEntry entry_of(const std::string& user, const std::string& action,
                           std::int64_t time = kNow) {
  AuditEntry entry;
  entry.time = time;
  entry.user = user;
  entry.action = action;
  return entry;
}

inline PageRequest page_of(std::uint32_t page, std::uint32_t page_size) {
  PageRequest request;
  request.page = page;
  request.page_size = page_size;
  return request;
}

inline PageRequest search(const std::string& text) {
  PageRequest request;
  request.text_search = text;
  return request;
}

inline PageRequest sorted(const std::string& property, SortOrder order = SortOrder::Ascending) {
  PageRequest request;
  request.sort_property = property;
  request.sort_order = order;
  return request;
}

/// A fixture with an open store.
class StoreTest : public ::testing::Test {
 protected:
  AdminStore& store() { return *store_; }

  /// Runs `change(Transaction&)` in a transaction of its own and commits it if it worked.
  template <class Change>
  auto committed(Change change) {
    Transaction transaction = must(store_->begin());
    auto result = change(transaction);
    if (result) must(transaction.commit());
    return result;
  }

  void reopen() {
    store_.reset();
    store_ = must(AdminStore::open(folder_.path(), kNow));
  }

  TemporaryFolder folder_;
  std::unique_ptr<AdminStore> store_ = must(AdminStore::open(folder_.path(), kNow));
};

}  // namespace sluice::entities::testing
