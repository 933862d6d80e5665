#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/failure.h"

namespace sluice::ctl {

/// Files that become one archive, with a list of what is there and why.
///
/// Lives in   a folder of its own for temporary files that only we may read; it goes away with
/// this.
class BundleFolder {
 public:
  /// name  of the folder in the archive
  static Outcome<BundleFolder> make(const std::string& name);
  BundleFolder(BundleFolder&& other) noexcept;
  BundleFolder& operator=(BundleFolder&&) = delete;
  ~BundleFolder();

  /// what  for the manifest: what it says
  void add(const std::string& file, std::string_view content, std::string_view what);
  /// In its place the reason why it is not there.
  void miss(const std::string& file, std::string_view reason);
  std::size_t missing() const { return missing_; }

  /// Writes MANIFEST.txt and packs all into a tar.gz that only we may read.
  /// errors  Refused: there is no tar, or it failed
  Outcome<void> pack(const std::string& archive, std::string_view introduction);

 private:
  BundleFolder(std::filesystem::path root, std::string name);

  std::filesystem::path root_;  // empty: moved from
  std::string name_;
  std::string manifest_;
  std::size_t missing_ = 0;
};

}  // namespace sluice::ctl
