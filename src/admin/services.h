#pragma once

#include "admin/context.h"
#include "admin/jobs/job_json.h"
#include "admin/jobs/job_runner.h"
#include "admin/login/accounts.h"
#include "admin/login/password_reset.h"
#include "admin/login/setup.h"
#include "admin/login/token_issuer.h"
#include "admin/mail/mailer.h"
#include "admin/monitoring/event_hub.h"
#include "admin/monitoring/monitoring.h"

namespace sluice::admin {

/// What handlers share. One of each, on the admin thread.
struct Services {
  explicit Services(Context& shared)
      : context(shared),
        tokens(shared),
        accounts(shared, tokens),
        setup(shared, accounts),
        password_reset(shared, accounts, tokens, mailer),
        jobs(shared),
        events({.streams_max = shared.settings.streams_max,
                .life_max = shared.settings.access_token_ttl},
               shared.now(), shared.clock.monotonic),
        monitoring(shared, events) {
    jobs.set_listener([this](const Job& job) { events.publish(Channel::Jobs, job_to_json(job)); });
  }
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  Context& context;
  TokenIssuer tokens;
  Accounts accounts;
  Setup setup;
  Mailer mailer;
  PasswordReset password_reset;
  JobRunner jobs;
  EventHub events;
  Monitoring monitoring;
};

}  // namespace sluice::admin
