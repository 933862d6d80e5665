#pragma once

#include "admin/context.h"
#include "admin/login/accounts.h"
#include "admin/login/setup.h"
#include "admin/login/token_issuer.h"

namespace sluice::admin {

/// What handlers share. One of each, on the admin thread.
struct Services {
  explicit Services(Context& shared)
      : context(shared), tokens(shared), accounts(shared, tokens), setup(shared, accounts) {}
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  Context& context;
  TokenIssuer tokens;
  Accounts accounts;
  Setup setup;
};

}  // namespace sluice::admin
