#include "storage/log_watch.h"

#include <rocksdb/write_batch.h>

#include "storage/record_format.h"

namespace sluice::storage {
namespace {

/// Reads the number out of a record and passes over everything else.
class NumberReader final : public rocksdb::WriteBatch::Handler {
 public:
  std::uint64_t number = 0;

  void LogData(const rocksdb::Slice& blob) override {
    number = decode_number(blob.ToStringView()).value_or(0);
  }
  // It comes first, so nothing behind it needs to be decoded.
  bool Continue() override { return number == 0; }
  rocksdb::Status PutCF(std::uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override {
    return {};
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override { return {}; }
};

}  // namespace

void LogWatch::number(rocksdb::WriteBatch& batch) const {
  batch.PutLogData(encode_number(next_));
}

void LogWatch::reset() {
  last_seen_ = 0;
  gaps_.clear();
}

rocksdb::WalFilter::WalProcessingOption LogWatch::LogRecordFound(unsigned long long /*log_number*/,
                                                                 const std::string& log_file,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*changed*/) {
  NumberReader reader;
  const auto status = batch.Iterate(&reader);
  if (!status.ok() || reader.number == 0) return WalProcessingOption::kContinueProcessing;
  if (last_seen_ != 0 && reader.number > last_seen_ + 1) {
    gaps_[log_file] += reader.number - last_seen_ - 1;
  }
  last_seen_ = reader.number;
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace sluice::storage
