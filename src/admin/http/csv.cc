#include "admin/http/csv.h"

namespace sluice::admin {
namespace {

class Reader {
 public:
  Reader(std::string_view text, char delimiter) : rest_(text), delimiter_(delimiter) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  bool is_at_end() const { return rest_.empty(); }

  Outcome<CsvRow> read_row() {
    CsvRow row{line_, {}};
    while (true) {
      auto cell = !rest_.empty() && rest_.front() == '"' ? read_quoted() : read_plain();
      if (!cell) return tl::unexpected(cell.error());
      row.cells.push_back(std::move(*cell));
      if (rest_.empty()) return row;
      const char end = rest_.front();
      if (end == delimiter_) {
        rest_.remove_prefix(1);
        continue;
      }
      if (!is_line_end(end)) return problem("text follows a closing quote");
      skip_line_end();
      return row;
    }
  }

 private:
  static bool is_line_end(char c) { return c == '\r' || c == '\n'; }

  tl::unexpected<ApiError> problem(const std::string& what) const {
    return bad_request("Line " + std::to_string(line_) + " of the file: " + what);
  }

  Outcome<std::string> read_plain() {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] != delimiter_ && !is_line_end(rest_[size])) {
      if (rest_[size] == '\0') return problem("it has a NUL character");
      ++size;
    }
    std::string cell(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return cell;
  }

  Outcome<std::string> read_quoted() {
    rest_.remove_prefix(1);
    std::string cell;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\0') return problem("it has a NUL character");
      if (c == '"') {
        if (rest_.empty() || rest_.front() != '"') return cell;
        rest_.remove_prefix(1);
      }
      if (c == '\n') ++line_;
      cell += c;
    }
    return problem("a quote is not closed");
  }

  void skip_line_end() {
    const bool is_pair = rest_.starts_with("\r\n");
    rest_.remove_prefix(is_pair ? 2 : 1);
    ++line_;
  }

  std::string_view rest_;
  const char delimiter_;
  std::size_t line_ = 1;
};

bool is_blank(const CsvRow& row) {
  return row.cells.size() == 1 && row.cells.front().empty();
}

}  // namespace

Outcome<std::vector<CsvRow>> parse_csv(std::string_view text, char delimiter,
                                       std::size_t rows_max) {
  if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || delimiter == '\0') {
    return bad_request("The delimiter may be no quote, line end or NUL");
  }
  std::vector<CsvRow> rows;
  Reader reader(text, delimiter);
  while (!reader.is_at_end()) {
    auto row = reader.read_row();
    if (!row) return tl::unexpected(row.error());
    if (is_blank(*row)) continue;
    if (rows.size() == rows_max) {
      return bad_request("The file has more than " + std::to_string(rows_max) + " rows");
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace sluice::admin
