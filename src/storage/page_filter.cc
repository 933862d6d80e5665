#include "storage/page_filter.h"

#include "storage/record_format.h"

namespace sluice::storage {
namespace {

class PageFilter final : public rocksdb::CompactionFilter {
 public:
  explicit PageFilter(const DroppedPages& dropped) : dropped_(dropped) {}

  bool Filter(int /*level*/, const rocksdb::Slice& key, const rocksdb::Slice& /*value*/,
              std::string* /*new_value*/, bool* /*value_changed*/) const override {
    const auto id = decode_number(key.ToStringView());
    return id && dropped_.contains(*id);
  }
  const char* Name() const override { return "sluice.dropped_pages"; }

 private:
  const DroppedPages& dropped_;
};

class PageFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit PageFilterFactory(const DroppedPages& dropped) : dropped_(dropped) {}

  bool ShouldFilterTableFileCreation(rocksdb::TableFileCreationReason reason) const override {
    // Recovery runs before the ranges of this store have been read.
    return reason != rocksdb::TableFileCreationReason::kRecovery;
  }
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<PageFilter>(dropped_);
  }
  const char* Name() const override { return "sluice.dropped_pages"; }

 private:
  const DroppedPages& dropped_;
};

}  // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> make_page_filter(const DroppedPages& dropped) {
  return std::make_shared<PageFilterFactory>(dropped);
}

}  // namespace sluice::storage
