#include "config/nearest.h"

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>
#include <cctype>
#include <limits>
#include <numeric>
#include <vector>

namespace sluice::config {
namespace {

constexpr std::size_t kComparedLengthMax = 256;  // bounds the work for absurdly long keys
constexpr std::size_t kAbbreviationMin = 3;

std::string canonical(std::string_view text) {
  std::string result(text.substr(0, kComparedLengthMax));
  for (char& c : result) {
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

std::string words_sorted(const std::string& text) {
  std::vector<std::string> words;
  boost::split(words, text, boost::is_any_of("._"));
  std::sort(words.begin(), words.end());
  return boost::join(words, "_");
}

std::string last_segment(const std::string& text) {
  return text.substr(text.rfind('.') + 1);
}

// How far the wrong `a` is from the candidate `b`.
std::size_t dissimilarity(const std::string& a, const std::string& b) {
  if (last_segment(a).size() >= kAbbreviationMin && b.starts_with(a)) return 1;
  const auto plain = edit_distance(a, b);
  const auto reordered = edit_distance(words_sorted(a), words_sorted(b)) + 1;
  return std::min(plain, reordered);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view wrong, std::span<const std::string_view> candidates) {
  const std::string given = canonical(wrong);
  const std::string given_last = last_segment(given);
  std::size_t best = std::numeric_limits<std::size_t>::max();
  std::string_view found;
  for (const auto candidate : candidates) {
    const std::string name = canonical(candidate);
    const auto whole = dissimilarity(given, name);
    // A key under the wrong section is a likely slip, so the last word alone may decide.
    const auto tail = dissimilarity(given_last, last_segment(name)) + 1;
    if (std::min(whole, tail) < best) {
      best = std::min(whole, tail);
      found = candidate;
    }
  }
  const std::size_t length = given_last.size();
  const std::size_t allowed = length < 4 ? 1 : std::max<std::size_t>(2, length / 3);
  return best <= allowed ? std::string(found) : std::string();
}

}  // namespace sluice::config
