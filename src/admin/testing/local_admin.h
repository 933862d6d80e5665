#pragma once

#include <gtest/gtest.h>

#include <string>

#include "admin/testing/harness.h"

namespace sluice::admin::testing {

inline broker::SubscriptionFacts subscription_to(const std::string& filter) {
  broker::SubscriptionFacts subscription;
  subscription.filter = filter;
  return subscription;
}

/// Tests that act as the local ADMIN; who may do what is a matter of routes_test.cc.
class LocalAdminTest : public ::testing::Test {
 protected:
  Response get(const std::string& path) { return harness.ask_locally("GET", path); }
  Response post(const std::string& path, const std::string& body = "") {
    return harness.ask_locally("POST", path, body);
  }
  Response remove(const std::string& path) { return harness.ask_locally("DELETE", path); }

  static boost::json::value parse(const Response& response) {
    return boost::json::parse({response.body.data(), response.body.size()});
  }
  /// What a JSON pointer leads to, as text; "-": nothing.
  static std::string at(const Response& response, const std::string& pointer) {
    const boost::json::value value = parse(response);
    boost::system::error_code error;
    const boost::json::value* found = value.find_pointer(pointer, error);
    if (!found) return "-";
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
  }

  /// Action, kind and name of the last row of the audit log.
  std::string last_audit() {
    const Response log = get("/api/audit?pageSize=1&page=0&sortOrder=DESC");
    return at(log, "/data/0/actionType") + " " + at(log, "/data/0/entityType") + " " +
           at(log, "/data/0/entityName");
  }

  Harness harness;
  FakeView& view = harness.view;
};

}  // namespace sluice::admin::testing
