#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "admin/context.h"
#include "admin/http/kept_answers.h"
#include "admin/http/message.h"
#include "admin/http/router.h"
#include "admin/http/throttle.h"
#include "admin/services.h"

namespace sluice::admin {

/// The REST API without sockets: from a request's head to what is answered.
///
/// In two steps, so that only those who may have it taken are asked for their body.
class Api {
 public:
  explicit Api(Context& context);
  /// With other routes, for tests of what serves them.
  Api(Context& context, std::vector<Route> routes);

  /// What was decided by the head.
  struct Admission {
    std::optional<Response> refusal;  // to be sent at once; the rest is empty then
    Router::Match match{};
    Request request;
    std::uint64_t body_max = 0;  // bytes
    std::string target;
    std::string idempotency_key;  // empty: it may happen twice
  };
  Admission admit(const RequestHead& head);

  /// The answer, or its `work`, whose answer is an error as a Response already.
  Response answer(Admission admission, const std::string& body);

  /// The settings that the Context refers to have changed.
  void on_settings();

  /// An error in TBMQ's shape.
  Response to_response(const ApiError& error) const;

  Services& services() { return services_; }
  const std::vector<Route>& routes() const { return router_.routes(); }

 private:
  Outcome<Admission> try_admit(const RequestHead& head);
  Outcome<Caller> find_caller(const RequestHead& head, const Outcome<Router::Match>& match,
                              const Outcome<Query>& query);
  Response answer_once(const Admission& admission, const std::string& body);
  Response call(const Admission& admission);
  Response finish(Outcome<Response> outcome);

  Context& context_;
  Services services_;
  Router router_;
  Throttle throttle_;
  KeptAnswers kept_answers_;
};

}  // namespace sluice::admin
