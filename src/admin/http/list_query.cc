#include "admin/http/list_query.h"

namespace sluice::admin {

Outcome<std::optional<std::uint8_t>> read_qos_mask(const Query& query) {
  unsigned mask = 0;
  for (const std::string& text : query.list("qosList")) {
    if (text != "0" && text != "1" && text != "2") {
      return bad_request("'" + text + "' is no value for 'qosList'");
    }
    mask |= 1U << static_cast<unsigned>(text[0] - '0');
  }
  if (mask == 0) return std::nullopt;
  return static_cast<std::uint8_t>(mask);
}

}  // namespace sluice::admin
