#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "admin/http/body_source.h"
#include "base/result.h"

namespace sluice::admin {

/// All files of a folder as a tar archive, read piece by piece. The folder is its own: it is gone
/// with the source, whether somebody read it to the end or not.
class BackupSource final : public BodySource {
 public:
  /// errors  a file that cannot be read, or whose name is too long; the folder is gone then too
  static Result<std::shared_ptr<BackupSource>> make(const std::string& folder);
  explicit BackupSource(std::string folder) : folder_(std::move(folder)) {}
  ~BackupSource() override;
  BackupSource(const BackupSource&) = delete;
  BackupSource& operator=(const BackupSource&) = delete;

  Piece next() override;
  void on_reader(std::function<void()>) override {}  // there is always a next piece

 private:
  struct File {
    std::string path;
    std::string name;  // within the archive
    std::uint64_t size = 0;
    std::int64_t changed = 0;  // seconds since 1970
  };

  Result<void> list();
  std::string begin_file();
  std::string read_some();

  const std::string folder_;
  std::vector<File> files_;
  std::size_t at_ = 0;  // in files_
  std::ifstream open_;
  std::uint64_t left_ = 0;  // of the open file
};

}  // namespace sluice::admin
