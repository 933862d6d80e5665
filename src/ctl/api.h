#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ctl/http_client.h"

namespace sluice::ctl {

/// Parameters behind the '?'; those that are empty are not sent.
using Query = std::vector<std::pair<std::string, std::string>>;

/// The REST API: JSON in and out, the broker's refusals as failures.
class Api {
 public:
  explicit Api(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

  Outcome<boost::json::value> get(std::string_view path, const Query& query = {});
  /// body  null: none
  Outcome<boost::json::value> post(std::string_view path, const boost::json::value& body = {});
  Outcome<boost::json::value> remove(std::string_view path, const Query& query = {});

  /// What is not JSON, as it came.
  Outcome<std::string> download(std::string_view path, const Query& query = {});
  /// The same, but `sink` is given it piece by piece, for ever if it has no end.
  Outcome<void> stream(std::string_view path, const Query& query, const Sink& sink);
  /// Whatever status it has: of health, 503 is an answer like others.
  Outcome<HttpReply> answer(std::string_view path, const Query& query = {});

  /// The items of a paged list, page after page.
  /// limit  0: all
  Outcome<boost::json::array> list(std::string_view path, const Query& query,
                                   std::size_t limit = 0);

 private:
  Outcome<std::string> request(const char* method, const std::string& target,
                               const std::string* body = nullptr);

  std::unique_ptr<Transport> transport_;
};

/// `text` as one part of a path or query.
std::string percent_encoded(std::string_view text);

}  // namespace sluice::ctl
